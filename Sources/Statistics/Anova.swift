import Foundation

/// Analysis of variance of repeated measures on one factor, with corrections for lack of sphericity.
public struct RepeatedMeasuresANOVA: Sendable, Hashable {
  public let f: Double
  /// Degrees of freedom of the conditions and of the error.
  public let freedom, errorFreedom: Double
  /// P-value if the variances of all differences are equal, and as corrected by Greenhouse and Geisser.
  public let p, pCorrected: Double
  /// Greenhouse and Geisser's epsilon, 1/(k − 1)…1; 1 means sphericity.
  public let epsilon: Double
  /// Share of the variance within people that conditions explain.
  public let partialEtaSquared: Double

  /// - Parameter table: One row per person, one value per condition; all rows alike.
  ///
  /// Source: Greenhouse and Geisser 1959, doi:10.1007/BF02289823; figures agree with `pingouin.rm_anova`.
  public init(_ table: [[Double]]) throws(StatisticsError) {
    let (n, k) = (table.count, table.first?.count ?? 0)
    guard n >= 2 else { throw .tooFew(found: n, needed: 2) }
    guard k >= 2 else { throw .tooFew(found: k, needed: 2) }
    for row in table {
      guard row.count == k else { throw .lengths(row.count, k) }
      try check(row, atLeast: 2)
    }
    let sums = SumsOfSquares(table)
    (freedom, errorFreedom) = (Double(k - 1), Double((n - 1) * (k - 1)))
    guard sums.error > 1e-14 * sums.total else { throw .constant(what: "conditions differ by the same amount in everybody") }
    f = sums.columns / freedom / (sums.error / errorFreedom)
    p = Distribution.fisherTail(f, freedom, errorFreedom)
    partialEtaSquared = sums.columns / (sums.columns + sums.error)
    epsilon = Self.epsilon(table)
    pCorrected = Distribution.fisherTail(f, freedom * epsilon, errorFreedom * epsilon)
  }

  private static func epsilon(_ table: [[Double]]) -> Double {
    let k = table[0].count
    let columns = (0..<k).map { c in table.map { $0[c] } }
    let deviations = columns.map { column -> [Double] in
      let mean = column.mean
      return column.map { $0 - mean }
    }
    let covariance: [[Double]] = deviations.map { first in
      deviations.map { second in zip(first, second).reduce(0) { $0 + $1.0 * $1.1 } / Double(table.count - 1) }
    }
    let rows: [Double] = covariance.map { $0.mean }
    let diagonal: Double = (0..<k).map { covariance[$0][$0] }.mean
    let squares: Double = covariance.joined().reduce(0) { $0 + $1 * $1 }
    let rowSquares: Double = rows.reduce(0) { $0 + $1 * $1 }
    let (conditions, grand) = (Double(k), rows.mean)
    let top = pow(conditions * (diagonal - grand), 2)
    let bottom = (conditions - 1) * (squares - 2 * conditions * rowSquares + conditions * conditions * grand * grand)
    return min(1, top / bottom)
  }
}

/// How the variance of a table of people (rows) and conditions (columns) is made up.
struct SumsOfSquares {
  let rows, columns, error, total: Double

  init(_ table: [[Double]]) {
    let (n, k) = (table.count, table[0].count)
    let all = Array(table.joined())
    let grand = all.mean
    let rowMeans: [Double] = table.map { $0.mean }
    let columnMeans: [Double] = (0..<k).map { c in table.map { $0[c] }.mean }
    func squares(_ values: [Double], around center: Double) -> Double { values.reduce(0) { $0 + ($1 - center) * ($1 - center) } }
    rows = Double(k) * squares(rowMeans, around: grand)
    columns = Double(n) * squares(columnMeans, around: grand)
    total = squares(all, around: grand)
    // Summed directly: a difference of large sums would lose the small remainder.
    var error = 0.0
    for (row, mean) in zip(table, rowMeans) {
      for (value, column) in zip(row, columnMeans) { error += pow(value - mean - column + grand, 2) }
    }
    self.error = error
  }
}
