/// The area of one scan's cord at one level.
public struct AreaRecord: Sendable, Hashable {
  public var person: String
  /// Which of the person's scans, as ``ScanIdentity/series``; `nil` for what holds for all of them: a simulated person's truth.
  public var series: String?
  /// `3`, or `2:3` for a range; ``AreaTable/whole`` for a table without levels.
  public var level: String
  /// mm².
  public var area: Double
  /// Length of the cord that the area is the mean of, mm; `nil` where it is not known.
  public var length: Double?
  /// Whether the scan does not hold the whole level.
  public var isIncomplete: Bool

  public init(person: String, series: String?, level: String, area: Double, length: Double? = nil, isIncomplete: Bool = false) {
    (self.person, self.series, self.level, self.area) = (person, series, level, area)
    (self.length, self.isIncomplete) = (length, isIncomplete)
  }
}

/// Areas that one method, or one version of a model, found.
public struct AreaTable: Sendable {
  /// Level of tables that tell none.
  public static let whole = "all"

  /// Name of the method.
  public let name: String
  public let records: [AreaRecord]
  /// Rows that hold no area, each with the reason that the table gives.
  public let gaps: [String]
  private let areas: [Key: Double]

  private struct Key: Hashable {
    let person: String
    let series: String?
    let level: String
  }

  /// - Parameter path: Of the table or folder, for messages.
  /// - Throws: ``EvaluationError/repeated(path:scan:level:lines:)``, ``EvaluationError/noRows(path:reason:)``.
  public init(name: String, records: [AreaRecord], gaps: [String] = [], path: String? = nil) throws(EvaluationError) {
    var areas: [Key: Double] = [:]
    for record in records {
      let key = Key(person: record.person, series: record.series, level: record.level)
      guard areas.updateValue(record.area, forKey: key) == nil else {
        throw .repeated(path: path ?? name, scan: "\(record.person) \(record.series ?? "")", level: record.level)
      }
    }
    guard !records.isEmpty else { throw .noRows(path: path ?? name, reason: "holds no area" + (gaps.first.map { "; \($0)" } ?? "")) }
    (self.name, self.records, self.gaps, self.areas) = (name, records, gaps, areas)
  }

  /// An area, or what holds for all scans of the person; `nil` where the table has neither.
  public func area(_ person: String, _ series: String, level: String) -> Double? {
    areas[Key(person: person, series: series, level: level)] ?? areas[Key(person: person, series: nil, level: level)]
  }

  /// Levels in the order of the body.
  public var levels: [String] { Self.sorted(Set(records.map(\.level))) }

  /// Levels in the order of the body, single ones before ranges that begin with them.
  static func sorted(_ levels: Set<String>) -> [String] {
    func place(_ level: String) -> (Double, Int) {
      let ends = level.split(separator: ":").compactMap { Double($0) }
      return (ends.first ?? .infinity, ends.count)
    }
    return levels.sorted { a, b in
      let (first, second) = (place(a), place(b))
      return first.0 != second.0 ? first.0 < second.0 : first.1 != second.1 ? first.1 < second.1 : a < b
    }
  }
}
