import Datasets
import Foundation

/// Groups of people, as a column of participants.tsv tells them.
struct PeopleGroups {
  /// Group by the person's name, without `sub-`.
  let groups: [String: String]

  /// - Parameters:
  ///   - column: Whose values are the groups.
  ///   - table: Path; `nil` looks in the folder and above it.
  ///   - folder: Of the references.
  init(column: String, table: String?, near folder: String) throws {
    let path = try table ?? Self.find(near: folder)
    let people = try Participant.all(in: path)
    let columns = try Dataset.table(at: path).header
    guard columns.contains(column) else {
      throw EvaluationError.column(path: path, expected: column, found: columns.joined(separator: ", "))
    }
    groups = Dictionary(uniqueKeysWithValues: people.compactMap { person in person.facts[column].map { (person.subject, $0) } })
  }

  private static func find(near folder: String) throws -> String {
    var place = URL(fileURLWithPath: folder)
    // References may lie in derivatives/NAME/sub-01/anat.
    for _ in 0..<6 {
      let path = place.appendingPathComponent("participants.tsv").path
      if FileManager.default.fileExists(atPath: path) { return path }
      place.deleteLastPathComponent()
    }
    throw EvaluationError.noParticipants(folder: folder)
  }
}
