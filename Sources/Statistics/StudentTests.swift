import Foundation

/// Student's paired t test.
public struct PairedT: Sendable, Hashable {
  /// Mean difference, its standard error, and t.
  public let mean, error, t: Double
  /// Two-sided.
  public let p: Double
  public let freedom: Int
  /// 95 % interval of the mean difference.
  public let interval: Interval

  /// - Throws: ``StatisticsError`` below two pairs, or where all differences are the same.
  public init(_ differences: [Double]) throws(StatisticsError) {
    try check(differences, atLeast: 2)
    mean = differences.mean
    error = differences.standardDeviation / Double(differences.count).squareRoot()
    guard error > 0 else { throw .constant(what: mean == 0 ? "all differences are zero" : "all differences are the same") }
    t = mean / error
    freedom = differences.count - 1
    p = Distribution.studentTwoSided(t, freedom: Double(freedom))
    let reach = Distribution.studentQuantile(0.975, freedom: Double(freedom)) * error
    interval = Interval(mean - reach, mean + reach)
  }
}

/// Two one-sided tests of equivalence: is the mean difference inside a margin?
public struct Equivalence: Sendable, Hashable {
  /// P-values against "at most −margin" and "at least +margin", and the larger of the two, which decides.
  public let lower, upper, p: Double
  /// 90 % interval of the mean difference: equivalent at 5 % where it lies inside the margin.
  public let interval: Interval

  /// - Parameters:
  ///   - differences: One for each pair.
  ///   - margin: Largest difference that does not matter, in the unit of the differences; positive.
  ///
  /// Source: Schuirmann 1987, doi:10.1007/BF01068419.
  public init(_ differences: [Double], margin: Double) throws(StatisticsError) {
    guard margin > 0 else { throw .parameter(name: "margin", expected: "positive") }
    let test = try PairedT(differences)
    let freedom = Double(test.freedom)
    lower = Distribution.student(-(test.mean + margin) / test.error, freedom: freedom)
    upper = Distribution.student((test.mean - margin) / test.error, freedom: freedom)
    p = max(lower, upper)
    let reach = Distribution.studentQuantile(0.95, freedom: freedom) * test.error
    interval = Interval(test.mean - reach, test.mean + reach)
  }
}
