import Numerics
import Statistics

/// The statistics of a comparison at one level.
struct ComparisonStatistics {
  let level: String
  let methods: [String]
  /// For each method, every person in the same order with the same scans.
  let results: [[Comparison.PersonResult]]
  let hasTruth: Bool
  let settings: Comparison.Settings

  /// Everything, with corrected p-values.
  var findings: [Finding] {
    var all = results.indices.flatMap { ofMethod(results[$0], methods[$0]) }
    all += betweenMethods
    all.correct()
    return all
  }

  /// What is known of a quantity for each person.
  private struct Quantity {
    let name: String
    let value: (Comparison.PersonResult) -> Double?
    /// Why a person may have none.
    let missing: String
  }

  private var quantities: [Quantity] {
    let spread = Quantity(name: "sd_across_contrasts", value: \.spread, missing: "nobody has two contrasts that all methods measured")
    let area = Quantity(name: "area", value: { $0.mean }, missing: "nobody was measured")
    guard hasTruth else { return [area, spread] }
    let unknown = "the truth of nobody is known"
    return [
      area, spread, Quantity(name: "absolute_error", value: \.absoluteError, missing: unknown),
      Quantity(name: "error", value: \.error, missing: unknown),
    ]
  }

  // MARK: One method

  private func ofMethod(_ people: [Comparison.PersonResult], _ method: String) -> [Finding] {
    func finding(
      _ analysis: String, _ quantity: String, people count: Int, values: Int, remark: String? = nil,
      _ body: () throws -> (value: Double, interval: Interval?, p: Double?, remark: String?)
    ) -> Finding {
      make(analysis, quantity, method, people: count, values: values, remark: remark, body)
    }
    var list: [Finding] = []
    for quantity in quantities {
      let values = people.compactMap(quantity.value)
      list += summaries(of: values, quantity, subject: method)
    }
    let series = Array(Set(people.flatMap { $0.areas.map(\.series) })).sorted()
    for name in series {
      let areas = people.compactMap { person in person.areas.first { $0.series == name }?.area }
      list += summaries(of: areas, Quantity(name: "area", value: { _ in nil }, missing: ""), subject: "\(method), \(name)")
    }
    // People who have every contrast: what follows needs full tables.
    let full = people.filter { $0.areas.count == series.count }.map { $0.areas.map(\.area) }
    let count = full.count * series.count
    let scope = "\(full.count) of \(people.count) people have all \(series.count) contrasts"
    func table() throws -> [[Double]] {
      guard series.count > 1 else { throw NotComputable("there is one contrast only") }
      guard full.count > 1 else { throw NotComputable(full.isEmpty ? "nobody has all \(series.count) contrasts" : "one person only") }
      return full
    }
    list.append(
      finding("rm_anova_contrast", "area", people: full.count, values: count, remark: scope) {
        let test = try RepeatedMeasuresANOVA(table())
        return (
          test.f, nil, test.pCorrected,
          "F(\(Int(test.freedom)), \(Int(test.errorFreedom))); p corrected by Greenhouse and Geisser, epsilon \(rounded(test.epsilon)); uncorrected p \(test.p)"
        )
      })
    for (kind, name) in [(IntraclassCorrelation.Kind.agreement, "icc_2_1"), (.consistency, "icc_3_1")] {
      list.append(
        finding("\(name)_contrasts", "area", people: full.count, values: count, remark: scope) {
          let icc = try IntraclassCorrelation(table(), kind)
          return (icc.value, icc.interval, nil, nil)
        })
    }
    list += detectability(people, finding)
    for (i, first) in series.enumerated() {
      for second in series[(i + 1)...] {
        let pairs = people.compactMap { person -> (Double, Double)? in
          guard let a = person.areas.first(where: { $0.series == first }), let b = person.areas.first(where: { $0.series == second })
          else { return nil }
          return (a.area, b.area)
        }
        list += paired(
          pairs, quantity: "area_between_contrasts_\(method)", subject: "\(second) - \(first)", agreement: false, equivalence: true)
      }
    }
    return list
  }

  /// Mean with the interval of people drawn anew, median and standard deviation.
  private func summaries(of values: [Double], _ quantity: Quantity, subject: String) -> [Finding] {
    func held() throws -> [Double] {
      guard !values.isEmpty else { throw NotComputable(quantity.missing) }
      return values
    }
    return [
      make("mean", quantity.name, subject, people: values.count, values: values.count) {
        let list = try held()
        return drawn(list, { $0.mean })
      },
      make("median", quantity.name, subject, people: values.count, values: values.count) {
        let list = try held()
        return drawn(list, { $0.median })
      },
      make("sd_between_people", quantity.name, subject, people: values.count, values: values.count) {
        guard try held().count > 1 else { throw NotComputable("one person only") }
        return (values.standardDeviation, nil, nil, nil)
      },
    ]
  }

  /// A statistic with the interval that drawing whole people anew gives, or the reason why there is none.
  func drawn<Person>(_ people: [Person], _ statistic: ([Person]) -> Double) -> (Double, Interval?, Double?, String?) {
    guard people.count > 1 else { return (statistic(people), nil, nil, "no interval: one person only") }
    let interval = Outcome(computing: { try settings.bootstrap.interval(of: people, statistic) })
    let way = interval.reason.map { "no interval: \($0)" } ?? "interval: \(settings.bootstrap.draws) draws of whole people"
    return (statistic(people), interval.value, nil, way)
  }

  typealias Body = () throws -> (value: Double, interval: Interval?, p: Double?, remark: String?)

  /// What one measurement in any of the contrasts can tell.
  private func detectability(_ people: [Comparison.PersonResult], _ finding: (String, String, Int, Int, String?, Body) -> Finding)
    -> [Finding]
  {
    let tables = people.map { $0.areas.map(\.area) }
    let count = tables.reduce(0) { $0 + $1.count }
    func error() throws -> Double {
      guard tables.contains(where: { $0.count > 1 }) else { throw NotComputable("nobody has two contrasts") }
      return try Detectability(tables).measurementError
    }
    let scope = "measurement error: variation across the contrasts of one person"
    var list = [
      finding("standard_error_of_measurement", "area", people.count, count, scope) {
        _ = try error()
        return drawn(tables) { (try? Detectability($0).measurementError) ?? .nan }
      },
      finding("minimal_detectable_change", "area", people.count, count, scope) {
        _ = try error()
        return drawn(tables) { (try? Detectability($0).minimalDetectableChange) ?? .nan }
      },
    ]
    let mean = people.map(\.mean).mean
    for change in settings.changes {
      let percent = rounded(100 * change)
      list.append(
        finding(
          "trial_size_change_\(percent)_percent", "area", people.count, count,
          "people in each of two groups, power 0.8, two-sided 0.05; SD of a change = √2 × measurement error, so a lower bound: people are taken to change alike"
        ) {
          let noise = try error()
          guard noise > 0 else { throw NotComputable("there is no variation across contrasts") }
          return (Double(try sampleSize(difference: change * mean, standardDeviation: 2.0.squareRoot() * noise)), nil, nil, nil)
        })
      list.append(
        finding(
          "trial_size_groups_\(percent)_percent", "area", people.count, count,
          "people in each of two groups scanned once, in any of the contrasts; SD = √(variance between people + measurement error²)"
        ) {
          guard people.count > 1 else { throw NotComputable("one person only") }
          let noise = (try? error()) ?? 0
          // The variance of people's means holds a part of the measurement error.
          let own = people.map { Double($0.areas.count) }.mean
          let between = max(0, people.map(\.mean).variance - noise * noise / own)
          return (
            Double(try sampleSize(difference: change * mean, standardDeviation: (between + noise * noise).squareRoot())), nil, nil, nil
          )
        })
    }
    return list
  }

  // MARK: Between methods

  private var betweenMethods: [Finding] {
    var list: [Finding] = []
    for quantity in quantities {
      let columns = results.map { $0.map(quantity.value) }
      // A person counts where every method has the quantity; they have the same scans, so all or none.
      let rows = (columns.first ?? []).indices.compactMap { i -> [Double]? in
        let row = columns.compactMap { $0[i] }
        return row.count == columns.count ? row : nil
      }
      if methods.count > 2 {
        list.append(
          make("rm_anova_method", quantity.name, methods.joined(separator: ", "), people: rows.count, values: rows.count * methods.count) {
            guard rows.count > 1 else { throw NotComputable(rows.isEmpty ? quantity.missing : "one person only") }
            let test = try RepeatedMeasuresANOVA(rows)
            return (
              test.f, nil, test.pCorrected,
              "F(\(Int(test.freedom)), \(Int(test.errorFreedom))); p corrected by Greenhouse and Geisser, epsilon \(rounded(test.epsilon)); uncorrected p \(test.p)"
            )
          })
      }
      for i in methods.indices {
        for j in methods.indices where j > i {
          list += paired(
            rows.map { ($0[i], $0[j]) }, quantity: quantity.name, subject: "\(methods[j]) - \(methods[i])",
            agreement: quantity.name == "area", equivalence: quantity.name == "area")
        }
      }
    }
    return list
  }

  func make(
    _ analysis: String, _ quantity: String, _ subject: String, people: Int, values: Int, remark: String? = nil, _ body: Body
  ) -> Finding {
    let result = Outcome(computing: {
      let result = try body()
      guard result.value.isFinite else { throw NotComputable("the values do not vary enough") }
      return result
    })
    let remarks = [remark, result.value?.remark].compactMap { $0 }
    return Finding(
      level: level, analysis: analysis, quantity: quantity, subject: subject, people: people, values: values, value: result.map(\.value),
      interval: result.value?.interval, p: result.value?.p, remark: remarks.isEmpty ? nil : remarks.joined(separator: "; "))
  }

  private func rounded(_ value: Double) -> String {
    let text = "\((value * 1000).rounded() / 1000)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
