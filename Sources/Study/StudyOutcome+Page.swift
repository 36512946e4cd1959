import Evaluation
import Foundation
import Reports
import Statistics

extension StudyOutcome {
  /// A scan whose picture is shown.
  public struct Case: Sendable {
    public let method, person, contrast: String
    /// Why it is shown.
    public let why: String
  }

  /// Scans of a method with the largest and the middle area error; with the lowest Dice where the truth is not known.
  ///
  /// - Parameter method: Of which masks are shown; the first arm's when `nil`.
  public func cases(of method: String? = nil) -> [Case] {
    let name = method ?? configuration.arms[0].name
    guard let results = methods.first(where: { $0.name == name }) else { return [] }
    let truth = methods.first { $0.name == LabelSource.truth.method }?.scans ?? []
    let ranked = results.scans.compactMap { scan -> (ScanResult, Double, String)? in
      let known = truth.first { $0.person == scan.person && $0.contrast == scan.contrast }?.area
      guard let known else { return truth.isEmpty ? (scan, 1 - scan.dice, String(format: "Dice %.3f", scan.dice)) : nil }
      guard let area = scan.area else { return (scan, .infinity, "no area") }
      return (scan, abs(area - known), String(format: "area %.1f mm², true %.1f mm²", area, known))
    }.sorted { $0.1 > $1.1 }
    guard !ranked.isEmpty else { return [] }
    let places = [("worst", 0), ("second worst", 1), ("median", ranked.count / 2)].filter { $0.1 < ranked.count }
    return places.map { why, place in
      Case(method: name, person: ranked[place].0.person, contrast: ranked[place].0.contrast, why: "\(why): \(ranked[place].2)")
    }
  }

  /// The report.
  ///
  /// - Parameters:
  ///   - pictures: Of ``cases(of:)``, in their order.
  ///   - facts: Versions, seeds, checksums.
  public func page(pictures: [(picture: Picture, caption: String)], facts: [(name: String, value: String)]) -> ReportPage {
    let hasTruth = all.hasTruth
    var blocks: [ReportPage.Block] = [
      .heading("Result"),
      .table(
        summaryTable, caption: "Methods on the people who were tested. The first rows are labels, judged as if a network had made them."),
      .heading("Area"),
      .figure(
        shown(all.areaFigure(level: level)),
        caption: "Each point is one person. A click on a grey name in the legend shows that method."),
      .figure(
        all.spreadFigure(level: level),
        caption: "Sample standard deviation of one person's areas across contrasts: what a change of contrast alone does."),
    ]
    if hasTruth {
      blocks += [
        .figure(
          all.errorFigure(level: level), caption: "Against the exact mask of each scan, measured in the same way; mean over contrasts."),
        .figure(agreement, caption: "Bland and Altman: each point is a scan. Lines: bias and 95 % limits of agreement."),
      ]
    }
    blocks += [.heading("Soft values"), .figure(reliability, caption: "On the dotted line, a voxel holds as much cord as the mask says.")]
    for (plan, _) in planned {
      blocks += [
        .heading("Comparison: \(plan.name)"),
        .table(
          testTable(of: plan.name), caption: "Wilcoxon signed-rank tests of one value a person, corrected by Holm within each quantity."),
      ]
    }
    if !cohort.groups.isEmpty {
      blocks += [
        .heading("With and without a finding"), .table(groupTable, caption: "Tested people by the balancing column; no test was planned."),
      ]
    }
    if !pictures.isEmpty {
      blocks.append(.heading("Scans"))
      blocks += pictures.map { .picture($0.picture, caption: $0.caption) }
    }
    let gaps =
      unmeasured.map { "\($0) is not compared: most of its masks have no area" } + Array(Set(all.excluded)).sorted() + cohort.missing
    if !gaps.isEmpty { blocks += [.heading("Left out"), .list(gaps)] }
    blocks += [.heading("Methods"), .text(methodsText), .facts(facts)]
    return ReportPage(
      title: configuration.name,
      subtitle: "\(cohort.train.count) people trained on, \(cohort.test.count) tested, \(cohort.contrasts.count) contrasts", blocks: blocks)
  }

  /// Most methods of an area figure that are shown at once.
  private static let shownMethods = 3

  private func shown(_ figure: StripFigure) -> StripFigure {
    var figure = figure
    let arms = Set(configuration.arms.map(\.name))
    var left = Self.shownMethods
    for index in figure.groups.indices {
      figure.groups[index].isHidden = left == 0 || !arms.contains(figure.groups[index].name)
      if !figure.groups[index].isHidden { left -= 1 }
    }
    return figure
  }

  private var agreement: PointFigure {
    let arms = Set(configuration.arms.map(\.name))
    let first = configuration.arms[0].name
    return PointFigure(
      title: "Agreement with the truth", horizontal: "mean of area and true area, mm²", vertical: "area − true area, mm²",
      series: all.methods.filter { $0 != LabelSource.truth.method }.map { method in
        let points = all.results(method, level).flatMap { person in
          person.areas.compactMap { scan in
            scan.truth.map { (name: "sub-\(person.person) \(scan.series)", truth: $0, area: scan.area) }
          }
        }
        let limits = try? BlandAltman(points.map(\.truth), points.map(\.area))
        return .init(
          name: method, points: points.map { .init(name: $0.name, x: ($0.area + $0.truth) / 2, y: $0.area - $0.truth) },
          levels: limits.map { [("bias", $0.bias), ("lower limit", $0.limits.lower), ("upper limit", $0.limits.upper)] } ?? [],
          isHidden: method != first || !arms.contains(method))
      })
  }

  private var reliability: PointFigure {
    PointFigure(
      title: "Reliability of soft values", horizontal: "share of cord that the mask says", vertical: "true share of cord",
      series: methods.filter { $0.name != LabelSource.truth.method }.map { method in
        .init(
          name: method.name,
          points: (calibration(of: method)?.bins ?? []).compactMap { bin in
            guard let x = bin.meanPrediction, let y = bin.meanReference else { return nil }
            return .init(name: "\(method.name), \(bin.count) voxels", x: x, y: y)
          }, isJoined: true)
      }, diagonal: true)
  }

  private var methodsText: String {
    let levels = CordAreas.name(of: configuration.measured)
    return """
      People, not scans, were split: \(cohort.train.count) to train on, \(cohort.test.count) to test. Every arm was trained with the same \
      network, seed and steps, and with the same augmentation unless it names its own; models of single contrasts share the steps of one arm. Masks were measured as they are, soft, \
      over \(levels), perpendicular to each mask's own centerline. What is judged by is the exact mask of each scan where the cohort is \
      simulated, else the refined soft mask; slices that it leaves empty are not judged. SD across contrasts is the sample standard \
      deviation (n − 1) of one person's areas. Tests: Wilcoxon signed-rank on one value a person, exact without ties; with \
      \(cohort.test.count) people the smallest p-value that can come out is \(String(format: "%.2g", 2 / pow(2, Double(cohort.test.count)))). \
      Intervals: percentiles of a bootstrap that draws whole people. Calibration: ten bins of predicted values, voxels where either mask is \
      above 0.01.
      """
  }
}
