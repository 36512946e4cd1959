import Statistics

/// The evaluation of many scans.
public struct Evaluation: Sendable {
  public let scans: [ScanEvaluation]
  /// Group of each person, by name; people who are in none are left out of groups.
  public let groups: [String: String]
  /// What was measured of each scan.
  public let measures: [ScanMeasure]
  let bootstrap: ClusterBootstrap

  public init(_ scans: [ScanEvaluation], groups: [String: String] = [:], bootstrap: ClusterBootstrap = ClusterBootstrap()) {
    (self.scans, self.groups, self.bootstrap) = (scans, groups, bootstrap)
    let kinds = Region.Kind.allCases.filter { kind in scans.contains { $0.regions.contains { $0.kind == kind } } }
    measures = ScanMeasure.all + (scans.contains { $0.edge != nil } ? ScanMeasure.edge : []) + kinds.flatMap(ScanMeasure.region)
  }

  /// Scans that are looked at together.
  public struct Part: Sendable {
    /// `all`, `contrast` or `group`.
    public let kind: String
    /// Which contrast or group.
    public let name: String
    public let scans: [ScanEvaluation]

    /// The reliability of all its voxels together.
    public var calibration: Outcome<Calibration> {
      let known = scans.compactMap(\.calibration.value)
      guard var sum = known.first else { return .failure(NotComputable(scans.first?.calibration.reason ?? "no scan")) }
      for other in known.dropFirst() { sum.merge(other) }
      return .success(sum)
    }
  }

  /// All scans, then those of each contrast and of each group.
  public var parts: [Part] {
    func split(_ kind: String, _ key: (ScanEvaluation) -> String?) -> [Part] {
      Dictionary(grouping: scans.filter { key($0) != nil }) { key($0) ?? "" }.sorted { $0.key < $1.key }.map {
        Part(kind: kind, name: $0.key, scans: $0.value)
      }
    }
    return [Part(kind: "all", name: "all", scans: scans)] + split("contrast") { $0.pair.scan.contrast }
      + (groups.isEmpty ? [] : split("group") { groups[$0.pair.scan.person] })
  }

  /// A number over many scans.
  public struct Summary: Sendable {
    public let part: (kind: String, name: String)
    /// Level of areas; `nil` for measures of whole scans.
    public let level: String?
    public let measure: String
    public let scans, people: Int
    /// Mean over scans and its 95 % interval, by drawing whole people anew.
    public let mean: Outcome<Double>
    public let interval: Outcome<Interval>
    public let median, standardDeviation: Double?
    /// Scans for which it could not be computed, and the first one's reason.
    public let missing: Int
    public let reason: String?
  }

  /// Every measure over every part, and area errors by level.
  public var summaries: [Summary] {
    parts.flatMap { part in
      measures.map { measure in summary(part, level: nil, measure.name, part.scans.map { ($0.pair.scan.person, measure($0)) }) }
        + levels(of: part)
    }
  }

  private func levels(of part: Part) -> [Summary] {
    let names = AreaTable.sorted(Set(part.scans.flatMap { $0.levels.map { Self.name(of: $0.levels) } }))
    return names.flatMap { name in
      let values = part.scans.flatMap { scan in
        scan.levels.filter { Self.name(of: $0.levels) == name }.map { (scan.pair.scan.person, $0.area) }
      }
      return [
        summary(part, level: name, "area_error_mm2", values.map { ($0.0, $0.1.map(\.error)) }),
        summary(part, level: name, "area_absolute_error_mm2", values.map { ($0.0, $0.1.map { abs($0.error) }) }),
      ]
    }
  }

  private func summary(_ part: Part, level: String?, _ measure: String, _ values: [(person: String, value: Outcome<Double>)]) -> Summary {
    let known = values.compactMap { item in item.value.value.map { (person: item.person, value: $0) } }
    let people = Dictionary(grouping: known, by: \.person).sorted { $0.key < $1.key }.map { $0.value.map(\.value) }
    let failed = values.compactMap { item in item.value.reason.map { "\(item.person): \($0)" } }
    let numbers = known.map(\.value)
    let mean: Outcome<Double> = numbers.isEmpty ? .failure(NotComputable(failed.first ?? "no scan")) : .success(numbers.mean)
    let interval = Outcome<Interval>(computing: {
      guard people.count > 1 else { throw NotComputable(people.isEmpty ? "no value" : "one person only") }
      return try bootstrap.interval(of: people) { drawn in Array(drawn.joined()).mean }
    })
    return Summary(
      part: (part.kind, part.name), level: level, measure: measure, scans: numbers.count, people: people.count, mean: mean,
      interval: interval, median: numbers.isEmpty ? nil : numbers.median,
      standardDeviation: numbers.count > 1 ? numbers.standardDeviation : nil, missing: failed.count,
      reason: failed.first ?? interval.reason)
  }

  /// `3` or `2:3`, as tables name levels.
  public static func name(of levels: ClosedRange<Int>) -> String {
    levels.count == 1 ? "\(levels.lowerBound)" : "\(levels.lowerBound):\(levels.upperBound)"
  }
}
