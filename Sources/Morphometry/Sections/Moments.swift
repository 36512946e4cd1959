import Foundation

/// Area, centroid and second moments of a cross-section, and the ellipse that has them.
struct Moments: Sendable {
  /// mm².
  var area: Double
  /// Rightwards and anterior of the centerline, mm.
  var centroid: SIMD2<Double>
  /// Variances and covariance rightwards and anterior, mm².
  var rr, aa, ra: Double

  /// Sums over points, each blurred by the box of a voxel.
  ///
  /// Shares of voxels are the cord blurred by a voxel, and a box of edge h blurs with variance h²/12 along each of its edges: this is
  /// taken off. In a binary mask voxel centers are samples of the cord itself, and nothing is taken off.
  ///
  /// - Parameters:
  ///   - points: At least one of weight above 0.
  ///   - edges: The voxel's edges across the cord, mm; empty for samples.
  init(of points: [SectionPoint], edges: [SIMD2<Double>]) {
    var (weight, sum) = (0.0, SIMD2<Double>.zero)
    for point in points {
      weight += point.weight
      sum += point.weight * point.place
    }
    let mean = sum / weight
    var (rr, aa, ra) = (0.0, 0.0, 0.0)
    for point in points {
      let offset = point.place - mean
      rr += point.weight * offset.x * offset.x
      aa += point.weight * offset.y * offset.y
      ra += point.weight * offset.x * offset.y
    }
    (area, centroid, self.rr, self.aa, self.ra) = (weight, mean, rr / weight, aa / weight, ra / weight)
    for edge in edges {
      self.rr -= edge.x * edge.x / 12
      self.aa -= edge.y * edge.y / 12
      self.ra -= edge.x * edge.y / 12
    }
  }

  /// These moments without a blur of a variance, mm², along each axis.
  func sharpened(by variance: Double) -> Moments {
    var result = self
    result.rr -= variance
    result.aa -= variance
    return result
  }

  /// Half axes nearer to right-left and to anterior-posterior, mm, and the turn of the first from right to anterior, radians.
  struct Ellipse {
    let halfRL, halfAP, turn: Double
  }

  /// The ellipse with these moments.
  var ellipse: Ellipse {
    let (middle, half) = ((rr + aa) / 2, hypot((rr - aa) / 2, ra))
    // A mask of a voxel or two has no extent left after the blur is taken off.
    let floor = 1e-3 * area
    let (large, small) = (2 * max(middle + half, floor).squareRoot(), 2 * max(middle - half, floor).squareRoot())
    let turn = atan2(2 * ra, rr - aa) / 2
    guard abs(turn) > .pi / 4 else { return Ellipse(halfRL: large, halfAP: small, turn: turn) }
    // The larger axis is nearer to anterior-posterior: the turn of the smaller is a right angle away.
    return Ellipse(halfRL: small, halfAP: large, turn: turn > 0 ? turn - .pi / 2 : turn + .pi / 2)
  }
}
