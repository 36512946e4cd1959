import Foundation
import Volumes

/// How the error of a measure in one slice goes along with that in another.
struct Correlation: Sendable {
  /// Angles come from a curve that is stiff over some such length, mm.
  private static let angleLength = 30.0

  /// Mean, or sum, of a measure over slices.
  func spread(of values: [(estimate: Estimate, weight: Double, at: SIMD3<Double>)], metric: Metric) -> Spread {
    let total = values.reduce(0) { $0 + $1.weight }
    let share = metric.isAdditive ? 1 : 1 / total
    let value = values.reduce(0) { $0 + $1.weight * $1.estimate.value } * share
    let errors = values.compactMap(\.estimate.standardError)
    var error: Double?
    if errors.count == values.count {
      let length = metric == .apAngle || metric == .rlAngle || metric == .length ? Self.angleLength : EdgeError.cordLength
      var variance = 0.0
      for i in values.indices {
        for j in values.indices {
          let apart = (values[i].at - values[j].at).length
          if apart > 10 * length { continue }
          variance += values[i].weight * values[j].weight * errors[i] * errors[j] * exp(-apart / length)
        }
      }
      error = variance.squareRoot() * share
    }
    let spread = Spread(of: values.map(\.estimate.value)).standardDeviation
    return Spread(Estimate(value, standardError: error, limits: metric.limits), standardDeviation: spread)
  }
}
