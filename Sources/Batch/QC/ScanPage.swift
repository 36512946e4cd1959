import Files
import Foundation
import Measuring
import Morphometry
import Reports
import Simulation
import Volumes

/// The page of one scan: what was found in a sentence, the picture, the area along the cord, and the scan to scroll through.
///
/// Why the scan is suspicious, and which one comes next, is read from `qc/ranking.js`, which the group level writes.
struct ScanPage {
  let record: ScanRecord
  let cord: MeasuredCord
  let levels: [MeasureRow]

  func write(image: Volume, mask: Volume, to path: String) throws {
    try AtomicFile.write(Array(html(ViewerCrop(image: image, mask: mask)).utf8), to: path)
  }

  private func html(_ crop: ViewerCrop) -> String {
    """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="icon" href="data:,"><title>\(HTML.escaped(record.name))</title>
    <style>\(ReportPage.style)\(QCStyle.css)</style></head><body data-scan="\(HTML.escaped(record.scan))" data-mask="\(HTML.escaped(record.mask))">
    <nav><a href="../index.html">all scans</a> <a id="before" hidden>◀ more suspicious</a> <a id="after" hidden>less suspicious ▶</a></nav>
    <h1>\(HTML.escaped(record.name))</h1><p class="subtitle">\(HTML.escaped(sentence))</p>
    <p id="why" class="why" hidden></p>
    <div class="verdicts"><button data-verdict="pass"><kbd>p</kbd> pass</button><button data-verdict="fail"><kbd>f</kbd> fail</button>\
    <button data-verdict="artefact"><kbd>a</kbd> artefact</button>
    <input id="comment" placeholder="c: comment" aria-label="comment"><span id="said"></span></div>
    <p class="caption">Keys: p, f, a for a verdict, c for a comment, ← and → for the next scan, v for the viewer.</p>
    <figure><img class="overlay" alt="The cord lengthwise and across, with the soft mask" src="../pictures/\(HTML.escaped(record.name)).png">
    <figcaption>The soft mask: color and opacity follow the fraction of each voxel that is cord; the thin line is 0.5.</figcaption></figure>
    <h2>Area along the cord</h2><div class="area">\(plot.svg)</div>
    <p class="caption">Blue band: 95 % interval. Green: what 95 % of 203 healthy adults have at that level.</p>
    <h2>The scan</h2>
    <p><button id="view">open the viewer</button> <span class="caption">Scroll in three planes; the mask is as soft as the file.</span></p>
    <div class="viewer" hidden><canvas id="canvas"></canvas></div><p id="place" class="caption"></p>
    \(table)
    \(notes)
    <script type="text/plain" id="image">\(crop.image)</script><script type="text/plain" id="mask">\(crop.mask)</script>
    <script src="../ranking.js"></script><script src="../qc.js"></script>
    </body></html>

    """
  }

  /// The answer.
  private var sentence: String {
    guard let quality = record.quality else { return record.scan }
    let area = String(format: "%.1f mm²", quality.area)
    let found = "\(Int(quality.length.rounded())) mm of cord, \(area) on average"
    let named = quality.levels.filter(\.isComplete).map { levelName($0.level) }
    let seen = named.isEmpty ? "no levels" : "levels \(named.first!) to \(named.last!)"
    return [found, seen, record.isCorrected ? "mask corrected by a person" : nil].compactMap { $0 }.joined(separator: " · ")
  }

  private var plot: AreaPlot {
    var plot = cord.plot
    plot.title = record.name
    guard let map = cord.map else { return plot }
    plot.reference = map.levels(within: cord.axis.extent).compactMap { level in
      guard let healthy = HealthyCord.area(ofLevel: level), let piece = map.piece(ofLevels: level...level, within: cord.axis.extent) else {
        return nil
      }
      let reach = Estimate.deviations * healthy.deviation
      return (piece.places, healthy.mean - reach...healthy.mean + reach)
    }
    return plot
  }

  private var table: String {
    let rows = levels.compactMap { row -> String? in
      guard let level = row.levels, let summary = row.summary, let area = summary[.area] else { return nil }
      let interval = area.interval.map { String(format: "%.1f – %.1f", $0.lowerBound, $0.upperBound) } ?? "–"
      let cells = [
        String(format: "%.1f", area.value), interval, String(format: "%.1f", summary.apDiameter.mean),
        String(format: "%.1f", summary.rlDiameter.mean), row.flags.names.joined(separator: ", "),
      ]
      return "<tr><td class=\"text\">\(levelName(level.lowerBound))</td>\(cells.map { "<td>\($0)</td>" }.joined())</tr>"
    }
    guard !rows.isEmpty else { return "" }
    return """
      <h2>Levels</h2><div class="wide"><table><thead><tr><th class="text">level</th><th>area, mm²</th><th>95 %</th><th>AP, mm</th><th>RL, mm</th>\
      <th>flags</th></tr></thead><tbody>\(rows.joined())</tbody></table></div>
      """
  }

  private var notes: String {
    record.notes.isEmpty ? "" : "<h2>Notes</h2><ul>\(record.notes.map { "<li>\(HTML.escaped($0))</li>" }.joined())</ul>"
  }
}
