import Foundation

/// The contour of a cross-section, as a Fourier series about its centroid.
///
/// In coordinates divided by the half axes of the moments' ellipse, an ellipse is the unit circle. There, the area of the sector at
/// angle φ is g(φ) dφ with g = ρ²/2, and its Fourier coefficients are sums over voxels, so partial volume counts as it is and the area
/// is kept. ``harmonics`` terms follow the cord's shape and leave the voxels' staircase out.
struct Outline: Sendable {
  /// Highest harmonic: details of the contour down to a sixth of it.
  static let harmonics = 6
  /// Points of the contour.
  static let count = 120
  /// Directions of the points.
  static let directions = (0..<count).map { index in
    let angle = 2 * .pi * (Double(index) + 0.5) / Double(count)
    return SIMD2(cos(angle), sin(angle))
  }
  /// Parts of a voxel's edge are at most so long, mm, when it is spread.
  private static let part = 0.25

  /// Half axes of the ellipse that the contour is compared with, mm.
  let (halfRL, halfAP): (Double, Double)
  /// g at each of the ``directions``: half the squared radius, in units of the half axes.
  var sectors: [Double]
  /// Direction of each point of the contour from the first axis to the second, in mm, radians: the same whatever the sectors are.
  let angles: [Double]

  /// - Parameters:
  ///   - points: What the plane holds.
  ///   - moments: Their moments.
  ///   - pixel: The voxel's two edges in the slice, across the cord, mm.
  ///   - edges: The edges of the box that the mask is blurred by, across the cord, mm; empty for samples.
  init(of points: [SectionPoint], moments: Moments, pixel: (SIMD2<Double>, SIMD2<Double>), blur edges: [SIMD2<Double>]) {
    let ellipse = moments.ellipse
    let turn = SIMD2(cos(ellipse.turn), sin(ellipse.turn))
    func turned(_ v: SIMD2<Double>) -> SIMD2<Double> {
      SIMD2((v.x * turn.x + v.y * turn.y) / ellipse.halfRL, (v.y * turn.x - v.x * turn.y) / ellipse.halfAP)
    }
    let shifts = Self.parts(of: pixel).map(turned)
    let scale = 1 / (Double(shifts.count) * .pi * ellipse.halfRL * ellipse.halfAP)
    var sums = [SIMD2<Double>](repeating: .zero, count: Self.harmonics + 1)
    for point in points {
      let place = turned(point.place - moments.centroid)
      let weight = point.weight * scale
      sums[0].x += weight * Double(shifts.count) / 2
      for shift in shifts {
        let v = place + shift
        let direction = v / max((v * v).sum().squareRoot(), 1e-9)
        var power = direction
        for harmonic in 1...Self.harmonics {
          sums[harmonic] += weight * power
          power = SIMD2(power.x * direction.x - power.y * direction.y, power.x * direction.y + power.y * direction.x)
        }
      }
    }
    // Blur moves mass between sectors where it is stronger along one axis than along the other; to first order this is its share.
    // Spreading a voxel over directions is a blur of its own.
    for edge in edges + [pixel.0, pixel.1] {
      let v = turned(edge)
      sums[2] += SIMD2((v.y * v.y - v.x * v.x) / 24, -v.x * v.y / 12)
    }
    (halfRL, halfAP) = (ellipse.halfRL, ellipse.halfAP)
    angles = Self.directions.map { atan2($0.y * ellipse.halfAP, $0.x * ellipse.halfRL) }
    sectors = Self.directions.map { direction in
      var (value, power) = (sums[0].x, direction)
      for harmonic in 1...Self.harmonics {
        value += sums[harmonic].x * power.x + sums[harmonic].y * power.y
        power = SIMD2(power.x * direction.x - power.y * direction.y, power.x * direction.y + power.y * direction.x)
      }
      return max(value, 1e-4)
    }
  }

  /// Where the parts of a pixel lie about its center.
  static func parts(of pixel: (SIMD2<Double>, SIMD2<Double>)) -> [SIMD2<Double>] {
    func count(_ edge: SIMD2<Double>) -> Int { min(8, max(1, Int(((edge * edge).sum().squareRoot() / part - 1e-6).rounded(.up)))) }
    let (n, m) = (count(pixel.0), count(pixel.1))
    var parts: [SIMD2<Double>] = []
    for i in 0..<n {
      let across: SIMD2<Double> = pixel.0 * ((Double(i) + 0.5) / Double(n) - 0.5)
      for j in 0..<m {
        let along: SIMD2<Double> = pixel.1 * ((Double(j) + 0.5) / Double(m) - 0.5)
        parts.append(across + along)
      }
    }
    return parts
  }

  /// Points of the contour about the centroid, along the section's own right-left and anterior-posterior axis, mm.
  var contour: [SIMD2<Double>] {
    zip(sectors, Self.directions).map { SIMD2(halfRL, halfAP) * ((2 * $0).squareRoot() * $1) }
  }
}
