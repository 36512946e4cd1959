import Files
import Foundation
import NIfTI
import Volumes

/// The part of a scan around its cord, small enough to travel in a page.
///
/// Voxels are taken as they are, every n-th where there are too many: the soft mask shows the file's own values, to a thousandth.
struct ViewerCrop {
  /// Files as NIfTI, compressed, in base64.
  let image, mask: String

  /// How far the crop reaches beyond the cord, mm; most voxels that it holds.
  private static let (margin, most) = (12.0, 160_000)

  init(image: Volume, mask: Volume) throws {
    let box = Self.box(around: mask)
    var steps = SIMD3(1, 1, 1)
    func count(_ axis: Int) -> Int { (box.shape[axis] + steps[axis] - 1) / steps[axis] }
    while count(0) * count(1) * count(2) > Self.most {
      // Voxels stay as near to cubes as they can.
      let finest = (0..<3).filter { count($0) > 8 }.min {
        mask.grid.spacing[$0] * Double(steps[$0]) < mask.grid.spacing[$1] * Double(steps[$1])
      }
      steps[finest ?? 2] += 1
    }
    let shape = SIMD3(count(0), count(1), count(2))
    func taken(_ volume: Volume, _ value: (Float) -> Float) -> Volume {
      let affine = volume.grid.affine
      let origin = affine(SIMD3<Double>(box.lower))
      let grid = Grid(
        shape: shape,
        affine: Affine(x: affine.x * Double(steps.x), y: affine.y * Double(steps.y), z: affine.z * Double(steps.z), origin: origin))
      var result = Volume(repeating: 0, grid: grid)
      for z in 0..<shape.z {
        for y in 0..<shape.y {
          for x in 0..<shape.x {
            result[x, y, z] = value(volume[box.lower.x + x * steps.x, box.lower.y + y * steps.y, box.lower.z + z * steps.z])
          }
        }
      }
      return result
    }
    let cut = taken(image) { $0 }
    let sorted = cut.voxels.sorted()
    let (black, white) = (sorted[sorted.count / 200], sorted[sorted.count - 1 - sorted.count / 200])
    let scale = white > black ? 255 / (white - black) : 0
    self.image = try Self.packed(cut.map { min(max(($0 - black) * scale, 0), 255) }, as: .uint8)
    self.mask = try Self.packed(taken(mask) { ($0 * 1000).rounded() / 1000 }, as: .float32)
  }

  private static func box(around mask: Volume) -> (lower: SIMD3<Int>, shape: SIMD3<Int>) {
    let shape = mask.grid.shape
    var (lower, upper) = (shape, SIMD3<Int>.zero)
    for z in 0..<shape.z {
      for y in 0..<shape.y {
        for x in 0..<shape.x where mask[x, y, z] > 0.01 {
          (lower, upper) = (pointwiseMin(lower, [x, y, z]), pointwiseMax(upper, [x + 1, y + 1, z + 1]))
        }
      }
    }
    guard all(lower .< upper) else { return (.zero, shape) }
    for axis in 0..<3 {
      let reach = Int((margin / mask.grid.spacing[axis]).rounded(.up))
      (lower[axis], upper[axis]) = (max(0, lower[axis] - reach), min(shape[axis], upper[axis] + reach))
    }
    return (lower, upper &- lower)
  }

  private static func packed(_ volume: Volume, as type: StorageType) throws -> String {
    let path = NSTemporaryDirectory() + "softcord-\(UUID().uuidString).nii.gz"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try NIfTI.write(volume, to: path, as: type)
    return try Data(contentsOf: URL(fileURLWithPath: path)).base64EncodedString()
  }
}
