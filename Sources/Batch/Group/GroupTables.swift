import Datasets
import Files
import Foundation
import Statistics

/// The measures of all scans that count, with what is known of their people.
struct GroupTables {
  /// A row of a scan's measures that is no slice.
  struct Row {
    let record: ScanRecord
    let unit: String
    /// `C3`, `C2C3` or `whole`.
    let place: String
    /// All cells, by the columns of ``ScanMeasures/table``.
    let cells: [Table.Value]
    let area: Double?
  }

  let rows: [Row]
  private let people: [String: Participant]
  private let facts: [String]
  private let columns: [Table.Column]

  /// - Parameters:
  ///   - records: Scans that count.
  ///   - output: Root of the output.
  ///   - people: What `participants.tsv` tells.
  init(_ records: [ScanRecord], in output: String, people: [Participant], columns facts: [String]) throws {
    columns = ScanMeasures.columns
    self.facts = facts
    self.people = Dictionary(people.map { ($0.subject, $0) }) { first, _ in first }
    rows = try records.flatMap { record -> [Row] in
      let path = output.appendingPathComponent("measures/\(record.name).tsv")
      let table = try TextTable(contentsOf: path)
      guard let unit = table.column(["per"]), let level = table.column(["level"]), let area = table.column(["csa_mm2"]),
        table.header == ScanMeasures.columns.map(\.name)
      else {
        throw FileError.malformed(
          path: path, line: 1, reason: "has other columns than this version writes; run the participant level again")
      }
      return table.rows.filter { $0.cells[unit] != "slice" }.map { row in
        Row(
          record: record, unit: row.cells[unit], place: Self.place(row.cells[unit], row.cells[level]), cells: row.cells.map(Self.value),
          area: Double(row.cells[area]))
      }
    }
  }

  /// How tables name a place along the cord.
  static func place(_ unit: String, _ level: String) -> String {
    let names = level.split(separator: ":").compactMap { Int($0) }.map(levelName)
    return unit == "whole" || names.isEmpty ? "whole" : names.joined()
  }

  private static func value(_ text: String) -> Table.Value {
    if TextTable.isMissing(text) { return .missing }
    if let integer = Int(text) { return .integer(integer) }
    return Double(text).map { .number($0) } ?? .text(text)
  }

  private func facts(of record: ScanRecord) -> [Table.Value] {
    let known = people[record.bids[.subject] ?? ""]?.facts ?? [:]
    return facts.map { name in known[name].map(Self.value) ?? .missing }
  }

  private var factColumns: [Table.Column] { facts.map { .init($0, "As participants.tsv of the data set has it") } }

  private static let person = [
    Table.Column("participant_id", "The person"), Table.Column("session_id", "The session, where there are several"),
  ]

  private func person(_ record: ScanRecord) -> [Table.Value] {
    [.text("sub-" + (record.bids[.subject] ?? "")), record.bids[.session].map { .text("ses-" + $0) } ?? .missing]
  }

  /// One row for each scan and level.
  var areas: Table {
    let own = [
      Table.Column("contrast", "What tells the scan from the person's others: suffix with acquisition and run"),
      Table.Column("scan", "Path of the scan from the root of its data set"),
      Table.Column("corrected", "Whether a person corrected the mask", levels: ["yes": "A person did", "no": "It is the network's"]),
      Table.Column("place", "Level by name, C2C3 for the vertebrae that are taken as one, whole for all of the cord"),
    ]
    return Table(
      columns: Self.person + factColumns + own + columns,
      rows: rows.map { row in
        person(row.record) + facts(of: row.record) + [
          .text(row.record.contrast), .text(row.record.scan), .text(row.record.isCorrected ? "yes" : "no"), .text(row.place),
        ] + row.cells
      })
  }

  /// One row for each person and session, one column for each contrast and level.
  var wide: Table {
    let keys = Self.ordered(rows.map { "\($0.record.contrast)_\($0.place)" })
    let described = keys.map { key in
      Table.Column("\(key)_csa_mm2", "Area of the cord perpendicular to its centerline: contrast and level \(key)", unit: "mm2")
    }
    let grouped = Dictionary(grouping: rows) { $0.record.visit }
    return Table(
      columns: Self.person + factColumns + described,
      rows: Self.ordered(rows.map(\.record.visit)).map { visit in
        let own = grouped[visit]!
        let areas = Dictionary(own.map { ("\($0.record.contrast)_\($0.place)", $0.area) }) { first, _ in first }
        return person(own[0].record) + facts(of: own[0].record) + keys.map { .number(areas[$0] ?? nil) }
      })
  }

  /// Agreement between the contrasts of a session, level by level.
  var agreement: Table {
    var table = Table(columns: Self.agreementColumns)
    for place in Self.ordered(rows.map(\.place)) {
      let here = rows.filter { $0.place == place }
      let contrasts = Self.ordered(here.map(\.record.contrast)).sorted()
      let byVisit = Dictionary(grouping: here) { $0.record.visit }.mapValues { rows in
        Dictionary(rows.map { ($0.record.contrast, $0.area) }) { first, _ in first }
      }
      for (number, first) in contrasts.enumerated() {
        for second in contrasts[(number + 1)...] {
          let pairs = byVisit.sorted { $0.key < $1.key }.compactMap { _, areas -> [Double]? in
            guard let one = areas[first] ?? nil, let other = areas[second] ?? nil else { return nil }
            return [one, other]
          }
          if !pairs.isEmpty { table.append(Self.agreement(place, first, second, pairs)) }
        }
      }
    }
    return table
  }

  private static let agreementColumns: [Table.Column] = [
    .init("place", "Level by name, or whole"), .init("first", "A contrast"), .init("second", "Another contrast of the same sessions"),
    .init("sessions", "Sessions that have both"), .init("first_mm2", "Mean area in the first", unit: "mm2"),
    .init("second_mm2", "Mean area in the second", unit: "mm2"),
    .init("difference_mm2", "Mean of second minus first", unit: "mm2"),
    .init("difference_lower_mm2", "Lower end of its 95 % interval", unit: "mm2"),
    .init("difference_upper_mm2", "Upper end of its 95 % interval", unit: "mm2"),
    .init("sd_mm2", "Standard deviation of the differences", unit: "mm2"),
    .init("limit_lower_mm2", "Lower limit of agreement (Bland and Altman)", unit: "mm2"),
    .init("limit_upper_mm2", "Upper limit of agreement (Bland and Altman)", unit: "mm2"),
    .init("difference_percent", "Mean size of the difference, of the mean of both", unit: "percent"),
    .init("icc", "Intraclass correlation of agreement, ICC(2,1)", decimals: 3),
    .init("not_computable", "Why a figure is missing"),
  ]

  private static func agreement(_ place: String, _ first: String, _ second: String, _ pairs: [[Double]]) -> [Table.Value] {
    let (one, other) = (pairs.map { $0[0] }, pairs.map { $0[1] })
    let size = pairs.map { 100 * abs($0[1] - $0[0]) / (($0[0] + $0[1]) / 2) }.mean
    var reasons: [String] = []
    func tried<Value>(_ body: () throws -> Value) -> Value? {
      do { return try body() } catch {
        if !reasons.contains("\(error)") { reasons.append("\(error)") }
        return nil
      }
    }
    let plot = tried { try BlandAltman(one, other) }
    let icc = tried { try IntraclassCorrelation(pairs, .agreement) }
    return [
      .text(place), .text(first), .text(second), .integer(pairs.count), .number(one.mean), .number(other.mean),
      .number(plot?.bias ?? other.mean - one.mean), .number(plot?.biasInterval.lower), .number(plot?.biasInterval.upper),
      .number(plot?.standardDeviation), .number(plot?.limits.lower), .number(plot?.limits.upper), .number(size), .number(icc?.value),
      reasons.isEmpty ? .missing : .text(reasons.joined(separator: "; ")),
    ]
  }

  /// Each once, in the order in which they come.
  private static func ordered(_ all: [String]) -> [String] {
    var seen: Set<String> = []
    return all.filter { seen.insert($0).inserted }
  }
}

extension ScanRecord {
  /// What tells the scan from the person's others in a session: suffix with acquisition and run.
  var contrast: String {
    let series = identity.series
    guard let session = bids[.session] else { return series }
    return series.replacing("ses-\(session)_", with: "")
  }

  /// The person and the session.
  var visit: String { (bids[.subject] ?? "") + "/" + (bids[.session] ?? "") }
}
