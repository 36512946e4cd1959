import Foundation

/// A row of `participants.tsv`.
public struct Participant: Sendable, Hashable {
  /// Name without `sub-`.
  public let subject: String
  /// The other columns, by name; `n/a` is left out.
  public let facts: [String: String]
}

extension Dataset {
  /// The people in `participants.tsv`; none where there is no such file.
  ///
  /// - Throws: ``DatasetError``.
  public var participants: [Participant] {
    get throws(DatasetError) {
      let path = root + "/participants.tsv"
      guard FileManager.default.fileExists(atPath: path) else { return [] }
      let rows = try Self.table(at: path)
      guard let key = rows.header.firstIndex(of: "participant_id") else {
        throw .malformed(path: path, reason: "has no column participant_id")
      }
      return rows.rows.map { row in
        let facts = zip(rows.header, row).enumerated().filter { $0.offset != key && $0.element.1 != "n/a" }.map(\.element)
        return Participant(
          subject: row[key].hasPrefix("sub-") ? String(row[key].dropFirst(4)) : row[key], facts: Dictionary(facts) { first, _ in first })
      }
    }
  }

  /// Columns and rows of a table of tab-separated values.
  ///
  /// - Parameter path: To open.
  /// - Throws: ``DatasetError``: a row with more or fewer values than there are columns is named.
  public static func table(at path: String) throws(DatasetError) -> (header: [String], rows: [[String]]) {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
    // Some editors begin a file with a byte order mark.
    let lines = text.drop { $0 == "\u{FEFF}" }.split(whereSeparator: \.isNewline).map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map { String($0).trimmingCharacters(in: .whitespaces) }
    }
    guard let header = lines.first else { throw .malformed(path: path, reason: "is empty") }
    for (index, row) in lines.enumerated() where row.count != header.count {
      throw .malformed(path: path, reason: "line \(index + 1) has \(row.count) values for \(header.count) columns")
    }
    return (header, Array(lines.dropFirst()))
  }
}
