import Files
import Numerics
import Reports
import Statistics

extension Evaluation {
  /// What a page shows of one scan: names and a picture.
  public struct Case: Sendable {
    /// Why it is shown: the worst, the middle one.
    public let caption: String
    public let picture: Picture

    public init(caption: String, picture: Picture) { (self.caption, self.picture) = (caption, picture) }
  }

  /// The scans with the lowest and with the middle soft Dice; one where there is one.
  public var shownScans: [(why: String, scan: ScanEvaluation)] {
    let known = scans.filter { $0.softDice.value != nil }.sorted { ($0.softDice.value ?? 0) < ($1.softDice.value ?? 0) }
    guard let worst = known.first else { return [] }
    let lowest = known.prefix(known.count > 6 ? 3 : 1).dropFirst().map { ("Next lowest soft Dice", $0) }
    return [("Lowest soft Dice", worst)] + lowest + (known.count > 1 ? [("Median soft Dice", known[known.count / 2])] : [])
  }

  /// The evaluation as a page.
  ///
  /// - Parameters:
  ///   - cases: Pictures of single scans.
  ///   - facts: Versions, files, choices.
  public func page(title: String, subtitle: String, cases: [Case] = [], facts: [(name: String, value: String)]) -> ReportPage {
    var blocks: [ReportPage.Block] = [
      .heading("Summary"),
      .table(
        briefTable, caption: "Means over scans with 95 % intervals, whole people drawn anew. Where there is none, the last column says why."
      ),
      .heading("By contrast"), .figure(strips("dice", "Dice", "Dice, masks cut at 0.5"), caption: "Each point is a scan."),
      .figure(
        strips("area_error_mm2", "Area error", "prediction − reference, mm²"),
        caption: "Mean over slices inside the cord that both masks hold."),
      .figure(strips("assd_mm", "Average surface distance", "mm"), caption: "Between the surfaces of both masks cut at 0.5."),
    ]
    if let figure = agreementFigure {
      blocks.append(
        .figure(figure, caption: "Bland and Altman: area of prediction and reference. Lines: bias and limits of agreement over scans."))
    }
    blocks += [
      .heading("Calibration"),
      .figure(
        reliabilityFigure, caption: "Share of cord in the reference against the predicted value; on the dotted line the mask is calibrated."
      ),
    ]
    if !cases.isEmpty {
      blocks.append(.heading("Scans"))
      blocks += cases.map { .picture($0.picture, caption: $0.caption) }
    }
    if !levelTable.rows.isEmpty {
      blocks += [.heading("Levels"), .table(levelTable, caption: "Area by vertebral level.")]
    }
    blocks += [
      .heading("All scans"), .table(scanTable, caption: "What cannot be computed is named in the last column."), .heading("Methods"),
      .text(Self.methods), .facts(facts),
    ]
    return ReportPage(title: title, subtitle: subtitle, blocks: blocks)
  }

  private static let methods = """
    Dice, surface distances: masks cut at 0.5. Soft Dice: 2·Σpg/(Σp²+Σg²). Surfaces: voxels above 0.5 that share a face with one that is \
    not; average: mean over the surface voxels of both masks; 95th percentile: the larger of both directions. Areas: perpendicular to each \
    mask's own centerline, soft masks as they are. Calibration: voxels where either mask is above 0.01, ten bins of predicted values; the \
    error is the mean of |mean prediction − mean reference| weighted by voxels. Edge: voxels of the reference between 0.01 and 0.99, or \
    beside one on the other side of 0.5. Intervals: percentiles of a bootstrap that draws whole people.
    """

  /// What a reader looks for first.
  private var briefTable: Table {
    var table = Table(columns: [
      .init("scans of", "All, one contrast, one group"), .init("level", "Vertebral level"), .init("measure", "See the table of all scans"),
      .init("scans", "Scans that have it"), .init("people", "People they are of"), .init("mean", "Mean over scans", decimals: 3),
      .init("lower", "95 % interval", decimals: 3), .init("upper", "95 % interval", decimals: 3),
      .init("median", "Over scans", decimals: 3),
      .init("why not", "Why a number is missing"),
    ])
    for row in summaries {
      table.append([
        .text(row.part.name), row.level.map { .text($0) } ?? .missing, .text(row.measure), .integer(row.scans), .integer(row.people),
        .number(row.mean.value), .number(row.interval.value?.lower), .number(row.interval.value?.upper), .number(row.median),
        .text(row.reason ?? ""),
      ])
    }
    return table
  }

  private static func name(of scan: ScanEvaluation) -> String { "sub-\(scan.pair.scan.person) \(scan.pair.scan.series)" }

  private var contrasts: [String] { Array(Set(scans.map(\.pair.scan.contrast))).sorted() }

  private func strips(_ measure: String, _ title: String, _ vertical: String) -> StripFigure {
    let names = groups.isEmpty ? ["all"] : Array(Set(groups.values)).sorted()
    let measure = measures.first { $0.name == measure }
    return StripFigure(
      title: title, categoryName: "contrast", valueName: vertical, categories: contrasts,
      groups: names.map { name in
        let own = scans.filter { groups.isEmpty || groups[$0.pair.scan.person] == name }
        return .init(
          name: name,
          points: own.compactMap { scan in
            measure.flatMap { $0(scan).value }.map { .init(name: Self.name(of: scan), category: scan.pair.scan.contrast, value: $0) }
          })
      })
  }

  /// Differences of areas over their means; `nil` without areas.
  public var agreementFigure: PointFigure? {
    let known = scans.compactMap { scan in scan.area.value.map { (scan, $0) } }
    guard !known.isEmpty else { return nil }
    let agreement = try? BlandAltman(known.map(\.1.reference), known.map(\.1.predicted))
    var series = contrasts.map { contrast in
      PointFigure.Series(
        name: contrast,
        points: known.filter { $0.0.pair.scan.contrast == contrast }.map { scan, area in
          .init(name: Self.name(of: scan), x: (area.predicted + area.reference) / 2, y: area.error)
        })
    }
    if let agreement, !series.isEmpty {
      series[0].levels = [("bias", agreement.bias), ("lower limit", agreement.limits.lower), ("upper limit", agreement.limits.upper)]
    }
    return PointFigure(
      title: "Agreement of areas", horizontal: "mean of both, mm²", vertical: "prediction − reference, mm²", series: series)
  }

  /// Reliability curves of all scans and of each contrast.
  public var reliabilityFigure: PointFigure {
    PointFigure(
      title: "Reliability of soft values", horizontal: "mean predicted value", vertical: "mean share of cord in the reference",
      series: parts.filter { $0.kind != "group" }.map { part in
        let bins = part.calibration.value?.bins ?? []
        return .init(
          name: part.name,
          points: bins.enumerated().compactMap { index, bin in
            guard let x = bin.meanPrediction, let y = bin.meanReference else { return nil }
            // The check of pages asks for a name on each point.
            return .init(name: "\(part.name), \(bin.count) voxels", x: x, y: y)
          }, isJoined: true)
      }, diagonal: true)
  }
}
