import Volumes

/// A rotation as NIfTI's qform stores it: a unit quaternion a + bi + cj + dk with a ≥ 0.
///
/// Source: nifti1.h, "QUATERNION REPRESENTATION".
struct Quaternion {
  let a, b, c, d: Double

  /// From the three stored components.
  ///
  /// - Returns: `nil` where their length exceeds 1 by more than rounding, or is not finite.
  init?(stored: SIMD3<Double>) {
    let square = stored.dot(stored)
    guard square <= 1.01 else { return nil }
    // Below this, a is the rounding of the stored numbers and not a rotation: √1e-7 would be 0.04°. The limit is nifti1_io's.
    let isHalfTurn = 1 - square < 1e-7
    let unit = isHalfTurn ? stored.normalized : stored
    (a, b, c, d) = (isHalfTurn ? 0 : (1 - square).squareRoot(), unit.x, unit.y, unit.z)
  }

  /// The rotation nearest to three axes, which need not be of unit length nor quite at right angles, but must be right-handed.
  init(nearestTo axes: (x: SIMD3<Double>, y: SIMD3<Double>, z: SIMD3<Double>)) {
    var (x, y, z) = (axes.x.normalized, axes.y.normalized, axes.z.normalized)
    // Newton's iteration for the polar decomposition: the mean of a matrix and its inverse transpose (Higham 1986,
    // doi:10.1137/0907079). It converges quadratically; twenty steps are ample for axes up to 60° from square.
    for _ in 0..<20 {
      let determinant = x.dot(y.cross(z))
      (x, y, z) = (
        (x + y.cross(z) / determinant) / 2, (y + z.cross(x) / determinant) / 2, (z + x.cross(y) / determinant) / 2
      )
    }
    // Shepperd's method: divide by the largest component, so that half turns (a = 0) are exact too.
    let squares = [1 + x.x + y.y + z.z, 1 + x.x - y.y - z.z, 1 - x.x + y.y - z.z, 1 - x.x - y.y + z.z]
    let largest = squares.indices.max { squares[$0] < squares[$1] }!
    let root = 2 * squares[largest].squareRoot()  // four times the component
    let q: SIMD4<Double> =
      switch largest {
      case 0: [root / 4, (y.z - z.y) / root, (z.x - x.z) / root, (x.y - y.x) / root]
      case 1: [(y.z - z.y) / root, root / 4, (y.x + x.y) / root, (z.x + x.z) / root]
      case 2: [(z.x - x.z) / root, (y.x + x.y) / root, root / 4, (z.y + y.z) / root]
      default: [(x.y - y.x) / root, (z.x + x.z) / root, (z.y + y.z) / root, root / 4]
      }
    let sign: Double = q[0] < 0 ? -1 : 1
    (a, b, c, d) = (q[0] * sign, q[1] * sign, q[2] * sign, q[3] * sign)
  }

  /// The images of the unit vectors.
  var axes: (x: SIMD3<Double>, y: SIMD3<Double>, z: SIMD3<Double>) {
    (
      [a * a + b * b - c * c - d * d, 2 * (b * c + a * d), 2 * (b * d - a * c)],
      [2 * (b * c - a * d), a * a + c * c - b * b - d * d, 2 * (c * d + a * b)],
      [2 * (b * d + a * c), 2 * (c * d - a * b), a * a + d * d - b * b - c * c]
    )
  }

  /// Components b, c, d in single precision, as a NIfTI-1 header holds them.
  ///
  /// Readers compute a = √(1 − b² − c² − d²), so near a half turn rounding grows to some 10⁻⁴. Of the neighboring triples the
  /// one that reads back best is chosen.
  var roundedToSingle: SIMD3<Double> {
    func neighbors(_ value: Double) -> [Double] {
      let float = Float(value)
      return [float, float.nextDown, float.nextUp].map(Double.init)
    }
    var (best, smallest) = (SIMD3(b, c, d), Double.infinity)
    for b in neighbors(b) {
      for c in neighbors(c) {
        for d in neighbors(d) {
          let square = b * b + c * c + d * d
          // Slightly above 1 reads as a = 0; nibabel draws that line at 3.6·10⁻⁷.
          guard square <= 1 + 2.5e-7 else { continue }
          let error = abs(max(0, 1 - square).squareRoot() - a)
          if error < smallest { (best, smallest) = ([b, c, d], error) }
        }
      }
    }
    return best
  }
}
