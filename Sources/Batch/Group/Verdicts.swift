import Files
import Foundation

/// What people said of scans.
struct Verdicts {
  /// Names of the files of scans, or of their masks, that failed.
  private let failed: Set<String>
  /// How many scans have a verdict.
  let count: Int

  /// Reads the table that the QC page exports, or a YAML list `FILES_SEG:` of what failed.
  ///
  /// - Parameter path: `nil` where there is none.
  /// - Throws: ``BatchError/verdicts(path:reason:)``, `FileError`.
  init(_ path: String?) throws {
    guard let path else {
      (failed, count) = ([], 0)
      return
    }
    guard !["yml", "yaml"].contains(path.pathExtension.lowercased()) else {
      guard let data = FileManager.default.contents(atPath: path) else { throw FileError.missing(path: path) }
      let lines = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      guard lines.contains("FILES_SEG:") else { throw BatchError.verdicts(path: path, reason: "holds no list FILES_SEG") }
      failed = Set(lines.filter { $0.hasPrefix("- ") }.map { String($0.dropFirst(2)).lastPathComponent })
      count = failed.count
      return
    }
    let table = try TextTable(contentsOf: path)
    guard let scan = table.column(["scan"]), let verdict = table.column(["verdict"]) else {
      throw BatchError.verdicts(path: path, reason: "has the columns \(table.header.joined(separator: ", "))")
    }
    for row in table.rows where !["pass", "fail", "artefact"].contains(row.cells[verdict]) && !TextTable.isMissing(row.cells[verdict]) {
      throw BatchError.verdicts(path: path, reason: "line \(row.line) has the verdict \(row.cells[verdict])")
    }
    failed = Set(table.rows.filter { $0.cells[verdict] == "fail" }.map { $0.cells[scan].lastPathComponent })
    count = table.rows.count { !TextTable.isMissing($0.cells[verdict]) }
  }

  /// Whether the scan counts.
  func accept(_ record: ScanRecord) -> Bool {
    !failed.contains(record.scan.lastPathComponent) && !failed.contains(record.mask.lastPathComponent)
  }
}
