import Foundation
import Volumes

/// How means over slices of a field that fades along the cord as exp(−d / length) go together.
///
/// For slices of thickness t, with x = t / length, the mean over one keeps 2 (x − 1 + e⁻ˣ) / x² of the field's variance, and two that lie d ≥ t apart
/// share (2 sinh(x/2) / x)² exp(−d / length) of it.
struct SliceCorrelation: Sendable {
  /// Length of a slice along the cord, mm.
  let thickness: Double
  /// What a slice's mean keeps of the field's variance.
  let kept: Double
  /// The part of the variance that is the field's; the rest is the slices' own and fades sooner.
  var common = 1.0
  private let length, ownLength, between: Double

  init(thickness: Double, length: Double, ownLength: Double = 1) {
    self.ownLength = ownLength
    let x = max(thickness / length, 1e-3)
    (self.thickness, self.length) = (thickness, length)
    kept = 2 * (x - 1 + exp(-x)) / (x * x)
    let rise = 2 * sinh(x / 2) / x
    between = rise * rise / kept
  }

  /// Correlation of two slices so far apart, mm.
  func callAsFunction(_ apart: Double) -> Double {
    apart < 1e-6 ? 1 : common * min(1, between * exp(-apart / length)) + (1 - common) * own(apart)
  }

  /// Correlation of what is the slices' own.
  func own(_ apart: Double) -> Double { exp(-apart / ownLength) }

  /// Distance beyond which it is next to nothing, mm.
  var reach: Double { 10 * length }
}

/// How the error of a measure in one slice goes along with that in another.
struct Correlation: Sendable {
  /// Angles come from a curve that is stiff over some such length, mm.
  private static let angleLength = 30.0
  /// Of the area, and of what depends on the shape.
  let area, shape: SliceCorrelation
  private let angle: SliceCorrelation

  init(area: SliceCorrelation, shape: SliceCorrelation) {
    (self.area, self.shape) = (area, shape)
    angle = SliceCorrelation(thickness: area.thickness, length: Self.angleLength)
  }

  private subscript(metric: Metric) -> SliceCorrelation {
    switch metric {
    case .apAngle, .rlAngle, .length: angle
    case .area, .volume: area
    default: shape
    }
  }

  /// Mean, or sum, of a measure over slices.
  static func spread(
    of values: [(estimate: Estimate, weight: Double, at: SIMD3<Double>)], metric: Metric, with correlation: Correlation?
  ) -> Spread {
    let total = values.reduce(0) { $0 + $1.weight }
    let share = metric.isAdditive ? 1 : 1 / total
    let value = values.reduce(0) { $0 + $1.weight * $1.estimate.value } * share
    let errors = values.compactMap { value in value.estimate.standardError.map { $0 * value.weight } }
    var error: Double?
    if errors.count == values.count, let correlation = correlation?[metric] {
      var variance = 0.0
      for i in values.indices {
        variance += errors[i] * errors[i]
        for j in values.indices[..<i] {
          let apart = (values[i].at - values[j].at).length
          if apart <= correlation.reach { variance += 2 * errors[i] * errors[j] * correlation(apart) }
        }
      }
      error = variance.squareRoot() * share
    }
    let spread = Spread(of: values.map(\.estimate.value)).standardDeviation
    return Spread(Estimate(value, standardError: error, limits: metric.limits), standardDeviation: spread)
  }
}
