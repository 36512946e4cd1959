import Evaluation
import Statistics

/// What came out of a study.
public struct StudyOutcome: Sendable {
  public let configuration: StudyConfiguration
  public let cohort: StudyCohort
  /// Labels, arms and peers, in the order shown.
  public let methods: [MethodResults]
  /// All methods on the scans that all of them measured.
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
    let level = configuration.measured.count == 1 ? "\(configuration.levels[0])" : configuration.levels.map(String.init).joined(separator: ":")
    self.level = level
    let truth = try methods.first { $0.name == LabelSource.truth.method }?.areas(level: level)
    let settings = Comparison.Settings(margin: configuration.margin)
    func compared(_ names: [String]?) throws -> Comparison {
      let chosen = try names.map { names in names.compactMap { name in methods.first { $0.name == name } } } ?? methods
      return try Comparison(of: chosen.map { try $0.areas(level: level) }, truth: truth, level: level, settings: settings)
    }
    all = try compared(nil)
    planned = try configuration.comparisons.map { ($0, try compared($0.methods)) }
    var tests: [PairTest] = []
    for (plan, comparison) in planned {
      func byPerson(_ value: (Comparison.PersonResult) -> Double?) -> [String: [String: Double]] {
        Dictionary(grouping: comparison.people, by: \.method).mapValues { people in
          Dictionary(uniqueKeysWithValues: people.compactMap { person in value(person).map { (person.person, $0) } })
        }
      }
      func byPerson(_ value: (ScanResult) -> Double?) -> [String: [String: Double]] {
        Dictionary(
          uniqueKeysWithValues: methods.filter { plan.methods.contains($0.name) }.map { method in
            (method.name, Dictionary(grouping: method.scans, by: \.person).compactMapValues { scans in
              let values = scans.compactMap(value)
              return values.isEmpty ? nil : values.mean
            })
          })
      }
      tests += PairTest.all(plan, quantity: "SD of area across contrasts, mm²", values: byPerson(\.spread))
      if truth != nil { tests += PairTest.all(plan, quantity: "absolute area error, mm²", values: byPerson(\.absoluteError)) }
      tests += PairTest.all(plan, quantity: "Dice", values: byPerson { (scan: ScanResult) in scan.dice })
      tests += PairTest.all(plan, quantity: "calibration error", values: byPerson { (scan: ScanResult) in scan.calibration?.expectedError })
    }
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
