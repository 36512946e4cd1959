import Files
import Testing

extension Table {
  /// Asserts that no number is missing without a reason in its row.
  func explainsItsGaps(sourceLocation: SourceLocation = #_sourceLocation) {
    guard let reason = columns.firstIndex(where: { $0.name == "not_computable" }) else { return }
    for row in rows {
      for (column, value) in zip(columns, row) {
        if case .number(let number) = value { #expect(number.isFinite, "\(column.name) of \(row)", sourceLocation: sourceLocation) }
      }
      // Bounds and p-values belong to some statistics only: there the value itself must be explained.
      let values = columns.indices.filter { ["value", "mean", "factor"].contains(columns[$0].name) || columns[$0].unit != nil }
      if values.contains(where: { row[$0] == .missing }) {
        #expect(row[reason] != .missing, "\(row)", sourceLocation: sourceLocation)
      }
    }
  }
}
