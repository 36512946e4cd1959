import Files
import Foundation

/// A report as one HTML file that needs nothing beside it: it reads offline, prints, and its plots answer to the pointer.
public struct ReportPage: Sendable {
  /// A piece of the page, from the top down.
  public enum Block: Sendable {
    case heading(String)
    case text(String)
    case list([String])
    /// Facts by name: versions, seeds, checksums.
    case facts([(name: String, value: String)])
    case table(Table, caption: String)
    case figure(any Figure, caption: String)
    case picture(Picture, caption: String)
  }

  public var title: String
  /// One line below the title.
  public var subtitle: String
  public var blocks: [Block]

  public init(title: String, subtitle: String, blocks: [Block] = []) {
    (self.title, self.subtitle, self.blocks) = (title, subtitle, blocks)
  }

  /// The whole file.
  ///
  /// - Parameter plotly: Plotly's browser bundle (`plotly.min.js`); without it figures are shown as they are printed here, in SVG.
  /// - Throws: ``ReportError/encodingFailed(width:height:reason:)`` for a picture.
  public func html(plotly: String?) throws(ReportError) -> String {
    var body: [String] = []
    var (figures, headings) = (0, [String]())
    for block in blocks {
      switch block {
      case .heading(let text):
        headings.append(text)
        body.append("<h2 id=\"part-\(headings.count)\">\(HTML.escaped(text))</h2>")
      case .text(let text): body.append("<p>\(HTML.escaped(text))</p>")
      case .list(let items): body.append("<ul>\(items.map { "<li>\(HTML.escaped($0))</li>" }.joined())</ul>")
      case .facts(let facts):
        let rows = facts.map { "<tr><th scope=\"row\">\(HTML.escaped($0.name))</th><td>\(HTML.escaped($0.value))</td></tr>" }
        body.append("<div class=\"wide\"><table class=\"facts\">\(rows.joined(separator: "\n"))</table></div>")
      case .table(let table, let caption): body.append(table.html(caption: caption))
      case .figure(let figure, let caption):
        figures += 1
        body.append(
          """
          <figure><h3>\(HTML.escaped(figure.title))</h3><div class="plot" id="plot-\(figures)" role="img" aria-label="\(HTML.escaped(figure.title))">
          \(figure.svg)</div>
          <script type="application/json" data-plot="plot-\(figures)">\(figure.plotly)</script>
          <figcaption>\(HTML.escaped(caption))</figcaption></figure>
          """)
      case .picture(let picture, let caption):
        let data = Data(try picture.png()).base64EncodedString()
        body.append(
          """
          <figure><img alt="\(HTML.escaped(caption))" width="\(picture.width)" height="\(picture.height)" src="data:image/png;base64,\(data)">
          <figcaption>\(HTML.escaped(caption))</figcaption></figure>
          """)
      }
    }
    let contents = headings.enumerated().map { "<a href=\"#part-\($0 + 1)\">\(HTML.escaped($1))</a>" }
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      <link rel="icon" href="data:,">
      <title>\(HTML.escaped(title))</title>
      <style>\(Self.style)</style></head><body>
      <h1>\(HTML.escaped(title))</h1><p class="subtitle">\(HTML.escaped(subtitle))</p>
      <nav>\(contents.joined(separator: " "))</nav>
      \(body.joined(separator: "\n"))
      \(plotly.map { "<script>\($0)</script>\n<script>\(Self.drawing)</script>" } ?? "")
      </body></html>

      """
  }

  /// Writes the page, whole or not at all.
  public func write(to path: String, plotly: String?) throws {
    try AtomicFile.write(Array(html(plotly: plotly).utf8), to: path)
  }

  private static let style = """
    body{font:16px/1.5 "Helvetica Neue",Arial,sans-serif;color:#222;max-width:1180px;margin:1.5em auto;padding:0 1.2em}
    h1{margin-bottom:0}h2{margin-top:2em;border-bottom:1px solid #ccc}h3{margin:1em 0 0.2em}
    .subtitle{color:#555;margin-top:0.2em}nav a{margin-right:1em}
    .wide{overflow-x:auto}table{border-collapse:collapse;margin:0.8em 0;font-size:14px}
    caption{text-align:left;caption-side:top;color:#444;padding-bottom:4px}
    td,th{padding:3px 10px;text-align:right;border-bottom:1px solid #ddd;white-space:nowrap}
    td.text,th.text,.facts th,.facts td{text-align:left}thead th{border-bottom:2px solid #888}
    .facts td{white-space:normal;overflow-wrap:anywhere}
    figure{margin:1em 0;break-inside:avoid}.plot{width:100%;min-height:440px}.plot svg{max-width:100%;height:auto}
    .plot.live{height:480px}.plot.live svg{max-width:none}
    img{max-width:100%;height:auto}figcaption{color:#444;font-size:14px}
    @media print{body{max-width:none;margin:0}nav,.modebar{display:none}h2{break-after:avoid}tr{break-inside:avoid}.wide{overflow:visible}}
    """

  /// Puts the interactive plots in the place of the printed ones.
  private static let drawing = """
    for (const source of document.querySelectorAll("script[data-plot]")) {
      const place = document.getElementById(source.dataset.plot), figure = JSON.parse(source.textContent);
      place.replaceChildren();
      place.classList.add("live");
      Plotly.newPlot(place, figure.data, figure.layout, {responsive: true, displaylogo: false});
    }
    for (const event of ["beforeprint", "afterprint"])
      addEventListener(event, () => document.querySelectorAll(".live").forEach((place) => Plotly.Plots.resize(place)));
    """
}

extension Table {
  /// The table as an HTML element; a column's description shows when the pointer rests on its name.
  func html(caption: String) -> String {
    let isText = columns.indices.map { column in rows.contains { if case .text = $0[column] { true } else { false } } }
    func mark(_ column: Int) -> String { isText[column] ? " class=\"text\"" : "" }
    let head = columns.enumerated().map {
      "<th scope=\"col\"\(mark($0)) title=\"\(HTML.escaped($1.description))\">\(HTML.escaped($1.name))</th>"
    }
    let body = rows.map { row in
      "<tr>" + row.enumerated().map { "<td\(mark($0))>\(HTML.escaped(shown($1, column: $0)))</td>" }.joined() + "</tr>"
    }
    return """
      <div class="wide"><table><caption>\(HTML.escaped(caption))</caption><thead><tr>\(head.joined())</tr></thead>
      <tbody>
      \(body.joined(separator: "\n"))
      </tbody></table></div>
      """
  }
}
