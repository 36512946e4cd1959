/// Corrections of p-values for several tests at once.
public enum Correction: String, Sendable, CaseIterable {
  case bonferroni, holm

  /// The corrected p-values, in the order given; at most 1.
  ///
  /// Source: Holm 1979, Scandinavian Journal of Statistics 6:65–70.
  public func callAsFunction(_ p: [Double]) -> [Double] {
    switch self {
    case .bonferroni: return p.map { min(1, $0 * Double(p.count)) }
    case .holm:
      var corrected = p
      var highest = 0.0
      for (rank, index) in p.indices.sorted(by: { p[$0] < p[$1] }).enumerated() {
        highest = max(highest, min(1, p[index] * Double(p.count - rank)))
        corrected[index] = highest
      }
      return corrected
    }
  }
}
