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
  static func cylinder(on grid: Grid, through point: SIMD3<Double>, direction: SIMD3<Double>) -> Volume {
    let right = (SIMD3(1, 0, 0) - direction.x * direction).normalized
    let anterior = direction.cross(right)
    return mask(on: grid) { position in
      let offset = position - point
      return hypot(offset.dot(right) / halfRL, offset.dot(anterior) / halfAP)
    }
  }

  /// A cord bent in the sagittal plane around an axis `radius` mm anterior of its middle.
  static func arc(on grid: Grid, through point: SIMD3<Double>, radius: Double) -> Volume {
    mask(on: grid) { position in
      let offset = position - point
      return hypot(offset.x / halfRL, (hypot(radius - offset.y, offset.z) - radius) / halfAP)
    }
  }

  /// The share of each voxel where the shape's scaled distance is below 1, by counting samples in voxels near its surface.
  static func mask(on grid: Grid, scaledDistance: (SIMD3<Double>) -> Double) -> Volume {
    let halfDiagonal = (grid.affine.x.length + grid.affine.y.length + grid.affine.z.length) / 2
    // One mm changes the scaled distance by at most about 1/4.
    let reach = halfDiagonal / halfAP
    let counts = grid.spacing.map { Int(max(6, (6 * $0).rounded(.up))) }
    var volume = Volume(repeating: 0, grid: grid)
    for z in 0..<grid.shape.z {
      for y in 0..<grid.shape.y {
        for x in 0..<grid.shape.x {
          let index = SIMD3(Double(x), Double(y), Double(z))
          let middle = scaledDistance(grid.world(index))
          if middle > 1 + reach { continue }
          if middle < 1 - reach { volume[x, y, z] = 1; continue }
          var inside = 0
          for c in 0..<counts.z {
            for b in 0..<counts.y {
              for a in 0..<counts.x {
                let fraction = (SIMD3(Double(a), Double(b), Double(c)) + 0.5) / SIMD3<Double>(counts) - 0.5
                if scaledDistance(grid.world(index + fraction)) < 1 { inside += 1 }
              }
            }
          }
          volume[x, y, z] = Float(inside) / Float(counts.x * counts.y * counts.z)
        }
      }
    }
    return volume
  }

  /// A grid along the world's axes whose center is the world's.
  static func grid(_ shape: SIMD3<Int>, spacing: SIMD3<Double>) -> Grid {
    Grid(shape: shape, affine: Affine(spacing: spacing, origin: -spacing * (SIMD3<Double>(shape) - 1) / 2))
  }
}

extension SIMD3 where Scalar == Double {
  func map(_ transform: (Double) -> Int) -> SIMD3<Int> { SIMD3<Int>(transform(x), transform(y), transform(z)) }
}
