import Files
import Foundation
import Models
import Reports

/// The pages over all scans: `qc/index.html`, and `qc/ranking.js`, from which the scans' pages know why they are suspicious.
struct QCIndex {
  let records: [ScanRecord]
  let ranked: [(record: ScanRecord, suspicion: Suspicion)]
  /// Under this name browsers keep the verdicts.
  let key: String

  /// Points from which a scan is called conspicuous.
  static let conspicuous = 1.0

  /// Writes what pages of single scans need: the script, and the viewer where the program has it.
  ///
  /// - Throws: `FileError`.
  static func writeShared(to output: String) throws {
    let folder = output.appendingPathComponent("qc")
    try Folder.make(folder)
    try writeIfOther(Array(QCScript.script.utf8), to: folder + "/qc.js")
    // Pages of scans ask for it before there is a group.
    let ranking = folder + "/ranking.js"
    if !FileManager.default.fileExists(atPath: ranking) { try AtomicFile.write(Array("\n".utf8), to: ranking) }
    guard let viewer = resource("niivue.js"), let licence = resource("niivue-LICENSE.txt") else { return }
    try writeIfOther(licence, to: folder + "/niivue-LICENSE.txt")
    try writeIfOther(viewer, to: folder + "/niivue.js")
  }

  private static func resource(_ name: String) -> [UInt8]? {
    FileManager.default.contents(atPath: ProgramResource.path("Resources/\(name)", of: "Batch")).map { [UInt8]($0) }
  }

  private static func writeIfOther(_ bytes: [UInt8], to path: String) throws(FileError) {
    if FileManager.default.contents(atPath: path) == Data(bytes) { return }
    try AtomicFile.write(bytes, to: path)
  }

  /// - Throws: `FileError`.
  func write(to output: String) throws {
    try Self.writeShared(to: output)
    let folder = output.appendingPathComponent("qc")
    let ranking =
      "window.softcordRanking = "
      + String(decoding: data.fileBytes, as: UTF8.self)
      .split(separator: "\n").map { $0.drop { $0 == " " } }.joined() + ";\n"
    try AtomicFile.write(Array(ranking.utf8), to: folder + "/ranking.js")
    try AtomicFile.write(Array(html.utf8), to: folder + "/index.html")
    try Self.table(ranked).write(to: folder + "/ranking.tsv", as: .tsv, dictionary: folder + "/ranking.json")
  }

  /// The ranking as a table.
  static func table(_ ranked: [(record: ScanRecord, suspicion: Suspicion)]) -> Table {
    Table(
      columns: [
        .init("rank", "1 is the most suspicious"), .init("scan", "Path of the scan from the root of its data set"),
        .init("points", "Sum of the reasons' weights: 1 is conspicuous, 3 hardly ever right"), .init("reasons", "Why, in words"),
      ],
      rows: ranked.enumerated().map { place, entry in
        let why = entry.suspicion.reasons.map(\.text).joined(separator: "; ")
        return [.integer(place + 1), .text(entry.record.scan), .number(entry.suspicion.points), why.isEmpty ? .missing : .text(why)]
      })
  }

  private var data: JSONValue {
    func round(_ value: Double) -> JSONValue { .number((value * 10).rounded() / 10) }
    let done = ranked.enumerated().map { place, entry -> JSONValue in
      let quality = entry.record.quality
      let upper = (quality?.levels ?? []).filter { (2...3).contains($0.level) && $0.isComplete }
      let mean = upper.count == 2 ? round((upper[0].area + upper[1].area) / 2) : .null
      return [
        "rank": .number(Double(place + 1)), "scan": .text(entry.record.scan), "name": .text(entry.record.name), "status": "done",
        "contrast": .text(entry.record.contrast), "points": round(entry.suspicion.points),
        "why": .text(entry.suspicion.reasons.map(\.text).joined(separator: "; ")), "area": quality.map { round($0.area) } ?? .null,
        "c2c3": mean,
      ]
    }
    let failed = records.filter { $0.failure != nil }.map { record -> JSONValue in
      [
        "rank": .null, "scan": .text(record.scan), "name": .text(record.name), "status": "failed", "contrast": .text(record.contrast),
        "points": .null, "why": .text("failed: " + record.failure!.message), "area": .null, "c2c3": .null,
      ]
    }
    return ["key": .text(key), "scans": .list(done + failed)]
  }

  private var sentence: String {
    let failed = records.count { $0.failure != nil }
    let odd = ranked.count { $0.suspicion.points >= Self.conspicuous }
    return "\(ranked.count) of \(records.count) scans are done, \(failed) failed; \(odd) are conspicuous and stand first."
  }

  private var html: String {
    let heads = [
      ("rank", "rank"), ("name", "scan"), ("contrast", "contrast"), ("points", "suspicion"), ("why", "why"), ("area", "area, mm²"),
      ("c2c3", "C2–C3, mm²"), ("verdict", "verdict"),
    ].map {
      "<th scope=\"col\"\(["name", "contrast", "why", "verdict"].contains($0.0) ? " class=\"text\"" : "")><button type=\"button\" data-key=\"\($0.0)\">\($0.1)</button></th>"
    }
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <link rel="icon" href="data:,"><title>What to look at first</title>
      <style>\(ReportPage.style)\(QCStyle.css)</style></head><body>
      <h1>What to look at first</h1><p class="subtitle">\(HTML.escaped(sentence))</p>
      <div class="bar"><input id="filter" type="search" placeholder="filter" aria-label="filter"><select id="only" aria-label="which scans">
      <option value="">all</option><option value="suspicious">conspicuous</option><option value="open">without verdict</option>
      <option value="pass">passed</option><option value="fail">failed by a person</option><option value="artefact">artefact</option>
      <option value="failed">without result</option></select>
      <button id="back">◀</button><button id="on">▶</button><button id="yaml">export YAML</button><button id="tsv">export TSV</button></div>
      <p id="count" class="caption"></p>
      <table id="scans" class="scans sortable"><thead><tr>\(heads.joined())</tr></thead><tbody></tbody></table>
      <p class="caption">Keys: ↑ ↓ choose a scan, p pass, f fail, a artefact, c comment, Enter opens, ← → turn pages. Verdicts stay in this browser; \
      export the TSV to qc/verdicts.tsv, and the group level leaves out what failed.</p>
      <details><summary>Areas of all scans</summary>\(figure)</details>
      <script src="ranking.js"></script><script src="qc.js"></script>
      </body></html>

      """
  }

  /// Mean areas by contrast.
  private var figure: String {
    let points = ranked.compactMap { entry -> StripFigure.Point? in
      entry.record.quality.map { .init(name: entry.record.name, category: entry.record.identity.contrast, value: $0.area) }
    }
    let strip = StripFigure(
      title: "Mean area", categoryName: "contrast", valueName: "mean area of the cord that the scan shows, mm²",
      categories: Set(points.map(\.category)).sorted(), groups: [.init(name: "scans", points: points)])
    return "<figure><div class=\"drawing\" role=\"img\" aria-label=\"Mean area by contrast\">\(strip.html)</div></figure>"
  }
}
