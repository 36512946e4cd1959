import Statistics

/// Methods compared by the areas they find on the same scans.
public struct Comparison: Sendable {
  /// What is decided by who asks.
  public struct Settings: Sendable {
    /// What becomes of differences of zero in Wilcoxon's test.
    public var zeros: Wilcoxon.Zeros
    /// Largest mean difference of areas that does not matter, mm²; `nil` leaves out tests of equivalence.
    public var margin: Double?
    /// Deming's ratio of error variances, of the second method over the first.
    public var errorRatio: Double
    public var bootstrap: ClusterBootstrap
    /// Changes of area for which the size of a trial is told, as shares of the mean area.
    public var changes: [Double]

    public init(
      zeros: Wilcoxon.Zeros = .wilcox, margin: Double? = nil, errorRatio: Double = 1, bootstrap: ClusterBootstrap = ClusterBootstrap(),
      changes: [Double] = [0.01, 0.02, 0.05]
    ) {
      (self.zeros, self.margin, self.errorRatio) = (zeros, margin, errorRatio)
      (self.bootstrap, self.changes) = (bootstrap, changes)
    }
  }

  /// What a method found in one scan.
  public struct ScanArea: Sendable, Hashable {
    /// Which of the person's scans: ``ScanIdentity/series``.
    public let series: String
    /// mm².
    public let area: Double
    /// The true area where it is known, mm².
    public let truth: Double?
  }

  /// One method on one person.
  public struct PersonResult: Sendable, Hashable {
    public let method, person, level: String
    /// The person's scans, in the order of their names.
    public let areas: [ScanArea]
    public var mean: Double { areas.map(\.area).mean }
    /// Sample standard deviation across contrasts, mm²; `nil` below two.
    public var spread: Double? { areas.count > 1 ? areas.map(\.area).standardDeviation : nil }
    /// Mean of |area − truth| over contrasts, mm²; `nil` where the truth is not known.
    public var absoluteError: Double? { errors.map { $0.map(abs).mean } }
    /// Mean of area − truth, mm².
    public var error: Double? { errors.map(\.mean) }
    private var errors: [Double]? {
      let known = areas.compactMap { item in item.truth.map { item.area - $0 } }
      return known.isEmpty ? nil : known
    }
  }

  /// Names of the methods, in the order given.
  public let methods: [String]
  public let levels: [String]
  public let people: [PersonResult]
  public let findings: [Finding]
  /// Scans that were left out, each with its reason.
  public let excluded: [String]
  /// Whether the truth is known.
  public let hasTruth: Bool

  /// Compares methods on the scans that all of them measured.
  ///
  /// - Parameters:
  ///   - tables: At least one; names differ.
  ///   - truth: Areas that are known; where it is given, scans without truth are left out.
  ///   - level: Only this level, or this range (`2:3`), which is taken from single levels where a table has them alone; `nil` takes every
  ///     level that all tables hold.
  /// - Throws: ``EvaluationError/noRows(path:reason:)`` where the tables have no scan in common,
  ///   ``EvaluationError/notCombinable(method:level:reason:)``.
  public init(of tables: [AreaTable], truth: AreaTable? = nil, level: String? = nil, settings: Settings = Settings())
    throws(EvaluationError)
  {
    var (tables, truth) = (tables, truth)
    if let level {
      for index in tables.indices { tables[index] = try tables[index].combined(to: level) }
      truth = try truth?.combined(to: level)
    }
    let shared = tables.dropFirst().reduce(Set(tables.first?.levels ?? [])) { $0.intersection($1.levels) }
    let known = truth.map { shared.intersection($0.levels) } ?? shared
    levels = AreaTable.sorted(level.map { known.intersection([$0]) } ?? known)
    methods = tables.map(\.name)
    hasTruth = truth != nil
    guard !levels.isEmpty else {
      let found = (tables + (truth.map { [$0] } ?? [])).map { "\($0.name): \($0.levels.joined(separator: " "))" }.joined(separator: "; ")
      throw .noRows(path: methods.joined(separator: ", "), reason: "no level \(level ?? "") that all tables hold (\(found))")
    }
    var (people, excluded): ([PersonResult], [String]) = ([], Self.gaps(of: tables))
    var findings: [Finding] = []
    for level in levels {
      let scans = Set(tables.flatMap { $0.records.filter { $0.level == level }.map { Scan(person: $0.person, series: $0.series ?? "") } })
      var kept: [String: [String]] = [:]
      for scan in scans.sorted() {
        let missing = tables.filter { $0.area(scan.person, scan.series, level: level) == nil }.map(\.name)
        if !missing.isEmpty {
          excluded.append("\(scan) level \(level): missing in \(missing.joined(separator: ", "))")
        } else if let truth, truth.area(scan.person, scan.series, level: level) == nil {
          excluded.append("\(scan) level \(level): its truth is not known")
        } else {
          kept[scan.person, default: []].append(scan.series)
        }
      }
      let results = tables.map { table in
        kept.sorted { $0.key < $1.key }.map { person, series in
          PersonResult(
            method: table.name, person: person, level: level,
            areas: series.compactMap { series in
              table.area(person, series, level: level).map {
                ScanArea(series: series, area: $0, truth: truth?.area(person, series, level: level))
              }
            })
        }
      }
      people += results.flatMap { $0 }
      findings +=
        ComparisonStatistics(level: level, methods: methods, results: results, hasTruth: truth != nil, settings: settings).findings
    }
    guard !people.isEmpty else {
      throw .noRows(path: methods.joined(separator: ", "), reason: "the tables have no scan in common; \(excluded.first ?? "")")
    }
    (self.people, self.findings, self.excluded) = (people, findings, excluded)
  }

  /// What tables miss, each gap once with the methods that have it.
  private static func gaps(of tables: [AreaTable]) -> [String] {
    let all = tables.flatMap { table in table.gaps.map { (gap: $0, method: table.name) } }
    let methods = Dictionary(grouping: all, by: \.gap).mapValues { $0.map(\.method).joined(separator: ", ") }
    var seen = Set<String>()
    return all.filter { seen.insert($0.gap).inserted }.map { "\(methods[$0.gap]!): \($0.gap)" }
  }

  private struct Scan: Hashable, Comparable, CustomStringConvertible {
    let person, series: String
    static func < (a: Self, b: Self) -> Bool { (a.person, a.series) < (b.person, b.series) }
    var description: String { "\(person) \(series)" }
  }
}
