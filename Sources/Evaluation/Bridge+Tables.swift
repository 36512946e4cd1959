import Files
import Reports
import Statistics

extension Bridge {
  /// An old table with its areas rescaled, and three columns that say so.
  ///
  /// Areas with their bounds and standard deviation are rescaled; all other columns stay as they were. The factor's own uncertainty widens
  /// the bounds: relative half widths are added in squares.
  ///
  /// - Parameter path: Of a table of `softcord measure`, or any with `csa_mm2`.
  /// - Throws: ``EvaluationError``: a table that was bridged before is refused.
  public func rescaled(_ path: String) throws(EvaluationError) -> Table {
    let read = try AreaTable.cells(at: path)
    let header = read.header
    guard let area = header.firstIndex(of: "csa_mm2") else {
      throw .column(path: path, expected: "csa_mm2", found: header.joined(separator: ", "))
    }
    guard !header.contains(Self.columns.note) else {
      throw .bridge(path: path, reason: "was bridged before; a second factor on top is refused")
    }
    let level = header.firstIndex(of: "level")
    let (lower, upper) = (header.firstIndex(of: "csa_mm2_lower"), header.firstIndex(of: "csa_mm2_upper"))
    let spread = header.firstIndex(of: "csa_sd_mm2")
    let known = Dictionary(factors.map { ($0.level, $0) }) { first, _ in first }
    let versions = "areas of \(from) rescaled to \(to)"
    var table = Table(
      columns: header.map { name in
        .init(
          name,
          name.hasPrefix("csa_") ? "As in the table that was rescaled, times \(Self.columns.factor)" : "As in the table that was rescaled")
      } + [
        .init(Self.columns.original, "Area before it was rescaled", unit: "mm2"),
        .init(Self.columns.factor, "Scale factor of the level"),
        .init(Self.columns.note, "What was done, or why nothing could be: \(versions) by the frozen set \(fromSHA256.prefix(16))"),
      ])
    for line in read.rows {
      let row = line.cells
      var cells = row.map { TextTable.isMissing($0) ? Table.Value.missing : .text($0) }
      let place = level.map { TextTable.isMissing(row[$0]) ? AreaTable.whole : row[$0] } ?? AreaTable.whole
      func number(_ column: Int?) throws(EvaluationError) -> Double? {
        try column.map { column throws(EvaluationError) in try Self.number(in: line, column, of: read, isArea: column == area) } ?? nil
      }
      guard let old = try number(area) else {
        table.append(cells + [.missing, .missing, .text("no area to rescale")])
        continue
      }
      guard let factor = known[place] else {
        for column in [area, lower, upper, spread].compactMap({ $0 }) { cells[column] = .missing }
        table.append(cells + [.number(old), .missing, .text("no factor for level \(place)")])
        continue
      }
      let new = old * factor.factor
      cells[area] = .number(new)
      if let spread, let value = try number(spread) { cells[spread] = .number(value * factor.factor) }
      if let lower, let value = try number(lower) {
        cells[lower] = .number(
          new - Self.reach(factor.factor * (old - value), old * (factor.factor - (factor.interval?.lower ?? factor.factor))))
      }
      if let upper, let value = try number(upper) {
        cells[upper] = .number(
          new + Self.reach(factor.factor * (value - old), old * ((factor.interval?.upper ?? factor.factor) - factor.factor)))
      }
      table.append(cells + [.number(old), .number(factor.factor), .text(versions)])
    }
    return table
  }

  /// A number that is rescaled; `nil` where the cell holds none.
  private static func number(in row: TextTable.Row, _ column: Int, of table: TextTable, isArea: Bool) throws(EvaluationError) -> Double? {
    let text = row.cells[column]
    guard !TextTable.isMissing(text) else { return nil }
    guard let value = Double(text), value.isFinite, !isArea || value > 0 else {
      throw .cell(
        path: table.path, line: row.line, column: table.header[column], found: text,
        expected: "a number\(isArea ? " above 0" : "") with a decimal point, or n/a")
    }
    return value
  }

  private static func reach(_ own: Double, _ bridge: Double) -> Double { (own * own + bridge * bridge).squareRoot() }
}
