import Reports
import Statistics

extension Comparison {
  /// The comparison as a page.
  ///
  /// - Parameter facts: Versions, files, choices.
  public func page(title: String, facts: [(name: String, value: String)]) -> ReportPage {
    var blocks: [ReportPage.Block] = []
    for level in levels {
      blocks += [
        .heading(level == AreaTable.whole ? "Area" : "Level \(level)"),
        .figure(areaFigure(level: level), caption: "Each point is one person in one contrast."),
        .figure(
          spreadFigure(level: level),
          caption: "Sample standard deviation across the contrasts of each person: what a change of contrast alone does."),
      ]
      if hasTruth {
        blocks.append(.figure(errorFigure(level: level), caption: "Mean over a person's contrasts of |area − truth|."))
      }
      for (i, first) in methods.enumerated() {
        for second in methods[(i + 1)...] {
          blocks.append(
            .figure(
              agreementFigure(first, second, level: level),
              caption: "Bland and Altman: each point is a person, mean over contrasts. Lines: bias and 95 % limits of agreement."))
        }
      }
      let own = findings.filter { $0.level == level }
      blocks.append(.table(Self.table(own), caption: "Statistics. A value that cannot be computed has its reason in the last column."))
    }
    blocks += [.heading("People"), .table(personTable, caption: "Mean and spread of each person.")]
    if !excluded.isEmpty { blocks += [.heading("Left out"), .list(excluded)] }
    blocks += [.heading("Methods"), .text(Self.methodsText), .facts(facts)]
    return ReportPage(
      title: title,
      subtitle: "\(Set(people.map(\.person)).count) people, \(levels.count == 1 ? "level" : "levels") \(levels.joined(separator: ", "))",
      blocks: blocks)
  }

  private static let methodsText = """
    Only scans that every method measured (and whose truth is known, where truth was given) count. SD across contrasts is the sample \
    standard deviation (n − 1) of one person's areas. Tests between methods are of one value a person. Wilcoxon: signed-rank test, exact up \
    to 50 differences without ties and zeros, else normal with the variance corrected for ties. P-values are two-sided and corrected by \
    Bonferroni and Holm within each level, statistic and quantity. Intervals of means and medians: percentiles of a bootstrap that draws \
    whole people; of intraclass correlations: McGraw and Wong; of Deming's line: jackknife. docs/evaluation.md has all definitions.
    """

  /// Areas by contrast, one color a method.
  public func areaFigure(level: String) -> StripFigure {
    let series = Array(Set(people.flatMap { $0.areas.map(\.series) })).sorted()
    return StripFigure(
      title: "Area by contrast", categoryName: "contrast", valueName: "area, mm²", categories: series,
      groups: methods.map { method in
        .init(
          name: method,
          points: results(method, level).flatMap { person in
            person.areas.map { .init(name: "sub-\(person.person)", category: $0.series, value: $0.area) }
          })
      })
  }

  /// Spread across contrasts of each person, by method.
  public func spreadFigure(level: String) -> StripFigure {
    figure("SD across contrasts", "SD across a person's contrasts, mm²", level) { $0.spread }
  }

  /// Absolute error of each person, by method.
  public func errorFigure(level: String) -> StripFigure {
    figure("Absolute error against the truth", "|area − truth|, mean over contrasts, mm²", level) { $0.absoluteError }
  }

  private func figure(_ title: String, _ vertical: String, _ level: String, _ value: (PersonResult) -> Double?) -> StripFigure {
    StripFigure(
      title: title, categoryName: "method", valueName: vertical, categories: methods,
      groups: [
        .init(
          name: title,
          points: methods.flatMap { method in
            results(method, level).compactMap { person in
              value(person).map { .init(name: "sub-\(person.person)", category: method, value: $0) }
            }
          })
      ])
  }

  /// Bland and Altman's plot of two methods: person's means over contrasts.
  public func agreementFigure(_ first: String, _ second: String, level: String) -> PointFigure {
    let pairs = zip(results(first, level), results(second, level)).map { (name: $0.person, a: $0.mean, b: $1.mean) }
    let agreement = try? BlandAltman(pairs.map(\.a), pairs.map(\.b))
    return PointFigure(
      title: "Agreement of \(second) with \(first)", horizontal: "mean of both, mm²", vertical: "\(second) − \(first), mm²",
      series: [
        .init(
          name: second, points: pairs.map { .init(name: "sub-\($0.name)", x: ($0.a + $0.b) / 2, y: $0.b - $0.a) },
          levels: agreement.map { [("bias", $0.bias), ("lower limit", $0.limits.lower), ("upper limit", $0.limits.upper)] } ?? [])
      ])
  }

  /// What a method found at a level, in the order of people's names.
  public func results(_ method: String, _ level: String) -> [PersonResult] { people.filter { $0.method == method && $0.level == level } }
}
