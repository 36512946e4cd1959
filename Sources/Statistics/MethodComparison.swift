import Foundation
import Numerics

/// Bland and Altman's agreement of two methods.
public struct BlandAltman: Sendable, Hashable {
  /// Mean difference (second minus first) and its 95 % interval.
  public let bias: Double
  public let biasInterval: Interval
  /// Standard deviation of the differences.
  public let standardDeviation: Double
  /// Where 95 % of differences lie, and the 95 % intervals of both limits.
  public let limits: Interval
  public let lowerLimitInterval, upperLimitInterval: Interval
  /// Correlation of the difference with the mean of both: other than zero where the bias depends on size. Not a number where either does not vary.
  public let proportionality: Double

  /// Source: Bland and Altman 1986, doi:10.1016/S0140-6736(86)90837-8; limits' error as in Bland and Altman 1999.
  public init(_ first: [Double], _ second: [Double]) throws(StatisticsError) {
    try check(first, second, atLeast: 2)
    let differences = zip(first, second).map { $1 - $0 }
    let n = Double(differences.count)
    bias = differences.mean
    standardDeviation = differences.standardDeviation
    let z = Distribution.normalQuantile(0.975)
    limits = Interval(bias - z * standardDeviation, bias + z * standardDeviation)
    let t = Distribution.studentQuantile(0.975, freedom: n - 1)
    let biasReach = t * standardDeviation / n.squareRoot()
    biasInterval = Interval(bias - biasReach, bias + biasReach)
    let reach = t * standardDeviation * (1 / n + z * z / (2 * (n - 1))).squareRoot()
    lowerLimitInterval = Interval(limits.lower - reach, limits.lower + reach)
    upperLimitInterval = Interval(limits.upper - reach, limits.upper + reach)
    proportionality = correlation(zip(first, second).map { ($0 + $1) / 2 }, differences)
  }
}

/// Pearson's correlation; not a number where either list does not vary.
public func correlation(_ x: [Double], _ y: [Double]) -> Double {
  let (mx, my) = (x.mean, y.mean)
  let xy = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
  let (xx, yy) = (x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }, y.reduce(0) { $0 + ($1 - my) * ($1 - my) })
  return xx > 0 && yy > 0 ? max(-1, min(1, xy / (xx * yy).squareRoot())) : .nan
}

/// A straight line between two methods that both err.
public struct MethodLine: Sendable, Hashable {
  public let slope, intercept: Double
  /// 95 %; `nil` where the method has none.
  public let slopeInterval, interceptInterval: Interval?

  /// Deming's regression.
  ///
  /// - Parameter ratio: Variance of the error of y over that of x; 1 is orthogonal regression.
  ///
  /// Source: Deming 1943; intervals by the jackknife (Linnet 1993, Clinical Chemistry 39:424–432).
  public static func deming(_ x: [Double], _ y: [Double], ratio: Double = 1) throws(StatisticsError) -> MethodLine {
    try check(x, y, atLeast: 3)
    guard ratio > 0 else { throw .parameter(name: "ratio", expected: "positive") }
    let (slope, intercept) = try fit(x, y, ratio)
    let n = Double(x.count)
    var slopes: [Double] = []
    var intercepts: [Double] = []
    for i in x.indices {
      var (a, b) = (x, y)
      a.remove(at: i)
      b.remove(at: i)
      let part = try fit(a, b, ratio)
      slopes.append(n * slope - (n - 1) * part.slope)
      intercepts.append(n * intercept - (n - 1) * part.intercept)
    }
    let t = Distribution.studentQuantile(0.975, freedom: n - 2)
    func interval(_ pseudo: [Double], _ center: Double) -> Interval {
      let reach = t * (pseudo.variance / n).squareRoot()
      return Interval(center - reach, center + reach)
    }
    return MethodLine(
      slope: slope, intercept: intercept, slopeInterval: interval(slopes, slope), interceptInterval: interval(intercepts, intercept))
  }

  private static func fit(_ x: [Double], _ y: [Double], _ ratio: Double) throws(StatisticsError) -> (slope: Double, intercept: Double) {
    let (mx, my) = (x.mean, y.mean)
    let xx = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
    let yy = y.reduce(0) { $0 + ($1 - my) * ($1 - my) }
    let xy = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
    guard xy != 0 else { throw .constant(what: "the two do not vary together") }
    let u = yy - ratio * xx
    let slope = (u + (u * u + 4 * ratio * xy * xy).squareRoot()) / (2 * xy)
    return (slope, my - slope * mx)
  }

  /// Passing and Bablok's regression: the shifted median of all slopes between pairs of points.
  ///
  /// Source: Passing and Bablok 1983, doi:10.1515/cclm.1983.21.11.709.
  public static func passingBablok(_ x: [Double], _ y: [Double]) throws(StatisticsError) -> MethodLine {
    try check(x, y, atLeast: 3)
    var slopes: [Double] = []
    for i in x.indices {
      for j in x.indices where j > i {
        let (dx, dy) = (x[j] - x[i], y[j] - y[i])
        // Identical points say nothing; upright pairs count as infinitely steep; slopes of exactly −1 are left out.
        if dx == 0 && dy == 0 { continue }
        let slope = dx == 0 ? (dy > 0 ? Double.infinity : -.infinity) : dy / dx
        if slope != -1 { slopes.append(slope) }
      }
    }
    guard !slopes.isEmpty else { throw .constant(what: "all points are the same") }
    slopes.sort()
    let count = slopes.count
    let shift = slopes.filter { $0 < -1 }.count
    func at(_ index: Int) -> Double { slopes[min(max(index, 0), count - 1)] }
    let slope = count % 2 == 1 ? at((count - 1) / 2 + shift) : (at(count / 2 - 1 + shift) + at(count / 2 + shift)) / 2
    guard slope.isFinite else { throw .constant(what: "the first method does not vary") }
    let n = Double(x.count)
    let reach = Distribution.normalQuantile(0.975) * (n * (n - 1) * (2 * n + 5) / 18).squareRoot()
    let lower = Int(((Double(count) - reach) / 2).rounded())
    let upper = count - lower + 1
    let (low, high) = (at(lower - 1 + shift), at(upper - 1 + shift))
    func intercept(_ slope: Double) -> Double { zip(x, y).map { $1 - slope * $0 }.median }
    return MethodLine(
      slope: slope, intercept: intercept(slope), slopeInterval: Interval(low, high),
      interceptInterval: low.isFinite && high.isFinite ? Interval(intercept(high), intercept(low)) : nil)
  }
}
