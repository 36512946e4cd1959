import Evaluation
import Statistics

/// A planned test between two methods: one value a person, second minus first.
public struct PairTest: Sendable {
  public let comparison, quantity, first, second: String
  public let people: Int
  /// Mean difference, or why there is none.
  public let difference: Outcome<Double>
  /// 95 %, whole people drawn anew.
  public let interval: Interval?
  /// Wilcoxon's signed-rank test, two-sided; or why there is none.
  public let p: Outcome<Double>
  /// Holm's correction over the pairs of the same comparison and quantity.
  public var holm: Double?

  /// All pairs of a planned comparison for one quantity.
  ///
  /// - Parameter values: Of each method, by person.
  static func all(_ comparison: PlannedComparison, quantity: String, values: [String: [String: Double]]) -> [PairTest] {
    let methods = comparison.methods.filter { values[$0]?.isEmpty == false }
    var tests = methods.indices.flatMap { i in
      methods[(i + 1)...].map { second in
        PairTest(comparison.name, quantity, methods[i], second, values[methods[i]]!, values[second]!)
      }
    }
    let known = tests.indices.filter { tests[$0].p.value != nil }
    for (index, corrected) in zip(known, Correction.holm(known.map { tests[$0].p.value! })) { tests[index].holm = corrected }
    return tests
  }

  private init(
    _ comparison: String, _ quantity: String, _ first: String, _ second: String, _ a: [String: Double], _ b: [String: Double]
  ) {
    (self.comparison, self.quantity, self.first, self.second) = (comparison, quantity, first, second)
    let differences = a.keys.sorted().compactMap { person in b[person].map { $0 - a[person]! } }
    people = differences.count
    difference = differences.isEmpty ? .failure(NotComputable("no person has both")) : .success(differences.mean)
    interval = try? ClusterBootstrap().interval(of: differences) { $0.mean }
    p = Outcome(computing: { try Wilcoxon(differences).p })
  }
}
