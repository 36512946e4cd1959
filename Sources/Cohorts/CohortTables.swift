import Datasets
import Files
import Simulation

/// The tables of the data set: who is in it, and what is true of them.
struct CohortTables {
  let cohort: Cohort
  private var rows: [Int: Rows] = [:]

  private struct Rows {
    var person: [Table.Value]
    var truth, findings, change: [[Table.Value]]
  }

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
    let findings = neck.findings
    let demographics = cohort.demographics(of: person)
    let kinds = Set(findings.map(\.kind)).sorted().joined(separator: " ")
    rows[person] = Rows(
      person: [
        .text(name), .integer(demographics.age), .text(demographics.sex), .text(cohort.pathology(of: person).rawValue),
        .text(kinds.isEmpty ? "none" : kinds),
      ], truth: truth,
      findings: findings.map { finding in
        let level = finding.place.flatMap { place in Neck.levels.first { neck.extent(ofLevel: $0).contains(place) } }
        return [
          .text(name), .text(finding.kind), level.map { .integer($0) } ?? .missing, .number(finding.place), .number(finding.length),
          .number(finding.degree),
        ]
      }, change: cohort.changeRows(of: person))
  }

  /// Writes all tables with their dictionaries.
  func write() throws {
    let finished = rows.sorted { $0.key < $1.key }.map(\.value)
    let person = Table.Column("participant_id", "Name of the person")
    try Self.write(
      Table(
        columns: [
          person, .init("age", "Age, years; independent of the cord"),
          .init("sex", "M or F; men's cords are larger by as much as in the population"),
          .init("pathology", "Kind of what is wrong with the cord"),
          .init("findings", "What that did to the cord: see findings.tsv of the truth"),
        ],
        rows: finished.map(\.person)), to: cohort.folder + "/participants")
    if cohort.settings.visits != nil {
      try Self.write(
        Table(columns: [person] + Cohort.changeColumns, rows: finished.flatMap(\.change)), to: cohort.truth + "/truth_change")
    }
    try Self.write(
      Table(
        columns: [
          person, .init("level", "Vertebral level, C1 = 1"),
          .init("csa_mm2", "Area of the cord perpendicular to its centerline, mean over the level, mm²"),
          .init("ap_diameter_mm", "Anterior-posterior diameter of the ellipse with the section's second moments, mean over the level, mm"),
          .init("rl_diameter_mm", "Right-left diameter, likewise, mm"),
        ], rows: finished.flatMap(\.truth)), to: cohort.truth + "/truth")
    try Self.write(
      Table(
        columns: [
          person, .init("finding", "thinning, narrowing or lesion"), .init("level", "Vertebral level of its center, C1 = 1"),
          .init("s_mm", "Its center along the cord from the top of C1, mm; n/a where it is everywhere"),
          .init("half_length_mm", "Where its effect has fallen to 1/e (lesion: where it ends), mm"),
          .init(
            "degree", "Fraction that is lost at its center: of the area (thinning), of the AP diameter (narrowing); share of water (lesion)"
          ),
        ], rows: finished.flatMap(\.findings)), to: cohort.truth + "/findings")
  }

  /// The area of a person's cord along it, with and without what is wrong with it.
  static func areaProfile(of neck: Neck) -> Table {
    let healthy = neck.healthy.areaProfile()
    return Table(
      columns: [
        .init("s_mm", "Length along the cord from the top of C1, mm"), .init("level", "Vertebral level, C1 = 1; n/a above C1"),
        .init("csa_mm2", "Area of the cord perpendicular to it, mm²"),
        .init("healthy_csa_mm2", "What it would be without any finding, mm²"),
      ],
      rows: zip(neck.areaProfile(), healthy).map { place, healthy in
        let level = Neck.levels.first { neck.discs[$0 - 1] <= place.s && place.s < neck.discs[$0] }
        return [.number(place.s), level.map { .integer($0) } ?? .missing, .number(place.area), .number(healthy.area)]
      })
  }

  /// Writes a table and what its columns mean.
  ///
  /// - Parameter path: Without extension.
  static func write(_ table: Table, to path: String) throws {
    let dictionary = table.columns.map { ($0.name, JSONValue.object(["Description": .text($0.description)])) }
    let sidecar = try StagedFile(at: path + ".json", holding: JSONValue.object(Dictionary(dictionary) { $1 }).fileBytes)
    try StagedFile.commit([sidecar] + table.staged(at: path + ".tsv", as: .tsv))
  }
}

extension Neck {
  /// What is wrong with the cord: kind, center and half length along the cord, degree.
  fileprivate var findings: [(kind: String, place: Double?, length: Double?, degree: Double)] {
    thinnings.map { ("thinning", $0.length == nil ? nil : $0.place, $0.length, $0.area) }
      + narrowings.map { ("narrowing", $0.place, $0.length, $0.cord) } + lesions.map { ("lesion", $0.place, $0.halves.z, $0.water) }
  }
}
