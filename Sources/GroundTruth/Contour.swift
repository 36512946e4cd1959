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
  static let waves: [[Double]] = (0..<angles).map { j in
    let angle = 2 * .pi * Double(j) / Double(angles)
    return [1] + (1...order).flatMap { [cos(Double($0) * angle), sin(Double($0) * angle)] }
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

  /// How q changes when the outline moves outwards by 1 mm along its normal; its ``area`` is the perimeter.
  var growth: Contour {
    let radii = radii
    let n = Self.angles
    var sums = [Double](repeating: 0, count: coefficients.count)
    for j in 0..<n {
      let slope = (radii[(j + 1) % n] - radii[(j + n - 1) % n]) / (4 * .pi / Double(n))
      let element = (radii[j] * radii[j] + slope * slope).squareRoot()
      for (k, wave) in Self.waves[j].enumerated() { sums[k] += element * wave }
    }
    return Contour(sums.enumerated().map { $1 * ($0 == 0 ? 1 : 2) / Double(n) })
  }

  /// Root mean square distance to another outline along the radius, mm.
  func distance(to other: Contour) -> Double {
    let gaps = zip(coefficients, other.coefficients).map { $0 - $1 }
    let square = gaps[0] * gaps[0] + gaps.dropFirst().reduce(0) { $0 + $1 * $1 } / 2
    return (square / (2 * max(other.coefficients[0], 0.125))).squareRoot()
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
}
