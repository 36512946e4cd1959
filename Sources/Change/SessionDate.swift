import Datasets
import Files
import Foundation

/// When a scan was taken, as its data set tells.
public struct SessionDate: Sendable, Hashable {
  /// Since the beginning of 1970.
  public let seconds: Double
  /// The same in years.
  public var years: Double { seconds / (365.25 * 86_400) }

  /// Reads the date of a scan in a folder `sub-X/ses-Y/…` from the column `acq_time` of `sub-X/sub-X_sessions.tsv`; `nil` where there is none.
  ///
  /// - Parameter path: Of the scan.
  public init?(of path: String) {
    guard let name = BIDSName(path), let person = name[.subject], let session = name[.session] else { return nil }
    var folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    while folder.lastPathComponent != "sub-\(person)" {
      guard folder.pathComponents.count > 1 else { return nil }
      folder.deleteLastPathComponent()
    }
    guard let table = try? TextTable(contentsOf: folder.appendingPathComponent("sub-\(person)_sessions.tsv").path),
      let key = table.column(["session_id"]), let time = table.column(["acq_time"]),
      let row = table.rows.first(where: { $0.cells[key] == "ses-\(session)" }), let seconds = Self.seconds(row.cells[time])
    else { return nil }
    self.seconds = seconds
  }

  /// A date as BIDS writes it, with or without a time: `2000-01-01T12:00:00`.
  static func seconds(_ text: String) -> Double? {
    let day = text.split(separator: "T").first.map { $0.split(separator: "-").map { Int($0) } } ?? []
    guard day.count == 3, let year = day[0], let month = day[1], let date = day[2] else { return nil }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0)!
    let parts = DateComponents(year: year, month: month, day: date)
    guard parts.isValidDate(in: calendar) else { return nil }
    return calendar.date(from: parts)?.timeIntervalSince1970
  }
}
