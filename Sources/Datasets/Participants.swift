import Files
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
      return FileManager.default.fileExists(atPath: path) ? try Participant.all(in: path) : []
    }
  }

  /// Columns and rows of a table.
  ///
  /// - Parameter path: To open.
  /// - Throws: ``DatasetError``: a row with more or fewer values than there are columns is named.
  public static func table(at path: String) throws(DatasetError) -> TextTable {
    do {
      return try TextTable(contentsOf: path)
    } catch .unreadable(let path, let reason) {
      throw .unreadable(path: path, reason: reason)
    } catch .malformed(let path, let line, let reason) {
      throw .malformed(path: path, reason: (line.map { "line \($0) " } ?? "") + reason)
    } catch {
      throw .unreadable(path: path, reason: "no such file")
    }
  }
}

extension Participant {
  /// The people of a table with the column `participant_id`.
  ///
  /// - Throws: ``DatasetError``; somebody who is listed twice is named with both lines, since it is not known which of them holds.
  public static func all(in path: String) throws(DatasetError) -> [Participant] {
    let table = try Dataset.table(at: path)
    guard let key = table.header.firstIndex(of: "participant_id") else {
      throw .malformed(path: path, reason: "has no column participant_id; found \(table.header.joined(separator: ", "))")
    }
    var lines: [String: Int] = [:]
    var people: [Participant] = []
    for row in table.rows {
      let name = row.cells[key]
      let subject = name.hasPrefix("sub-") ? String(name.dropFirst(4)) : name
      guard !TextTable.isMissing(subject) else { throw .malformed(path: path, reason: "line \(row.line) has no participant_id") }
      if let first = lines.updateValue(row.line, forKey: subject) {
        throw .malformed(path: path, reason: "lists sub-\(subject) twice, in lines \(first) and \(row.line)")
      }
      let facts = zip(table.header, row.cells).enumerated().filter { $0.offset != key && $0.element.1 != "n/a" }.map(\.element)
      people.append(Participant(subject: subject, facts: Dictionary(facts) { first, _ in first }))
    }
    return people
  }
}
