import Foundation

/// Diameters through the centroid along the section's own axes.
///
/// A single line of voxels is rough, so a mean of the chords beside the axis is taken, with the weight (1 − x²/``band``²)² of their distance x in units
/// of the half axis across, and divided by what that mean is in an ellipse of diameter 1 that is blurred like the mask (``meanChord(blurredBy:)``).
/// The weight fades: a sharp border would lie within rows of voxels, whose content is not spread evenly, and cost up to 0.1 mm.
struct Chords: Sendable {
  /// Half width of the band as a part of the half axis.
  static let band = 0.6

  /// Lengths from the centroid, mm.
  let (right, left, anterior, posterior): (Double, Double, Double, Double)

  /// - Parameters: As for ``Outline``.
  init(of points: [SectionPoint], moments: Moments, pixel: (SIMD2<Double>, SIMD2<Double>), blur edges: [SIMD2<Double>]) {
    let ellipse = moments.ellipse
    let (c, s) = (cos(ellipse.turn), sin(ellipse.turn))
    func turned(_ v: SIMD2<Double>) -> SIMD2<Double> { SIMD2(v.x * c + v.y * s, v.y * c - v.x * s) }
    let half = SIMD2(ellipse.halfRL, ellipse.halfAP)
    let shifts = Outline.parts(of: pixel).map(turned)
    // Extent of a part along each axis.
    let count = Double(shifts.count).squareRoot()
    let (p, q) = (turned(pixel.0) / count, turned(pixel.1) / count)
    let size = SIMD2(max(abs(p.x) + abs(q.x), 1e-6), max(abs(p.y) + abs(q.y), 1e-6))
    func share(_ depth: Double, _ size: Double) -> Double { min(max(0.5 + depth / size, 0), 1) }
    var (ahead, behind) = (SIMD2<Double>.zero, SIMD2<Double>.zero)
    for point in points {
      let place = turned(point.place - moments.centroid)
      for shift in shifts {
        let v = place + shift
        // Along right-left within the band about that axis, and the other way round.
        let (alongX, alongY) = (point.weight * Self.weight(v.y / half.y), point.weight * Self.weight(v.x / half.x))
        let front = SIMD2(share(v.x, size.x), share(v.y, size.y))
        ahead += SIMD2(alongX * front.x, alongY * front.y)
        behind += SIMD2(alongX * (1 - front.x), alongY * (1 - front.y))
      }
    }
    let across = SIMD2(half.y, half.x)
    let blurs = (edges + [pixel.0, pixel.1]).map(turned)
    let kept = SIMD2(
      Self.meanChord(blurredBy: blurs.map { abs($0.y) / across.x }), Self.meanChord(blurredBy: blurs.map { abs($0.x) / across.y }))
    let width: SIMD2<Double> = across * (Self.width * Double(shifts.count))
    let scale = SIMD2(1 / (width.x * kept.x), 1 / (width.y * kept.y))
    (right, left) = (ahead.x * scale.x, behind.x * scale.x)
    (anterior, posterior) = (ahead.y * scale.y, behind.y * scale.y)
  }

  /// Weight of a chord at a distance from the axis, in units of the half axis across.
  static func weight(_ distance: Double) -> Double {
    let inside = max(1 - distance * distance / (band * band), 0)
    return inside * inside
  }

  /// Integral of the weight.
  private static let width = band * 16 / 15

  /// Mean of the chords of an ellipse of diameter 1 that boxes blur across the band.
  ///
  /// The largest box, a tilted cord's reach in a thick slice, is integrated; of the others their variance counts.
  ///
  /// - Parameter boxes: Their edges, in units of the half axis across.
  static func meanChord(blurredBy boxes: [Double]) -> Double {
    let largest = boxes.max() ?? 0
    let others = ((boxes.reduce(0) { $0 + $1 * $1 } - largest * largest) / 12).squareRoot()
    var sum = 0.0
    // Gauss's four points of the box; both sides are alike.
    for (place, share) in [(0.861136312, 0.347854845), (0.339981044, 0.652145155)] {
      for side in [-1.0, 1] {
        let shift = place * largest / 2 + side * others
        for (distance, weight) in nodes { sum += share / 2 * weight * max(1 - (distance + shift) * (distance + shift), 0).squareRoot() }
      }
    }
    return max(sum, 0.5)
  }

  /// Distances over the band with their weights, which add up to 1.
  private static let nodes = (0..<24).map { index in
    let distance = band * (2 * (Double(index) + 0.5) / 24 - 1)
    return (distance, weight(distance) * 2 * band / 24 / width)
  }

  var measures: [Metric: Double] {
    [.rlDiameter: right + left, .apDiameter: anterior + posterior, .anteriorLength: anterior, .posteriorLength: posterior]
  }
}
