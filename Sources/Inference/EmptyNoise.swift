import Foundation
import Preprocessing
import Volumes

extension Volume {
  /// This scan with its lowest value where it holds noise of any brightness instead of nothing: around the body in quotients of images, as
  /// MP2RAGE's uniform image and relaxation maps are. Networks would take their measure from it. Any other scan stays as it is.
  ///
  /// Such noise is as wide as the scan's range and knows nothing of its neighbours. Tissue is smoother, its edges are smooth along themselves,
  /// and the noise of magnitude images is narrow. A scan of nothing else stays, too.
  func withoutEmptyNoise() -> Volume {
    // A look at one block in 64 tells whether there is any; small ones follow the body's surface.
    let (large, small) = (8, 4)
    let some = blocks(of: large, step: 4 * large)
    guard let range = range(in: some), some.contains(where: { isNoise($0, range: range) }) else { return self }
    var result = self
    for block in blocks(of: small, step: small) where isNoise(block, range: range) {
      for z in block.z { for y in block.y { for x in block.x { result[x, y, z] = range.lowerBound } } }
    }
    return result.voxels.contains { $0 > range.lowerBound } ? result : self
  }

  private typealias Block = (x: Range<Int>, y: Range<Int>, z: Range<Int>)

  /// Least standard deviation of such noise as a share of the range. Evenly spread numbers have 0.29, as a quotient of noise has; where all is
  /// Gaussian noise it has 0.17, and noise of a magnitude 0.19.
  private static var width: Double { 0.22 }
  /// Least mean square of a step to the next voxel as a share of white noise's: scanners interpolate, which makes neighbours alike.
  private static var whiteness: Double { 0.35 }

  /// Blocks of so many voxels along each axis, where the scan has as many; they lie a step apart, the last ones at the ends of the axes.
  private func blocks(of side: Int, step: Int) -> [Block] {
    func ranges(_ count: Int) -> [Range<Int>] {
      let last = max(0, count - side)
      return (Array(stride(from: 0, to: last, by: step)) + [last]).map { $0..<min($0 + side, count) }
    }
    let shape = grid.shape
    return ranges(shape.z).flatMap { z in ranges(shape.y).flatMap { y in ranges(shape.x).map { x in (x, y, z) } } }
  }

  /// What all but the outermost 0.2 % of some blocks' voxels lie between; `nil` where they are all alike.
  private func range(in blocks: [Block]) -> ClosedRange<Float>? {
    var values: [Float] = []
    for block in blocks {
      for z in block.z { for y in block.y { for x in block.x { values.append(self[x, y, z]) } } }
    }
    let bounds = values.values(atRanks: [values.count / 500, values.count - 1 - values.count / 500])
    return bounds[0] < bounds[1] ? bounds[0]...bounds[1] : nil
  }

  private func isNoise(_ block: Block, range: ClosedRange<Float>) -> Bool {
    let steps = [1, grid.shape.x, grid.shape.x * grid.shape.y]
    let last = SIMD3(block.x.upperBound, block.y.upperBound, block.z.upperBound) &- 1
    var (count, sum, squares) = (0.0, 0.0, 0.0)
    var (changes, pairs) = (SIMD3<Double>.zero, SIMD3<Double>.zero)
    for z in block.z {
      for y in block.y {
        for x in block.x {
          let place = SIMD3(x, y, z)
          let offset = grid.offset(x, y, z)
          let value = Double(voxels[offset])
          (count, sum, squares) = (count + 1, sum + value, squares + value * value)
          for axis in 0..<3 where place[axis] < last[axis] {
            let change = Double(voxels[offset + steps[axis]]) - value
            changes[axis] += change * change
            pairs[axis] += 1
          }
        }
      }
    }
    let variance = squares / count - (sum / count) * (sum / count)
    guard variance > pow(Self.width * Double(range.upperBound - range.lowerBound), 2) else { return false }
    return (0..<3).allSatisfy { pairs[$0] == 0 || changes[$0] / pairs[$0] > Self.whiteness * 2 * variance }
  }
}
