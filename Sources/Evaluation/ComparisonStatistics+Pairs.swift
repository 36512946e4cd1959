import Numerics
import Statistics

extension ComparisonStatistics {
  /// Tests of paired values, and agreement where both measure the same.
  func paired(
    _ pairs: [(first: Double, second: Double)], quantity: String, subject: String, agreement: Bool, equivalence: Bool
  ) -> [Finding] {
    let (first, second) = (pairs.map(\.first), pairs.map(\.second))
    let differences = zip(first, second).map { $1 - $0 }
    func finding(_ analysis: String, _ body: Body) -> Finding {
      make(analysis, quantity, subject, people: pairs.count, values: 2 * pairs.count) {
        guard !pairs.isEmpty else { throw NotComputable("no person has both") }
        return try body()
      }
    }
    var list = tests(of: differences, finding)
    if equivalence, let margin = settings.margin {
      list.append(
        finding("tost") {
          guard pairs.count > 1 else { throw NotComputable("one person only") }
          let test = try Equivalence(differences, margin: margin)
          return (
            differences.mean, test.interval, test.p,
            "margin \(margin) mm²; 90 % interval; \(test.p < 0.05 ? "equivalent" : "equivalence not shown") at 5 %"
          )
        })
    }
    // Bland and Altman's numbers hold for contrasts too; regression and correlation only where both measure the same thing.
    if equivalence || agreement { list += blandAltman(first, second, finding) }
    if agreement { list += reliability(pairs, differences, finding) + lines(first, second, finding) }
    return list
  }

  private func tests(of differences: [Double], _ finding: (String, Body) -> Finding) -> [Finding] {
    [
      finding("mean_difference") { drawn(differences) { $0.mean } },
      finding("wilcoxon") {
        let test = try Wilcoxon(differences, zeros: settings.zeros)
        let way = test.method == .exact ? "exact" : "normal, variance corrected for ties"
        return (
          min(test.positive, test.negative), nil, test.p,
          "\(way); \(test.count - test.nonzero) zero differences (\(settings.zeros.rawValue)); value: smaller sum of ranks"
        )
      },
      finding("paired_t") {
        guard differences.count > 1 else { throw NotComputable("one person only") }
        let test = try PairedT(differences)
        return (
          test.t, nil, test.p, "t(\(test.freedom)); mean difference \(test.mean), 95 % \(test.interval.lower) to \(test.interval.upper)"
        )
      },
    ]
  }

  /// Intraclass correlations of two methods that measure the same.
  private func reliability(
    _ pairs: [(first: Double, second: Double)], _ differences: [Double], _ finding: (String, Body) -> Finding
  ) -> [Finding] {
    var list: [Finding] = []
    for (kind, name) in [(IntraclassCorrelation.Kind.agreement, "icc_2_1"), (.consistency, "icc_3_1")] {
      list.append(
        finding(name) {
          guard pairs.count > 1 else { throw NotComputable("one person only") }
          if differences.allSatisfy({ $0 == 0 }) { throw NotComputable("all differences are zero: the two are identical") }
          let icc = try IntraclassCorrelation(pairs.map { [$0.first, $0.second] }, kind)
          return (icc.value, icc.interval, nil, nil)
        })
    }
    return list
  }

  /// Lines through the values of two methods that measure the same.
  private func lines(_ first: [Double], _ second: [Double], _ finding: (String, Body) -> Finding) -> [Finding] {
    func line(_ name: String, _ fit: @escaping () throws -> MethodLine) -> [Finding] {
      [
        finding("\(name)_slope") {
          let line = try fit()
          return (line.slope, Self.finite(line.slopeInterval), nil, Self.unbounded(line.slopeInterval))
        },
        finding("\(name)_intercept") {
          let line = try fit()
          return (line.intercept, Self.finite(line.interceptInterval), nil, Self.unbounded(line.interceptInterval))
        },
      ]
    }
    return line("passing_bablok") { try MethodLine.passingBablok(first, second) }
      + line("deming") { try MethodLine.deming(first, second, ratio: settings.errorRatio) }
  }

  private func blandAltman(_ first: [Double], _ second: [Double], _ finding: (String, Body) -> Finding) -> [Finding] {
    func agreement() throws -> BlandAltman {
      guard first.count > 1 else { throw NotComputable("one person only") }
      return try BlandAltman(first, second)
    }
    return [
      finding("bland_altman_bias") {
        let result = try agreement()
        return (result.bias, result.biasInterval, nil, nil)
      },
      finding("bland_altman_lower_limit") {
        let result = try agreement()
        return (result.limits.lower, result.lowerLimitInterval, nil, nil)
      },
      finding("bland_altman_upper_limit") {
        let result = try agreement()
        return (result.limits.upper, result.upperLimitInterval, nil, nil)
      },
    ]
  }

  /// An interval with an end at infinity says nothing.
  private static func finite(_ interval: Interval?) -> Interval? {
    interval.flatMap { $0.lower.isFinite && $0.upper.isFinite ? $0 : nil }
  }

  private static func unbounded(_ interval: Interval?) -> String? { finite(interval) == nil ? "no interval: too few people" : nil }
}
