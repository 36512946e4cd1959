import Datasets
import Files
import Foundation
import Morphometry

extension AreaTable {
  /// Reads a table of `softcord measure`, of SCT's `sct_process_segmentation`, or any with columns `csa_mm2` and either `file` or
  /// `participant_id` (with `contrast`, where scans differ).
  ///
  /// - Parameters:
  ///   - path: Values separated by tabs, commas or semicolons.
  ///   - name: Of the method; the file's own where `nil`.
  /// - Throws: ``EvaluationError``; what is wrong in a row is named with its line.
  public init(contentsOf path: String, name: String? = nil) throws(EvaluationError) {
    let table = try Self.cells(at: path)
    let columns = try Columns(table)
    var (records, gaps): ([AreaRecord], [String]) = ([], [])
    var lines: [[String]: Int] = [:]
    for row in table.rows {
      let (person, series) = try columns.scan(of: row)
      let level = columns.level(of: row)
      if let first = lines.updateValue(row.line, forKey: [person, series ?? "", level]) {
        throw .repeated(path: path, scan: "\(person) \(series ?? "")", level: level, lines: [first, row.line])
      }
      let flags = columns.text(columns.flags, of: row)
      guard let area = try columns.positive(columns.area, of: row) else {
        gaps.append("\(person) \(series ?? "") level \(level): no area (\(flags ?? "the table does not say why"))")
        continue
      }
      let isIncomplete = flags?.split(separator: ",").contains { Self.incomplete.contains(String($0)) } ?? false
      records.append(
        AreaRecord(
          person: person, series: series, level: level, area: area, length: try columns.positive(columns.length, of: row),
          isIncomplete: isIncomplete))
    }
    let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    try self.init(name: name ?? stem, records: records, gaps: gaps, path: path)
  }

  /// Flags of `softcord measure` for rows that do not hold what they are named after.
  private static let incomplete = Flags([.levelIncomplete, .incomplete]).names

  /// Columns and rows of a file.
  static func cells(at path: String) throws(EvaluationError) -> TextTable {
    do {
      return try TextTable(contentsOf: path)
    } catch .missing(let path) {
      throw .missing(path: path)
    } catch .malformed(let path, let line, let reason) {
      throw .malformed(path: path, reason: (line.map { "line \($0) " } ?? "") + reason)
    } catch {
      let text = "\(error)"
      throw .unreadable(path: path, reason: text.replacing("\(path): cannot be read: ", with: ""))
    }
  }

  /// Where a table keeps what is needed of it.
  private struct Columns {
    let table: TextTable
    let area: Int
    let person, file, series, levels, flags, length: Int?

    init(_ table: TextTable) throws(EvaluationError) {
      self.table = table
      guard let area = table.column(["csa_mm2", "area_mm2", "MEAN(area)"]) else {
        throw .column(path: table.path, expected: "csa_mm2", found: table.header.joined(separator: ", "))
      }
      (person, file) = (table.column(["participant_id", "person", "subject"]), table.column(["file", "Filename"]))
      guard person != nil || file != nil else {
        throw .column(path: table.path, expected: "file or participant_id", found: table.header.joined(separator: ", "))
      }
      self.area = area
      (series, levels) = (table.column(["series", "contrast"]), table.column(["level", "VertLevel"]))
      (flags, length) = (table.column(["flags", "not_computable"]), table.column(["length_mm", "SUM(length)"]))
    }

    /// A cell that holds something.
    func text(_ column: Int?, of row: TextTable.Row) -> String? {
      column.map { row.cells[$0] }.flatMap { TextTable.isMissing($0) ? nil : $0 }
    }

    /// A cell that holds a positive number: areas and lengths of a cord.
    func positive(_ column: Int?, of row: TextTable.Row) throws(EvaluationError) -> Double? {
      guard let column, let text = text(column, of: row) else { return nil }
      guard let value = Double(text), value.isFinite, value > 0 else {
        throw .cell(
          path: table.path, line: row.line, column: table.header[column], found: text,
          expected: "a number above 0 with a decimal point, or n/a")
      }
      return value
    }

    func level(of row: TextTable.Row) -> String { text(levels, of: row) ?? AreaTable.whole }

    /// Who and what a row tells of.
    func scan(of row: TextTable.Row) throws(EvaluationError) -> (person: String, series: String?) {
      let column = person ?? file!
      guard let name = text(column, of: row) else {
        throw .cell(path: table.path, line: row.line, column: table.header[column], found: "", expected: "whom the row tells of")
      }
      if person != nil { return (name.hasPrefix("sub-") ? String(name.dropFirst(4)) : name, text(series, of: row)) }
      let folder = name.split(separator: "/").dropLast().last.map(String.init)
      let scan = ScanIdentity(ofMask: name, in: folder ?? "")
      return (scan.person, scan.series)
    }
  }
}
