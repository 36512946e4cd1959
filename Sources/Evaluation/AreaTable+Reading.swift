import Datasets
import Foundation
import Morphometry

extension AreaTable {
  /// Reads a table of `softcord measure`, or any with columns `csa_mm2` and either `file` or `participant_id` (with `contrast`, where scans differ).
  ///
  /// - Parameters:
  ///   - path: Tab-separated values.
  ///   - name: Of the method; the file's own where `nil`.
  /// - Throws: ``EvaluationError``.
  public init(contentsOf path: String, name: String? = nil) throws(EvaluationError) {
    let (header, rows) = try Self.cells(at: path)
    func column(_ names: [String]) -> Int? { names.lazy.compactMap { header.firstIndex(of: $0) }.first }
    guard let area = column(["csa_mm2", "area_mm2"]) else {
      throw .column(path: path, expected: "csa_mm2", found: header.joined(separator: ", "))
    }
    let (file, person) = (column(["file"]), column(["participant_id", "person", "subject"]))
    guard file != nil || person != nil else {
      throw .column(path: path, expected: "file or participant_id", found: header.joined(separator: ", "))
    }
    let (contrast, level, flags) = (column(["series", "contrast"]), column(["level"]), column(["flags", "not_computable"]))
    var (records, gaps): ([AreaRecord], [String]) = ([], [])
    for (index, row) in rows.enumerated() {
      var (who, series): (String, String?)
      if let person {
        who = row[person].hasPrefix("sub-") ? String(row[person].dropFirst(4)) : row[person]
        series = contrast.map { row[$0] }
      } else if let file {
        let path = row[file]
        let folder = path.split(separator: "/").dropLast().last.map(String.init)
        let scan = ScanIdentity(ofMask: path, in: folder ?? "")
        (who, series) = (scan.person, scan.series)
      } else {
        continue
      }
      if series == "n/a" { series = nil }
      var place = level.map { row[$0] } ?? Self.whole
      if place == "n/a" || place.isEmpty { place = Self.whole }
      let text = row[area]
      if text == "n/a" || text.isEmpty {
        let reason = flags.map { row[$0] } ?? "n/a"
        gaps.append("\(who) \(series ?? "") level \(place): no area (\(reason == "n/a" ? "the table does not say why" : reason))")
        continue
      }
      guard let value = Double(text), value.isFinite else {
        throw .cell(path: path, row: index + 1, column: header[area], found: text, expected: "a number or n/a")
      }
      records.append(AreaRecord(person: who, series: series, level: place, area: value))
    }
    let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    try self.init(name: name ?? stem, records: records, gaps: gaps, path: path)
  }

  /// Columns and rows of a file of tab-separated values.
  static func cells(at path: String) throws(EvaluationError) -> (header: [String], rows: [[String]]) {
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
    do {
      return try Dataset.table(at: path)
    } catch {
      let text = "\(error)"
      throw .unreadable(path: path, reason: text.hasPrefix(path + ": ") ? String(text.dropFirst(path.count + 2)) : text)
    }
  }
}
