import Preprocessing
import Testing
import Volumes

@Suite("Masks and maps of labels are told apart from scans")
struct ScanCheckTests {
  private let grid = Grid(shape: [40, 40, 30], affine: .identity)

  /// A cord along z with a soft edge, 0…1.
  private var soft: Volume {
    var mask = Volume(repeating: 0, grid: grid)
    for z in 3..<27 {
      for y in 0..<40 {
        for x in 0..<40 {
          let radius = Float((x - 20) * (x - 20) + (y - 18) * (y - 18)).squareRoot()
          mask[x, y, z] = min(max(6.5 - radius, 0), 1)
        }
      }
    }
    return mask
  }

  /// Tissue around that cord with noise, in so many gray levels.
  private func scan(levels: Int) -> Volume {
    let largest = Float(levels - 1)
    var scan = soft
    for offset in scan.voxels.indices {
      let (x, y) = (offset % 40 - 20, offset / 40 % 40 - 20)
      let tissue: Float = x * x + y * y < 300 ? 0.4 : 0
      let value = tissue + 0.4 * scan.voxels[offset] + 0.3 * Float(offset &* 7919 % 997) / 997
      scan.voxels[offset] = min(max((value * largest).rounded(), 0), largest)
    }
    return scan
  }

  @Test func masksAreRefused() {
    let binary = soft.binarized(above: 0.5)
    var levels = binary
    for offset in levels.voxels.indices where levels.voxels[offset] > 0 { levels.voxels[offset] = Float(1 + offset / 1600 / 5) }
    var points = Volume(repeating: 0, grid: grid)
    for level in 1...8 { points[20, 18, 3 * level] = Float(level) }
    for (mask, word) in [
      (binary, "binary mask"), (binary.map { 255 * $0 }, "binary mask"), (soft, "soft mask"), (levels, "map of labels"),
      (points, "map of labels"),
    ] {
      let error = #expect(throws: PreprocessingError.self) { try Preprocessing.checkIsScan(mask) }
      #expect(error?.description.contains(word) == true, "\(word)")
    }
  }

  /// However few its gray levels are, and whatever they are scaled to.
  @Test(arguments: [3, 4, 8, 16, 4096]) func scansAreNot(levels: Int) throws {
    let scan = scan(levels: levels)
    try Preprocessing.checkIsScan(scan)
    try Preprocessing.checkIsScan(scan.map { $0 / Float(levels - 1) })
    try Preprocessing.checkIsScan(Volume(repeating: 7, grid: grid))
  }
}
