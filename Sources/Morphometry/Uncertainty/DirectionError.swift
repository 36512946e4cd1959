import Foundation
import Numerics
import Volumes

extension Centerline {
  /// Standard error of the cord's direction in each slice, radians, about any axis across it.
  ///
  /// The direction is linear in the points of the fit, so their covariance gives its variance.
  ///
  /// - Parameters:
  ///   - deviation: Standard deviation of a slice's center from one side to the other, mm.
  ///   - correlation: How the centers of slices go together.
  func directionErrors(deviation: Double, correlation: SliceCorrelation) -> [Double] {
    guard hasDirection else { return [Double](repeating: 0, count: slicing.count) }
    let ends = (first: heights.first!, last: heights.last!)
    // What each point adds to the slopes: the fit is linear, so one column a point holds a fit of that point alone.
    let units = heights.indices.map { index in heights.indices.map { $0 == index ? 1.0 : 0 } }
    let fit = PenalizedSpline(
      places: heights, values: units, weights: weights, smoothingLength: Self.smoothingLength, placeSpacing: slicing.spacing, ridge: 0)
    let slopes = (0..<slicing.count).map { fit.derivative(min(max(Double($0) * slicing.spacing, ends.first), ends.last)) }
    // Distances between points are whole numbers of slices.
    let shared = (0...slicing.count).map { correlation(Double($0) * correlation.thickness) }
    let places = heights.map { Int(($0 / slicing.spacing).rounded()) }
    let reach = Int((6 * EdgeError.cordLength / correlation.thickness).rounded(.up))
    return slopes.map { slopes in
      var variance = 0.0
      for i in places.indices {
        var sum = 0.5 * slopes[i]
        var j = i - 1
        while j >= 0, places[i] - places[j] <= reach {
          sum += slopes[j] * shared[places[i] - places[j]]
          j -= 1
        }
        variance += 2 * slopes[i] * sum
      }
      return deviation * max(variance, 0).squareRoot()
    }
  }
}
