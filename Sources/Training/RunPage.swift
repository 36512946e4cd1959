import Files
import Foundation
import Reports

/// A run as one page to look at while it trains: curves and the newest scores; it needs nothing but a browser, which reads it anew
/// every half minute.
struct RunPage {
  let name: String
  let epochs: Int
  let records: [EpochRecord]
  let isOver: Bool

  /// Writes the page, whole or not at all.
  func write(to path: String) throws {
    do {
      try AtomicFile.write(Array(html.utf8), to: path)
    } catch {
      throw TrainingError.unwritable(path: path, reason: "\(error)")
    }
  }

  var html: String {
    let last = records.last
    let state = isOver ? "done" : "epoch \((last?.epoch ?? -1) + 1) of \(epochs)"
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      \(isOver ? "" : "<meta http-equiv=\"refresh\" content=\"30\">")
      <title>\(HTML.escaped(name)): \(state)</title>
      <style>body{font:15px sans-serif;max-width:1360px;margin:1em auto;padding:0 1em}
      .curves{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,580px),1fr));gap:8px}
      table{border-collapse:collapse}td,th{padding:2px 10px;text-align:right;border-bottom:1px solid #ddd}
      td:first-child,th:first-child{text-align:left}</style></head><body>
      <h1>\(HTML.escaped(name))</h1><p>\(state)\(summary(last))</p>
      <div class="curves">\(charts.map(\.svg).joined(separator: "\n"))</div>
      \(table)
      </body></html>

      """
  }

  private func summary(_ record: EpochRecord?) -> String {
    guard let record else { return "" }
    var parts = ["loss \(Self.number(record.loss, 4))", "\(Self.number(record.seconds, 0)) s an epoch"]
    if let computing = EpochRecord.computing(records) { parts.append("\(Self.number(computing * 100, 0)) % of the time computing") }
    return ", " + parts.joined(separator: ", ")
  }

  private var charts: [CurveChart] {
    func curve(_ name: String, _ value: (EpochRecord) -> Double?) -> CurveChart.Curve {
      .init(name: name, points: records.compactMap { record in value(record).map { (Double(record.epoch + 1), $0) } })
    }
    let names = ContrastScore.of(records.last { $0.scores != nil }?.scores ?? []).map(\.name)
    func scores(_ title: String, _ value: @escaping (ContrastScore) -> Double?) -> CurveChart {
      CurveChart(
        title: title,
        curves: names.map { name in
          curve(name) { record in record.scores.flatMap { ContrastScore.of($0).first { $0.name == name } }.flatMap(value) }
        })
    }
    return [
      CurveChart(
        title: "loss by epoch", curves: [curve("training", \.loss), curve("validation", \.validationLoss)],
        isLogarithmic: records.allSatisfy { $0.loss > 0 }),
      CurveChart(title: "learning rate", curves: [curve("learning rate", \.learningRate)]),
      scores("Dice", \.dice), scores("soft error, percent", \.softError), scores("area error, percent", \.areaError),
    ]
  }

  /// The newest scores, scan by scan.
  private var table: String {
    guard let record = records.last(where: { $0.scores != nil }), let scores = record.scores else { return "" }
    let rows = scores.map { score in
      "<tr><td>\(HTML.escaped(score.name))</td><td>\(HTML.escaped(score.contrast ?? ""))</td><td>\(Self.number(score.dice, 3))</td>"
        + "<td>\(Self.number(score.softDice, 3))</td><td>\(Self.number(score.softError.map { $0 * 100 }, 1))</td>"
        + "<td>\(Self.number(score.areaError.map { $0 * 100 }, 1))</td></tr>"
    }
    return """
      <h2>Epoch \(record.epoch + 1)</h2>
      <table><tr><th>scan</th><th>contrast</th><th>Dice</th><th>soft Dice</th><th>soft error %</th><th>area error %</th></tr>
      \(rows.joined(separator: "\n"))
      </table>
      """
  }

  private static func number(_ value: Double?, _ decimals: Int) -> String {
    value.map { String(format: "%.\(decimals)f", $0) } ?? "–"
  }
}
