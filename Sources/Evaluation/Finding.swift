import Statistics

/// One statistic of a comparison: a row of its table.
public struct Finding: Sendable {
  /// Level of the cord.
  public var level: String
  /// Name of the statistic: `wilcoxon`, `bland_altman_bias`.
  public var analysis: String
  /// What it is about: `area`, `sd_across_contrasts`, `absolute_error`.
  public var quantity: String
  /// Method, contrast or pair that it is of.
  public var subject: String
  /// Independent units: people.
  public var people: Int
  /// Measurements that went in.
  public var values: Int
  /// Value of the statistic, or why there is none.
  public var value: Outcome<Double>
  public var interval: Interval?
  public var p: Double?
  /// P-values corrected for all tests of the same analysis, quantity and level.
  public var bonferroni, holm: Double?
  /// How it was computed: exact or normal, what became of zeros.
  public var remark: String?

  public init(
    level: String, analysis: String, quantity: String, subject: String, people: Int, values: Int, value: Outcome<Double>,
    interval: Interval? = nil, p: Double? = nil, remark: String? = nil
  ) {
    (self.level, self.analysis, self.quantity, self.subject) = (level, analysis, quantity, subject)
    (self.people, self.values, self.value, self.interval, self.p, self.remark) = (people, values, value, interval, p, remark)
  }
}

extension [Finding] {
  /// Fills in the corrected p-values: one family for each analysis, quantity and level.
  mutating func correct() {
    let families = Dictionary(grouping: indices.filter { self[$0].p != nil }) {
      [self[$0].level, self[$0].analysis, self[$0].quantity]
    }
    for members in families.values {
      let p = members.compactMap { self[$0].p }
      for (index, (bonferroni, holm)) in zip(members, zip(Correction.bonferroni(p), Correction.holm(p))) {
        (self[index].bonferroni, self[index].holm) = (bonferroni, holm)
      }
    }
  }
}
