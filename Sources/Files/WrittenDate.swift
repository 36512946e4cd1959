import Foundation

/// When a file was written, as files say it of themselves.
public enum WrittenDate {
  /// ISO 8601, UTC: now, or the seconds since 1970 in `SOURCE_DATE_EPOCH`, with which equal work gives equal files.
  ///
  /// Source: reproducible-builds.org/specs/source-date-epoch.
  public static var text: String { text(in: ProcessInfo.processInfo.environment) }

  static func text(in environment: [String: String]) -> String {
    let given = environment["SOURCE_DATE_EPOCH"].flatMap { Int64($0) }
    return ISO8601DateFormatter().string(from: given.map { Date(timeIntervalSince1970: Double($0)) } ?? Date())
  }
}
