import Foundation

/// The Wilcoxon signed-rank test of paired differences.
public struct Wilcoxon: Sendable, Hashable {
  /// What becomes of differences of exactly zero.
  public enum Zeros: String, Sendable, CaseIterable {
    /// They are dropped before ranking (Wilcoxon 1945).
    case wilcox
    /// They are ranked and then dropped (Pratt 1959).
    case pratt
    /// They are ranked, and their ranks are shared out between both signs.
    case zsplit
  }

  /// How the p-value was made.
  public enum Method: String, Sendable {
    /// From all 2ⁿ signs; without ties and zeros only.
    case exact
    /// From the normal distribution, variance corrected for ties, without continuity correction.
    case normal
  }

  /// Sum of the ranks of positive and of negative differences.
  public let positive, negative: Double
  /// Two-sided.
  public let p: Double
  public let method: Method
  /// Pairs, and those of them with a difference.
  public let count, nonzero: Int

  /// Largest n for which the exact distribution is used, as in SciPy.
  private static let exactLimit = 50

  /// Tests whether the differences lie symmetrically about zero.
  ///
  /// - Parameters:
  ///   - differences: One for each pair.
  ///   - zeros: See ``Zeros-swift.enum``.
  ///   - method: Exact up to 50 differences without ties and zeros, else normal, when `nil`.
  /// - Throws: ``StatisticsError`` where all differences are zero or there are none.
  ///
  /// Source: Wilcoxon 1945; Pratt 1959, doi:10.1080/01621459.1959.10501526. The choices are those of `scipy.stats.wilcoxon`.
  public init(_ differences: [Double], zeros: Zeros = .wilcox, method: Method? = nil) throws(StatisticsError) {
    try check(differences, atLeast: 1)
    let used = zeros == .wilcox ? differences.filter { $0 != 0 } : differences
    let nonzero = differences.filter { $0 != 0 }.count
    guard nonzero > 0 else { throw .constant(what: "all differences are zero: the two are identical") }
    let (ranks, ties) = Statistics.ranks(used.map(abs))
    var (plus, minus, zeroRanks) = (0.0, 0.0, 0.0)
    for (difference, rank) in zip(used, ranks) {
      if difference > 0 { plus += rank } else if difference < 0 { minus += rank } else { zeroRanks += rank }
    }
    if zeros == .zsplit {
      plus += zeroRanks / 2
      minus += zeroRanks / 2
    }
    (positive, negative, count, self.nonzero) = (plus, minus, differences.count, nonzero)
    let clean = ties.isEmpty && nonzero == differences.count
    self.method = method ?? (clean && used.count <= Self.exactLimit ? .exact : .normal)
    if self.method == .exact {
      p = Self.exact(min(plus, minus), used.count)
    } else {
      let n = Double(used.count)
      var mean = n * (n + 1) / 4
      var variance = n * (n + 1) * (2 * n + 1)
      if zeros == .pratt {
        let z = Double(used.count - nonzero)
        mean -= z * (z + 1) / 4
        variance -= z * (z + 1) * (2 * z + 1)
      }
      // Zeros are a group of ties only where they keep their ranks.
      let tied = zeros == .pratt ? Statistics.ranks(used.filter { $0 != 0 }.map(abs)).ties : ties
      variance -= tied.reduce(0) { $0 + (pow(Double($1), 3) - Double($1)) / 2 }
      guard variance > 0 else { throw .constant(what: "the ranks do not vary") }
      p = min(1, 2 * Distribution.normal(-abs(plus - mean) / (variance / 24).squareRoot()))
    }
  }

  /// P that the smaller rank sum is at most `sum`, two-sided.
  private static func exact(_ sum: Double, _ n: Int) -> Double {
    // Number of sets of ranks with each sum, as a share of all.
    var share = [1.0]
    for rank in 1...n {
      var next = [Double](repeating: 0, count: share.count + rank)
      for (value, part) in share.enumerated() {
        next[value] += part / 2
        next[value + rank] += part / 2
      }
      share = next
    }
    return min(1, 2 * share[...Int(sum.rounded())].reduce(0, +))
  }
}
