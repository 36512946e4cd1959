import Files
import Foundation

/// A report as one HTML file that needs nothing beside it: it is read offline and printed, its points name themselves, its tables are sorted
/// by a click.
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
  /// Seconds after which a browser reads the file again; `nil` for a report that is complete.
  public var reloadsAfter: Int?

  public init(title: String, subtitle: String, blocks: [Block] = [], reloadsAfter: Int? = nil) {
    (self.title, self.subtitle, self.blocks, self.reloadsAfter) = (title, subtitle, blocks, reloadsAfter)
  }

  /// The whole file.
  ///
  /// - Throws: ``ReportError/encodingFailed(width:height:reason:)`` for a picture.
  public func html() throws(ReportError) -> String {
    var (body, headings) = ([String](), [String]())
    for block in blocks {
      if case .heading(let text) = block {
        headings.append(text)
        body.append("<h2 id=\"part-\(headings.count)\">\(HTML.escaped(text))</h2>")
      } else {
        body.append(try Self.html(of: block))
      }
    }
    let contents = headings.enumerated().map { "<a href=\"#part-\($0 + 1)\">\(HTML.escaped($1))</a>" }
    let reload = reloadsAfter.map { "<meta http-equiv=\"refresh\" content=\"\($0)\">\n" } ?? ""
    return """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
      \(reload)<link rel="icon" href="data:,">
      <title>\(HTML.escaped(title))</title>
      <style>\(Self.style)</style></head><body>
      <h1>\(HTML.escaped(title))</h1><p class="subtitle">\(HTML.escaped(subtitle))</p>
      <nav>\(contents.joined(separator: " "))</nav>
      \(body.joined(separator: "\n"))
      <script>\(Self.script)</script>
      </body></html>

      """
  }

  /// Writes the page, whole or not at all.
  ///
  /// - Throws: ``ReportError``, ``FileError``.
  public func write(to path: String) throws {
    try AtomicFile.write(Array(html().utf8), to: path)
  }

  private static func html(of block: Block) throws(ReportError) -> String {
    switch block {
    case .heading(let text), .text(let text): return "<p>\(HTML.escaped(text))</p>"
    case .list(let items): return "<ul>\(items.map { "<li>\(HTML.escaped($0))</li>" }.joined())</ul>"
    case .facts(let facts):
      let rows = facts.map { "<tr><th scope=\"row\">\(HTML.escaped($0.name))</th><td>\(HTML.escaped($0.value))</td></tr>" }
      return "<div class=\"wide\"><table class=\"facts\">\(rows.joined(separator: "\n"))</table></div>"
    case .table(let table, let caption): return table.html(caption: caption)
    case .figure(let figure, let caption):
      return """
        <figure><h3>\(HTML.escaped(figure.title))</h3>
        <div class="drawing" role="img" aria-label="\(HTML.escaped(figure.title))">
        \(figure.html)
        </div>
        <figcaption>\(HTML.escaped(caption))</figcaption></figure>
        """
    case .picture(let picture, let caption):
      let data = Data(try picture.png()).base64EncodedString()
      return """
        <figure><img alt="\(HTML.escaped(caption))" width="\(picture.width)" height="\(picture.height)" src="data:image/png;base64,\(data)">
        <figcaption>\(HTML.escaped(caption))</figcaption></figure>
        """
    }
  }
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
      <p class="caption">\(HTML.escaped(caption))</p>
      <div class="wide"><table class="sortable"><thead><tr>\(head.joined())</tr></thead>
      <tbody>
      \(body.joined(separator: "\n"))
      </tbody></table></div>
      """
  }
}
