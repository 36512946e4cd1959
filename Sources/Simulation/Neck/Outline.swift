import Foundation

/// Shape of a tube's section: its radius by direction, in units of the half diameters of an ellipse.
///
/// A direction φ is counted from the front towards the right; the edge lies at right = halfRL·R(φ)·sin φ and front =
/// halfAP·R(φ)·cos φ, where R(φ) = Σ cosines[k] cos kφ + sines[k] sin kφ, k from 0 to 7. Sections of this family are smooth,
/// may be flat, indented or lopsided, and have area and moments in closed form.
public struct Outline: Sendable, Codable, Equatable {
  /// Coefficients of R; those of k = 0 and 1 to 7.
  public var cosines, sines: SIMD8<Double>

  /// R = 1.
  public static let ellipse = Outline(cosines: [1, 0, 0, 0, 0, 0, 0, 0], sines: .zero)

  /// A flattening or an indentation of the ellipse.
  ///
  /// - Parameters:
  ///   - direction: Where, radians from the front towards the right.
  ///   - depth: Share of the half diameter that is lost there, below 0.7; negative for a bulge.
  mutating func press(_ direction: Double, depth: Double) {
    for k in 0..<8 {
      let weight = depth * Self.dent[k]
      cosines[k] -= weight * cos(Double(k) * direction)
      sines[k] -= weight * sin(Double(k) * direction)
    }
  }

  /// Fourier series of a smooth dent of depth 1 and about 60° half width: Gaussian weights, which nearly vanish beyond k = 7.
  private static let dent: SIMD8<Double> = {
    var weights = SIMD8<Double>.zero
    for k in 0..<8 { weights[k] = (k == 0 ? 0.5 : 1) * exp(-0.5 * pow(Double(k) / 2.6, 2)) }
    return weights / weights.sum()
  }()

  static func + (a: Outline, b: Outline) -> Outline { Outline(cosines: a.cosines + b.cosines, sines: a.sines + b.sines) }
  static func - (a: Outline, b: Outline) -> Outline { Outline(cosines: a.cosines - b.cosines, sines: a.sines - b.sines) }
  static func * (a: Outline, b: Double) -> Outline { Outline(cosines: a.cosines * b, sines: a.sines * b) }

  /// Cosine and sine of 0…7 times an angle.
  @inline(__always) static func multiples(_ c: Double, _ s: Double) -> (cosines: SIMD8<Double>, sines: SIMD8<Double>) {
    let (c2, s2) = (c * c - s * s, 2 * c * s)
    let (c3, s3) = (c2 * c - s2 * s, s2 * c + c2 * s)
    let (c4, s4) = (c2 * c2 - s2 * s2, 2 * c2 * s2)
    let (c5, s5) = (c4 * c - s4 * s, s4 * c + c4 * s)
    let (c6, s6) = (c3 * c3 - s3 * s3, 2 * c3 * s3)
    let (c7, s7) = (c6 * c - s6 * s, s6 * c + c6 * s)
    return ([1, c, c2, c3, c4, c5, c6, c7], [0, s, s2, s3, s4, s5, s6, s7])
  }

  private static let orders: SIMD8<Double> = [0, 1, 2, 3, 4, 5, 6, 7]

  /// R with its first and second derivative in a direction given by its multiples.
  @inline(__always) func radius(_ m: (cosines: SIMD8<Double>, sines: SIMD8<Double>)) -> SIMD3<Double> {
    let k = Self.orders
    let (even, odd) = (cosines * m.cosines + sines * m.sines, sines * m.cosines - cosines * m.sines)
    return [even.sum(), (k * odd).sum(), -(k * k * even).sum()]
  }

  /// R in a direction, radians from the front towards the right.
  public func radius(_ direction: Double) -> Double { radius(Self.multiples(cos(direction), sin(direction))).x }

  /// Area relative to the ellipse: ½π⁻¹ ∫ R², in closed form.
  var area: Double {
    let squares = cosines * cosines + sines * sines
    return squares[0] + (squares.sum() - squares[0]) / 2
  }

  /// Center of area (right, front), and the diameters (RL, AP) of the ellipse with the same second moments: of the outline
  /// with half diameters 1.
  ///
  /// The sums are exact: no product here has a higher order than 30.
  var moments: (center: SIMD2<Double>, diameters: SIMD2<Double>) {
    var (first, second) = (SIMD2<Double>.zero, SIMD2<Double>.zero)
    for m in Self.circle {
      let r = radius(m).x
      let direction = SIMD2(m.sines[1], m.cosines[1])
      first += direction * (r * r * r / 3)
      second += direction * direction * (r * r * r * r / 4)
    }
    let scale = 2 * Double.pi / Double(Self.circle.count)
    let area = .pi * area
    let center = first * scale / area
    let variance = second * scale / area - center * center
    return (center, SIMD2(variance.x.squareRoot(), variance.y.squareRoot()) * 4)
  }

  /// Largest slope of the normalized radius r / R(φ) and largest radius.
  var bounds: (slope: Double, reach: Double) {
    Self.circle.reduce((0, 0)) { bounds, m in
      let r = radius(m)
      return (max(bounds.0, (1 + (r.y / r.x) * (r.y / r.x)).squareRoot() / r.x), max(bounds.1, r.x))
    }
  }

  /// 32 directions around.
  static let circle = (0..<32).map { i in
    let angle = 2 * .pi * Double(i) / 32
    return multiples(cos(angle), sin(angle))
  }
}
