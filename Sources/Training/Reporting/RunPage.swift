import Files
import Foundation
import Reports

/// A run as one page to look at while it trains: curves and the newest scores; a browser reads it again every half minute.
struct RunPage {
  let name: String
  let epochs: Int
  let records: [EpochRecord]
  let isOver: Bool

  /// Writes the page, whole or not at all.
  func write(to path: String) throws {
    do {
      try page.write(to: path)
    } catch {
      throw TrainingError.unwritable(path: path, reason: "\(error)")
    }
  }

  private var page: ReportPage {
    let last = records.last
    let state = isOver ? "done" : "epoch \((last?.epoch ?? -1) + 1) of \(epochs)"
    return ReportPage(
      title: name, subtitle: state + summary(last), blocks: charts.map { .figure($0, caption: "") } + newest,
      reloadsAfter: isOver ? nil : 30)
  }

  private func summary(_ record: EpochRecord?) -> String {
    guard let record else { return "" }
    var parts = [String(format: "loss %.4f", record.loss), String(format: "%.0f s an epoch", record.seconds)]
    if let computing = EpochRecord.computing(records) { parts.append(String(format: "%.0f %% of the time computing", computing * 100)) }
    return ", " + parts.joined(separator: ", ")
  }

  private var charts: [PointFigure] {
    func curve(_ name: String, _ value: (EpochRecord) -> Double?) -> PointFigure.Series {
      .init(
        name: name,
        points: records.compactMap { record in
          value(record).map { .init(name: "\(name), epoch \(record.epoch + 1)", x: Double(record.epoch + 1), y: $0) }
        }, isJoined: true)
    }
    func chart(_ title: String, _ series: [PointFigure.Series], isLogarithmic: Bool = false) -> PointFigure {
      PointFigure(title: title, horizontal: "epoch", vertical: title, series: series, isLogarithmic: isLogarithmic)
    }
    let names = ContrastScore.of(records.last { $0.scores != nil }?.scores ?? []).map(\.name)
    func scores(_ title: String, _ value: @escaping (ContrastScore) -> Double?) -> PointFigure {
      chart(
        title,
        names.map { name in
          curve(name) { record in record.scores.flatMap { ContrastScore.of($0).first { $0.name == name } }.flatMap(value) }
        })
    }
    return [
      chart(
        "loss", [curve("training", \.loss), curve("validation", \.validationLoss)], isLogarithmic: records.allSatisfy { $0.loss > 0 }),
      chart("learning rate", [curve("learning rate", \.learningRate)]),
      scores("Dice", \.dice), scores("soft error, percent", \.softError), scores("area error, percent", \.areaError),
    ]
  }

  /// The newest scores, scan by scan.
  private var newest: [ReportPage.Block] {
    guard let record = records.last(where: { $0.scores != nil }), let scores = record.scores else { return [] }
    var table = Table(columns: [
      .init("scan", "Name of the scan"), .init("contrast", "Its contrast"), .init("dice", "Dice at 0.5", decimals: 3),
      .init("soft_dice", "2·Σpg/(Σp²+Σg²)", decimals: 3), .init("soft_error_percent", "Σ|p − g| / Σg, percent", decimals: 1),
      .init("area_error_percent", "Mean area relative to the reference's, minus one, percent", decimals: 1),
    ])
    for score in scores {
      table.append([
        .text(score.name), .text(score.contrast ?? ""), .number(score.dice), .number(score.softDice),
        .number(score.softError.map { $0 * 100 }), .number(score.areaError.map { $0 * 100 }),
      ])
    }
    return [.heading("Epoch \(record.epoch + 1)"), .table(table, caption: "Scores of the scans that the run is validated on.")]
  }
}
