import Foundation

/// Intraclass correlation of single measurements.
public struct IntraclassCorrelation: Sendable, Hashable {
  public enum Kind: String, Sendable, CaseIterable {
    /// ICC(2,1): raters stand for all raters; systematic differences count as disagreement.
    case agreement
    /// ICC(3,1): these raters only; systematic differences do not count.
    case consistency
  }

  public let value: Double
  /// 95 %.
  public let interval: Interval

  /// - Parameter table: One row per person, one value per method.
  ///
  /// Source: Shrout and Fleiss 1979; McGraw and Wong 1996, doi:10.1037/1082-989X.1.1.30 (intervals).
  public init(_ table: [[Double]], _ kind: Kind) throws(StatisticsError) {
    let (n, k) = (table.count, table.first?.count ?? 0)
    guard n >= 2 else { throw .tooFew(found: n, needed: 2) }
    guard k >= 2 else { throw .tooFew(found: k, needed: 2) }
    for row in table {
      guard row.count == k else { throw .lengths(row.count, k) }
      try check(row, atLeast: 2)
    }
    let sums = SumsOfSquares(table)
    guard sums.total > 0 else { throw .constant(what: "all values are the same") }
    let (people, methods) = (Double(n), Double(k))
    let between = sums.rows / (people - 1)
    let columns = sums.columns / (methods - 1)
    let error = sums.error / ((people - 1) * (methods - 1))
    guard error > 1e-14 * sums.total else { throw .constant(what: "methods differ by the same amount in everybody") }
    let freedom = (people - 1) * (methods - 1)
    switch kind {
    case .consistency:
      value = (between - error) / (between + (methods - 1) * error)
      let f = between / error
      let low = f / Distribution.fisherQuantile(0.975, people - 1, freedom)
      let high = f * Distribution.fisherQuantile(0.975, freedom, people - 1)
      interval = Interval((low - 1) / (low + methods - 1), (high - 1) / (high + methods - 1))
    case .agreement:
      value = (between - error) / (between + (methods - 1) * error + methods * (columns - error) / people)
      let f = columns / error
      // Satterthwaite's degrees of freedom, written as McGraw and Wong do after division by the error's mean square.
      let top = freedom * pow(methods * value * f + people * (1 + (methods - 1) * value) - methods * value, 2)
      let bottom =
        (people - 1) * methods * methods * value * value * f * f + pow(people * (1 + (methods - 1) * value) - methods * value, 2)
      let v = top / bottom
      let lowF = Distribution.fisherQuantile(0.975, people - 1, v)
      let highF = Distribution.fisherQuantile(0.975, v, people - 1)
      let spread = methods * columns + (methods * people - methods - people) * error
      interval = Interval(
        people * (between - lowF * error) / (lowF * spread + people * between),
        people * (highF * between - error) / (spread + people * highF * between))
    }
  }
}

/// What a single measurement can tell.
public struct Detectability: Sendable, Hashable {
  /// Standard deviation of one measurement on one person.
  public let measurementError: Double

  /// - Parameter table: One row per person, repeated measurements of the same.
  /// - Throws: ``StatisticsError`` where nobody was measured twice.
  public init(_ table: [[Double]]) throws(StatisticsError) {
    var (squares, freedom) = (0.0, 0)
    for row in table {
      try check(row, atLeast: 1)
      let mean = row.mean
      squares += row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      freedom += row.count - 1
    }
    guard freedom > 0 else { throw .tooFew(found: table.count, needed: 2) }
    measurementError = (squares / Double(freedom)).squareRoot()
  }

  /// Smallest change of one person that is not noise at 95 %: 1.96 √2 times the measurement error.
  public var minimalDetectableChange: Double { Distribution.normalQuantile(0.975) * 2.0.squareRoot() * measurementError }
}

/// People that a trial needs in each of two groups to see a difference of mean changes.
///
/// - Parameters:
///   - difference: Of the groups' means, in the unit of the standard deviation.
///   - standardDeviation: Of the changes within a group.
///   - power: Chance of seeing it, e.g. 0.8.
///   - significance: Two-sided level.
///
/// Source: n = 2 (z₁₋α⁄₂ + z₁₋β)² σ² / δ², rounded up; the normal approximation.
public func sampleSize(
  difference: Double, standardDeviation: Double, power: Double = 0.8, significance: Double = 0.05
) throws(StatisticsError) -> Int {
  guard difference != 0, difference.isFinite else { throw .parameter(name: "difference", expected: "a number other than zero") }
  guard standardDeviation > 0 else { throw .parameter(name: "standardDeviation", expected: "positive") }
  guard 0 < power, power < 1 else { throw .parameter(name: "power", expected: "between 0 and 1") }
  guard 0 < significance, significance < 1 else { throw .parameter(name: "significance", expected: "between 0 and 1") }
  let z = Distribution.normalQuantile(1 - significance / 2) + Distribution.normalQuantile(power)
  let size = 2 * pow(z * standardDeviation / difference, 2)
  guard size < 1e15 else { throw .parameter(name: "difference", expected: "larger: no trial is that big") }
  return Int(size.rounded(.up))
}
