import Foundation
import Volumes

/// Straight soft cords of known size.
enum Phantom {
  /// An upright soft cylinder: occupancy falls linearly over a voxel at its wall.
  static func cord(
    radius: Double = 5, center: SIMD2<Double> = SIMD2(15, 15), shape: SIMD3<Int> = SIMD3(30, 30, 40), spacing: SIMD3<Double> = .one,
    levels: Range<Int>? = nil
  ) -> Volume {
    var volume = Volume(repeating: 0, grid: Grid(shape: shape, affine: Affine(spacing: spacing)))
    for z in levels ?? 0..<shape.z {
      for y in 0..<shape.y {
        for x in 0..<shape.x {
          let place = SIMD2(Double(x) * spacing.x, Double(y) * spacing.y) - center
          volume[x, y, z] = Float(min(max(radius + 0.5 - (place * place).sum().squareRoot(), 0), 1))
        }
      }
    }
    return volume
  }

  /// Voxels of discs along an upright cord.
  static func discs(_ slices: [Int: Int], like mask: Volume) -> Volume {
    var volume = Volume(repeating: 0, grid: mask.grid)
    for (number, slice) in slices { volume[15, 22, slice] = Float(number) }
    return volume
  }
}

/// A folder that goes with the test.
func withTemporaryFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = NSTemporaryDirectory() + "evaluation-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}
