import Files
import Foundation
import Simulation

/// Visits of the people of a data set over years, and how their cords truly change.
public struct Visits: Sendable, Codable, Hashable {
  /// Visits of each person, at least 2.
  public var count: Int
  /// Years from one visit to the next.
  public var interval: Double
  /// True change of the cord's area, percent of the first visit's area a year; below 0 the cord shrinks. Persons take them in turn.
  public var change: [Double]
  /// Where the change is focal: center along the cord from the top of C1 and length, mm; the whole cord when absent.
  public var focus: [Double]?

  public init(count: Int, interval: Double = 1, change: [Double] = [0], focus: [Double]? = nil) {
    (self.count, self.interval, self.change, self.focus) = (count, interval, change, focus)
  }

  /// Refuses visits that cannot be.
  ///
  /// - Throws: ``SettingsError`` that names the setting.
  func validate() throws(SettingsError) {
    func check(_ condition: Bool, _ key: String, _ found: String, _ expected: String) throws(SettingsError) {
      if !condition { throw .impossible(path: "visits." + key, found: found, expected: expected) }
    }
    try check((2...99).contains(count), "count", "\(count)", "2 to 99")
    try check(interval > 0 && interval <= 20, "interval", "\(interval)", "above 0, up to 20 years")
    try check(!change.isEmpty, "change", "\(change)", "at least one")
    let years = interval * Double(count - 1)
    for rate in change {
      try check(abs(rate * years) <= 50, "change", "\(rate)", "at most 50 % from the first to the last visit")
    }
    if let focus {
      try check(focus.count == 2 && focus.allSatisfy(\.isFinite) && focus[1] > 0, "focus", "\(focus)", "center and length, mm")
    }
  }
}

extension Cohort {
  /// Numbers of the visits, from 0.
  var visits: Range<Int> { 0..<(settings.visits?.count ?? 1) }

  /// `ses-01`; `nil` where people come once.
  func session(_ visit: Int) -> String? { settings.visits == nil ? nil : "ses-" + String(format: "%02d", visit + 1) }

  /// True change of a person's area, percent of the first visit's a year.
  public func yearlyChange(of person: Int) -> Double {
    settings.visits.map { $0.change[(person - 1) % $0.change.count] } ?? 0
  }

  /// The person at a visit.
  public func neck(of person: Int, visit: Int) -> Neck {
    var neck = neck(of: person)
    let lost = -yearlyChange(of: person) * (settings.visits?.interval ?? 0) * Double(visit)
    guard lost != 0 else { return neck }
    neck.thin(byPercent: lost, focus: settings.visits?.focus.map { ($0[0], $0[1]) })
    return neck
  }

  /// Dates of the visits; `nil` where people come once.
  var sessions: Table? {
    settings.visits.map { plan in
      let first = Date(timeIntervalSince1970: 946_728_000)  // Noon of 2000-01-01.
      return Table(
        columns: [.init("session_id", "Name of the session"), .init("acq_time", "When the person was scanned")],
        rows: visits.map { visit in
          let date = first.addingTimeInterval(Double(visit) * plan.interval * 365.25 * 86_400)
          return [.text(session(visit)!), .text(String(date.formatted(.iso8601).prefix(19)))]
        })
    }
  }

  /// Columns of the table of true change, after the person's.
  static let changeColumns: [Table.Column] = [
    .init("session_id", "Name of the session"), .init("years", "Since the first session"),
    .init("level", "Vertebral level, C1 = 1"), .init("csa_mm2", "Area of the cord, mean over the level, mm²"),
    .init("change_percent", "Change of the area since the first session, percent"),
    .init("change_mm2", "Change of the area since the first session, mm²"),
  ]

  /// What is true of one person's change, by session and level.
  func changeRows(of person: Int) -> [[Table.Value]] {
    guard let plan = settings.visits else { return [] }
    let first = neck(of: person)
    return visits.flatMap { visit in
      let neck = neck(of: person, visit: visit)
      return CohortTables.levels.map { level -> [Table.Value] in
        let (before, now) = (first.trueArea(level: level), neck.trueArea(level: level))
        return [
          .text(Self.name(of: person)), .text(session(visit)!), .number(Double(visit) * plan.interval), .integer(level), .number(now),
          .number(100 * (now / before - 1)), .number(now - before),
        ]
      }
    }
  }
}
