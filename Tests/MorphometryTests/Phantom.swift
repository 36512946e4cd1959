import Foundation
import Volumes

/// Soft masks of cords whose measures are known.
enum Phantom {
  /// Half diameters of the cord, mm.
  static let (halfRL, halfAP) = (6.5, 4.0)
  static let area = Double.pi * halfRL * halfAP

  /// Direction of a cord that leans anteriorly and to the right, by angles in the sagittal and the coronal plane (degrees).
  static func direction(ap: Double, rl: Double) -> SIMD3<Double> {
    SIMD3(tan(rl * .pi / 180), tan(ap * .pi / 180), 1).normalized
  }

  /// An elliptical cylinder.
  static func cylinder(on grid: Grid, through point: SIMD3<Double>, direction: SIMD3<Double>, fineness: Int = 1) -> Volume {
    let right = (SIMD3(1, 0, 0) - direction.x * direction).normalized / halfRL
    let anterior = direction.cross(right).normalized / halfAP
    let (rx, ry, rz) = (right.x, right.y, right.z)
    let (ax, ay, az) = (anterior.x, anterior.y, anterior.z)
    let (px, py, pz) = (point.x, point.y, point.z)
    return mask(on: grid, fineness: fineness) { y, z in
      // (u + x·rx)² + (v + x·ax)² = 1
      let (u, v) = (ry * (y - py) + rz * (z - pz), ay * (y - py) + az * (z - pz))
      let (a, b, c) = (rx * rx + ax * ax, rx * u + ax * v, u * u + v * v - 1)
      let root = b * b - a * c
      guard root > 0 else { return nil }
      return (px + (-b - root.squareRoot()) / a, px + (-b + root.squareRoot()) / a)
    }
  }

  /// A cord bent in the sagittal plane around an axis `radius` mm anterior of its middle.
  static func arc(on grid: Grid, through point: SIMD3<Double>, radius: Double, fineness: Int = 1) -> Volume {
    let (px, py, pz) = (point.x, point.y, point.z)
    return mask(on: grid, fineness: fineness) { y, z in
      let across = (hypot(radius - (y - py), z - pz) - radius) / halfAP
      guard abs(across) < 1 else { return nil }
      let half = halfRL * (1 - across * across).squareRoot()
      return (px - half, px + half)
    }
  }

  /// The share of each voxel inside a shape: exact along x, by samples along y and z.
  ///
  /// - Parameters:
  ///   - grid: Along the world's axes.
  ///   - fineness: Multiplies the samples.
  ///   - chord: Where a line along x at a world (y, z) enters and leaves the shape.
  static func mask(on grid: Grid, fineness: Int = 1, chord: (Double, Double) -> (Double, Double)?) -> Volume {
    let (shape, spacing, origin) = (grid.shape, grid.spacing, grid.affine.origin)
    let (rows, planes) = (2 * fineness * samples(spacing.y), fineness * samples(spacing.z))
    var volume = Volume(repeating: 0, grid: grid)
    let share = 1 / Double(rows * planes)
    for k in 0..<shape.z * planes {
      let z = origin.z + ((Double(k) + 0.5) / Double(planes) - 0.5) * spacing.z
      for j in 0..<shape.y * rows {
        let y = origin.y + ((Double(j) + 0.5) / Double(rows) - 0.5) * spacing.y
        guard let (enter, leave) = chord(y, z) else { continue }
        // In voxels, edges at whole numbers.
        let (low, high) = ((enter - origin.x) / spacing.x + 0.5, (leave - origin.x) / spacing.x + 0.5)
        for x in max(0, Int(low))...min(max(0, Int(high)), shape.x - 1) {
          let part = min(high, Double(x + 1)) - max(low, Double(x))
          if part > 0 { volume[x, j / rows, k / planes] += Float(part * share) }
        }
      }
    }
    return volume
  }

  /// Samples of a voxel's side: at least four, at most a quarter of a mm apart.
  private static func samples(_ size: Double) -> Int { max(4, Int((4 * size).rounded(.up))) }

  /// A grid along the world's axes whose center is the world's.
  static func grid(_ shape: SIMD3<Int>, spacing: SIMD3<Double>) -> Grid {
    Grid(shape: shape, affine: Affine(spacing: spacing, origin: -spacing * (SIMD3<Double>(shape) - 1) / 2))
  }
}
