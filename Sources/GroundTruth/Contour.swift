import Foundation

/// The outline of a cross-section around the cord's axis, as half the squared radius by angle: q(θ) = r(θ)²/2.
///
/// In this form the outline is linear in the mask: with e(θ) any function of the angle, ∫ q e dθ is the integral of e over the mask's
/// area. So sums over voxels give the outline's Fourier coefficients without finding an edge, and averages of outlines keep the area.
///
/// Coefficients: q(θ) = c₀ + Σ cₖ cos kθ + sₖ sin kθ, listed c₀, c₁, s₁, c₂, s₂, …; θ from the person's right towards the front; mm².
public struct Contour: Sendable, Codable, Hashable {
  /// Highest k: an ellipse of the cord's shape needs 6 for 0.02 mm.
  public static let order = 6
  /// Angles at which an outline is drawn.
  static let angles = 64
  static let waves: [[Double]] = (0..<angles).map { wave(at: 2 * .pi * Double($0) / Double(angles)) }

  /// 1 and the cosines and sines of an angle's multiples.
  static func wave(at angle: Double) -> [Double] {
    [1] + (1...order).flatMap { [cos(Double($0) * angle), sin(Double($0) * angle)] }
  }

  public var coefficients: [Double]

  public init(_ coefficients: [Double]) { self.coefficients = coefficients }

  /// Area, mm².
  public var area: Double { 2 * .pi * coefficients[0] }

  /// Radius at each of the angles, mm.
  var radii: [Double] {
    // Half a millimeter at least: noise may not turn an outline inside out.
    Self.waves.map { wave in (2 * max(zip(coefficients, wave).reduce(0) { $0 + $1.0 * $1.1 }, 0.125)).squareRoot() }
  }

  /// The outline drawn at each of the angles: radii, mm, and how much shorter the way to it is than along the radius.
  struct Surface {
    var radii, shortening: [Double]

    /// Signed distance of a point from the outline, mm, positive outside; to first order.
    func distance(angle: Double, radius: Double) -> Double {
      let turn = (angle / (2 * .pi) + 1) * Double(radii.count)
      let (j, f) = (Int(turn) % radii.count, turn - turn.rounded(.down))
      let k = (j + 1) % radii.count
      return (radius - (1 - f) * radii[j] - f * radii[k]) * ((1 - f) * shortening[j] + f * shortening[k])
    }
  }

  var surface: Surface {
    let radii = radii
    let n = Self.angles
    let shortening = (0..<n).map { j in
      let slope = (radii[(j + 1) % n] - radii[(j + n - 1) % n]) / (4 * .pi / Double(n))
      return radii[j] / (radii[j] * radii[j] + slope * slope).squareRoot()
    }
    return Surface(radii: radii, shortening: shortening)
  }

  /// How q changes when the outline moves outwards by 1 mm along its normal; its ``area`` is the perimeter.
  var growth: Contour { change(by: [1]) }

  /// How q changes, to first order, when the outline moves outwards along its normal by a wave of the angle.
  ///
  /// - Parameter shift: Coefficients of the way at each angle, mm: constant, cosine, sine, …; at most as many as the outline has.
  func change(by shift: [Double]) -> Contour {
    let surface = surface
    var sums = [Double](repeating: 0, count: coefficients.count)
    for (wave, (radius, shortening)) in zip(Self.waves, zip(surface.radii, surface.shortening)) {
      let way = zip(shift, wave).reduce(0) { $0 + $1.0 * $1.1 }
      for k in sums.indices { sums[k] += way * radius / shortening * wave[k] }
    }
    return Contour(sums.enumerated().map { $1 * ($0 == 0 ? 1 : 2) / Double(Self.angles) })
  }

  /// Center of area, mm towards right and front.
  var center: SIMD2<Double> {
    let sum = zip(radii, Self.waves).reduce(SIMD2<Double>.zero) { $0 + SIMD2($1.1[1], $1.1[2]) * ($1.0 * $1.0 * $1.0 / 3) }
    return sum * (2 * .pi / Double(Self.angles)) / area
  }

  /// Root mean square distance to another outline along the radius, mm.
  func distance(to other: Contour) -> Double {
    let gaps = zip(coefficients, other.coefficients).map { $0 - $1 }
    let square = gaps[0] * gaps[0] + gaps.dropFirst().reduce(0) { $0 + $1 * $1 } / 2
    return (square / (2 * max(other.coefficients[0], 0.125))).squareRoot()
  }
}

/// Gathers an outline from the pixels of a mask: sums of the waves at their angles.
struct OutlineSums {
  private var sums = [Double](repeating: 0, count: 2 * Contour.order + 1)

  /// Parts of a pixel along each side: a mask is the union of its pixels, not of their centers.
  private static let parts = 3

  /// Where the parts of a pixel lie, from its middle.
  static func parts(of a: SIMD2<Double>, _ b: SIMD2<Double>) -> [SIMD2<Double>] {
    let steps = (0..<parts).map { (Double($0) + 0.5) / Double(parts) - 0.5 }
    return steps.flatMap { j in steps.map { i in a * i + b * j } }
  }

  /// Adds a point that holds a part of a pixel, mm from the axis towards right and front.
  mutating func add(_ point: SIMD2<Double>, weight: Double) {
    let radius = max((point * point).sum().squareRoot(), 1e-9)
    let (c, s) = (point.x / radius, point.y / radius)
    var (real, imaginary) = (weight, 0.0)
    sums[0] += weight
    for k in 1...Contour.order {
      (real, imaginary) = (real * c - imaginary * s, real * s + imaginary * c)
      sums[2 * k - 1] += real
      sums[2 * k] += imaginary
    }
  }

  /// - Parameter pixelArea: Perpendicular to the axis, mm².
  func contour(pixelArea: Double) -> Contour {
    Contour(sums.enumerated().map { $1 * pixelArea / (2 * .pi) * ($0 == 0 ? 1 : 2) })
  }
}

/// The outline of one slice of a mask, seen along the cord.
public struct Section: Sendable, Codable {
  /// Slice number in the mask's own grid.
  public let slice: Int
  /// Place along the reference axis, mm.
  public let place: Double
  /// Length of the cord in the slice, mm.
  public let length: Double
  /// Around the reference axis, perpendicular to it.
  public var contour: Contour
  /// Variance of the outline along its normal by what differs from slice to slice, mm².
  public var variance = 0.0
}
