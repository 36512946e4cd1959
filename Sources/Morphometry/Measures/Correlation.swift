import Foundation
import Volumes

/// How the error of a measure in one slice goes along with that in another.
struct Correlation: Sendable {
  /// Distance along the cord at which errors have a correlation of exp(−½), mm.
  var length = 0.0

  /// Mean, or sum, of a measure over slices.
  func spread(of values: [(estimate: Estimate, weight: Double, at: SIMD3<Double>)], metric: Metric) -> Spread {
    let total = values.reduce(0) { $0 + $1.weight }
    let share = metric.isAdditive ? 1 : 1 / total
    let value = values.reduce(0) { $0 + $1.weight * $1.estimate.value } * share
    let errors = values.compactMap(\.estimate.standardError)
    var error: Double?
    if errors.count == values.count {
      var variance = 0.0
      for i in values.indices {
        for j in values.indices {
          let apart = (values[i].at - values[j].at).length
          let together = i == j ? 1 : length > 0 ? exp(-apart * apart / (2 * length * length)) : 0
          variance += values[i].weight * values[j].weight * errors[i] * errors[j] * together
        }
      }
      error = variance.squareRoot() * share
    }
    let spread = Spread(of: values.map(\.estimate.value)).standardDeviation
    return Spread(Estimate(value, standardError: error, limits: metric.limits), standardDeviation: spread)
  }
}
