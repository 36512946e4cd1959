import Foundation

extension AreaTable {
  /// The table with the areas of a range of levels, taken from single levels where it holds them alone.
  ///
  /// The mean area of a range is the mean over its levels weighted by their lengths. Scans that have the range already keep it; those that
  /// lack one of its levels, or hold one in part, become gaps.
  ///
  /// - Parameter range: `2:3`; a single level leaves the table as it is.
  /// - Throws: ``EvaluationError/notCombinable(method:level:reason:)`` where no scan can be combined.
  public func combined(to range: String) throws(EvaluationError) -> AreaTable {
    let ends = range.split(separator: ":").compactMap { Int($0) }
    guard ends.count == 2, ends[0] < ends[1] else { return self }
    let wanted = (ends[0]...ends[1]).map(String.init)
    let scans = Dictionary(grouping: records) { Scan(person: $0.person, series: $0.series) }
    var (added, missing): ([AreaRecord], [String]) = ([], [])
    for (scan, own) in scans.sorted(by: { ($0.key.person, $0.key.series ?? "") < ($1.key.person, $1.key.series ?? "") })
    where !own.contains(where: { $0.level == range }) {
      switch Self.mean(of: wanted, in: own) {
      case .success(let (area, length)):
        added.append(AreaRecord(person: scan.person, series: scan.series, level: range, area: area, length: length))
      case .failure(let failure): missing.append("\(scan.person) \(scan.series ?? "") level \(range): \(failure.reason)")
      }
    }
    guard !added.isEmpty || records.contains(where: { $0.level == range }) else {
      throw .notCombinable(method: name, level: range, reason: missing.first ?? "it holds no area")
    }
    return try AreaTable(name: name, records: records + added, gaps: gaps + missing)
  }

  private struct Scan: Hashable {
    let person: String
    let series: String?
  }

  private static func mean(of levels: [String], in records: [AreaRecord]) -> Outcome<(area: Double, length: Double)> {
    var (volume, length) = (0.0, 0.0)
    for level in levels {
      guard let record = records.first(where: { $0.level == level }) else { return .failure(NotComputable("level \(level) has no area")) }
      guard !record.isIncomplete else { return .failure(NotComputable("level \(level) is not wholly in the scan")) }
      guard let own = record.length else {
        return .failure(NotComputable("the length of level \(level) is not known (column length_mm)"))
      }
      (volume, length) = (volume + record.area * own, length + own)
    }
    return .success((volume / length, length))
  }
}
