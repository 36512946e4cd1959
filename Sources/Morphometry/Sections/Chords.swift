import Foundation

/// Diameters through the centroid along the section's own axes.
///
/// A single line of voxels is rough, so the mean chord of a band about the axis is taken, ``band`` of the half axis to both sides, and divided
/// by what that mean is in an ellipse of diameter 1: with x = ``band``, (√(1 − x²) + asin(x)/x) / 2. The voxels' blur across
/// the band, of variance v, shortens it by v / (2 b² √(1 − x²)) with the half axis b across; this is given back.
struct Chords: Sendable {
  /// Half width of the band as a part of the half axis.
  static let band = 0.4

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
        // Along right-left within the band about that axis, and the other way round; a part on the band's border counts in part.
        let inside = Self.band * half - SIMD2(abs(v.x), abs(v.y))
        let (alongX, alongY) = (point.weight * share(inside.y, size.y), point.weight * share(inside.x, size.x))
        let front = SIMD2(share(v.x, size.x), share(v.y, size.y))
        ahead += SIMD2(alongX * front.x, alongY * front.y)
        behind += SIMD2(alongX * (1 - front.x), alongY * (1 - front.y))
      }
    }
    let root = (1 - Self.band * Self.band).squareRoot()
    let ofEllipse = (root + asin(Self.band) / Self.band) / 2
    let across = SIMD2(half.y, half.x)
    var variance = SIMD2<Double>.zero
    for edge in (edges + [pixel.0, pixel.1]).map(turned) { variance += SIMD2(edge.y * edge.y, edge.x * edge.x) / 12 }
    let lost: SIMD2<Double> = variance / (across * across) / (2 * root)
    let kept = SIMD2(max(ofEllipse - lost.x, 0.5), max(ofEllipse - lost.y, 0.5))
    let width: SIMD2<Double> = across * (2 * Self.band * Double(shifts.count))
    let scale = SIMD2(1 / (width.x * kept.x), 1 / (width.y * kept.y))
    (right, left) = (ahead.x * scale.x, behind.x * scale.x)
    (anterior, posterior) = (ahead.y * scale.y, behind.y * scale.y)
  }

  var measures: [Metric: Double] {
    [.rlDiameter: right + left, .apDiameter: anterior + posterior, .anteriorLength: anterior, .posteriorLength: posterior]
  }
}
