import Foundation
import Volumes

extension Centerline {
  /// Standard error of the cord's direction in each slice, radians, about any axis across it.
  ///
  /// The direction is linear in the points of the fit, so their covariance gives its variance.
  ///
  /// - Parameter deviation: Standard deviation of a slice's center from one side to the other, mm; errors fade along the cord like those of
  ///   the edge.
  func directionErrors(deviation: Double) -> [Double] {
    guard hasDirection else { return [Double](repeating: 0, count: slicing.count) }
    let ends = (first: heights.first!, last: heights.last!)
    // What each point adds to the slopes: the fit is linear, and does three of them at a time.
    var slopes = [[Double]](repeating: [Double](repeating: 0, count: heights.count), count: slicing.count)
    for start in stride(from: 0, to: heights.count, by: 3) {
      let points = heights.indices.map { index in
        let unit = SIMD3(index == start ? 1.0 : 0, index == start + 1 ? 1 : 0, index == start + 2 ? 1 : 0)
        return (at: heights[index], value: unit, weight: weights[index])
      }
      let fit = SmoothingSpline(points: points, smoothingLength: Self.smoothingLength, pointSpacing: slicing.spacing)
      for level in slopes.indices {
        let slope = fit.derivative(min(max(Double(level) * slicing.spacing, ends.first), ends.last))
        for k in 0..<min(3, heights.count - start) { slopes[level][start + k] = slope[k] }
      }
    }
    let reach = 6 * EdgeError.cordLength
    return slopes.map { slopes in
      var variance = 0.0
      for i in heights.indices {
        for j in heights.indices where abs(heights[i] - heights[j]) < reach {
          variance += slopes[i] * slopes[j] * exp(-abs(heights[i] - heights[j]) / EdgeError.cordLength)
        }
      }
      return deviation * max(variance, 0).squareRoot()
    }
  }
}
