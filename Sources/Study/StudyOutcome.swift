import Evaluation
import Statistics

/// What came out of a study.
public struct StudyOutcome: Sendable {
  public let configuration: StudyConfiguration
  public let cohort: StudyCohort
  /// Labels, arms and peers, in the order shown.
  public let methods: [MethodResults]
  /// Methods of which most scans have no area: they are not compared.
  public let unmeasured: [String]
  /// The other methods on the scans that all of them measured.
  public let all: Comparison
  /// Planned comparisons in full.
  public let planned: [(plan: PlannedComparison, comparison: Comparison)]
  public let tests: [PairTest]

  /// Level in tables: `2:3`.
  public let level: String

  /// - Parameter methods: Those named `label truth`, where there are any, are what areas are compared with.
  /// - Throws: `EvaluationError` where the methods have no scan in common.
  public init(_ configuration: StudyConfiguration, _ cohort: StudyCohort, methods: [MethodResults]) throws {
    (self.configuration, self.cohort, self.methods) = (configuration, cohort, methods)
    let level =
      configuration.measured.count == 1 ? "\(configuration.levels[0])" : configuration.levels.map(String.init).joined(separator: ":")
    self.level = level
    let truth = try methods.first { $0.name == LabelSource.truth.method }?.areas(level: level)
    let settings = Comparison.Settings(margin: configuration.margin)
    func compared(_ chosen: [MethodResults]) throws -> Comparison {
      try Comparison(of: chosen.map { try $0.areas(level: level) }, truth: truth, level: level, settings: settings)
    }
    // One that found no cord would leave the others no scan in common.
    let counts = methods.map { method in method.scans.count { $0.area != nil } }
    let most = counts.max() ?? 0
    let measured = zip(methods, counts).filter { $1 > 0 && 2 * $1 >= most }.map(\.0)
    unmeasured = methods.map(\.name).filter { name in !measured.contains { $0.name == name } }
    all = try compared(measured)
    var planned: [(plan: PlannedComparison, comparison: Comparison)] = []
    var tests: [PairTest] = []
    for plan in configuration.comparisons {
      let chosen = plan.methods.compactMap { name in measured.first { $0.name == name } }
      // A peer that did not run leaves nothing to compare with.
      guard chosen.count > 1 else { continue }
      let comparison = try compared(chosen)
      planned.append((plan, comparison))
      func ofPeople(_ value: (Comparison.PersonResult) -> Double?) -> [String: [String: Double]] {
        var values: [String: [String: Double]] = [:]
        for person in comparison.people { values[person.method, default: [:]][person.person] = value(person) }
        return values
      }
      func ofScans(_ value: (ScanResult) -> Double?) -> [String: [String: Double]] {
        var values: [String: [String: Double]] = [:]
        for method in chosen {
          for (person, scans) in Dictionary(grouping: method.scans, by: \.person) {
            let known = scans.compactMap(value)
            values[method.name, default: [:]][person] = known.isEmpty ? nil : known.mean
          }
        }
        return values
      }
      tests += PairTest.all(plan, quantity: "SD of area across contrasts, mm²", values: ofPeople { $0.spread })
      if truth != nil { tests += PairTest.all(plan, quantity: "absolute area error, mm²", values: ofPeople { $0.absoluteError }) }
      tests += PairTest.all(plan, quantity: "Dice", values: ofScans { $0.dice })
      tests += PairTest.all(plan, quantity: "calibration error", values: ofScans { $0.calibration?.expectedError })
    }
    self.planned = planned
    self.tests = tests
  }

  /// Calibration of a method over all its scans.
  func calibration(of method: MethodResults) -> Calibration? {
    let all = method.scans.compactMap(\.calibration)
    return all.dropFirst().reduce(into: all.first) { $0?.merge($1) }
  }

  /// A statistic of a method among the findings of all.
  func finding(_ analysis: String, _ quantity: String, of method: String) -> Finding? {
    all.findings.first { $0.analysis == analysis && $0.quantity == quantity && $0.subject == method }
  }
}
