import Datasets
import Reports
import Simulation

/// The tables of the data set: who is in it, and what is true of them.
struct CohortTables {
  let cohort: Cohort
  /// Rows of each finished person, by number.
  private var rows: [Int: (person: [Table.Value], truth: [[Table.Value]], profile: [[Table.Value]])] = [:]

  /// Levels in the table of truth: C1 to T3.
  static let levels = 1...10

  init(cohort: Cohort, finished: [Int]) {
    self.cohort = cohort
    for person in finished { enter(person) }
  }

  /// Adds a person and writes the tables anew.
  mutating func add(_ person: Int) throws {
    enter(person)
    try write()
  }

  private mutating func enter(_ person: Int) {
    let (name, neck) = (Cohort.name(of: person), cohort.neck(of: person))
    let truth = Self.levels.map { level -> [Table.Value] in
      let (ap, rl) = neck.trueDiameters(level: level)
      return [.text(name), .integer(level), .number(neck.trueArea(level: level)), .number(ap), .number(rl)]
    }
    rows[person] = ([.text(name), .text(cohort.settings.pathology.rawValue)], truth, [])
  }

  /// Writes all tables with their dictionaries.
  func write() throws {
    let finished = rows.sorted { $0.key < $1.key }.map(\.value)
    try Self.write(
      Table(
        columns: [.init("participant_id", "Name of the person"), .init("pathology", "What was drawn from")], rows: finished.map(\.person)),
      to: cohort.folder + "/participants")
    try Self.write(
      Table(
        columns: [
          .init("participant_id", "Name of the person"), .init("level", "Vertebral level, C1 = 1"),
          .init("csa_mm2", "Area of the cord perpendicular to its centerline, mean over the level, mm²"),
          .init("ap_diameter_mm", "Anterior-posterior diameter, mean over the level, mm"),
          .init("rl_diameter_mm", "Right-left diameter, mean over the level, mm"),
        ], rows: finished.flatMap(\.truth)), to: cohort.truth + "/truth")
  }

  /// Writes a table and what its columns mean.
  ///
  /// - Parameter path: Without extension.
  static func write(_ table: Table, to path: String) throws {
    let dictionary = table.columns.map { ($0.name, JSONValue.object(["Description": .text($0.description)])) }
    try AtomicFile.write(JSONValue.object(Dictionary(dictionary) { $1 }).fileBytes, to: path + ".json")
    try table.write(to: path + ".tsv", as: .tsv)
  }
}
