import Files
import Foundation

/// What became of each scan: `status.tsv`, made anew from the records of all that work on one output.
enum StatusTable {
  static let columns: [Table.Column] = [
    .init("scan", "Path of the scan from the root of its data set"),
    .init("status", "Whether there is a result", levels: ["done": "The scan has a mask and measures", "failed": "It has not"]),
    .init("reason", "Why there is no result", levels: FailureReason.meanings),
    .init("message", "The same in a sentence, with the remedy"),
    .init("levels", "What told the levels", levels: ["discs": "Labels of discs", "levels": "Labels of vertebrae"]),
    .init("levels_of", "The scan of the session that lent the levels, where they are not the scan's own"),
    .init("corrected", "Whether a person corrected the mask", levels: ["yes": "A person did", "no": "It is the network's"]),
    .init("notes", "What else to know, separated by semicolons"),
  ]

  static func table(_ records: [ScanRecord]) -> Table {
    func text(_ value: String?) -> Table.Value { value.map { .text($0) } ?? .missing }
    return Table(
      columns: columns,
      rows: records.map { record in
        [
          .text(record.scan), .text(record.failure == nil ? "done" : "failed"), text(record.failure?.reason.rawValue),
          text(record.failure?.message), text(record.levels?.rawValue), text(record.levelsLentBy), .text(record.isCorrected ? "yes" : "no"),
          record.notes.isEmpty ? .missing : .text(record.notes.joined(separator: "; ")),
        ]
      })
  }

  /// Writes the table under a lock, so that of several processes the last one's holds all records.
  ///
  /// - Throws: ``BatchError/record(path:)``, `FileError`.
  static func write(to output: String) throws {
    let path = output.appendingPathComponent("status.tsv")
    var failure: (any Error)?
    try FileLock.whileLocked(path) { () throws(FileError) in
      do {
        let table = table(try ScanRecord.all(in: output))
        try table.write(to: path, as: .tsv, dictionary: output.appendingPathComponent("status.json"))
      } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
