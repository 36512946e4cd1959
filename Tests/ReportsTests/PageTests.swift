import Files
import Foundation
import Testing

@testable import Reports

/// Pages are looked at by `tools/check_page.py` in a browser; here is what holds without one.
struct PageTests {
  static let nasty = "</script><b>\"A & B\"</b>"

  static let page: ReportPage = {
    let contrasts = ["T1w", "T2w", "T2star", "dwi"]
    let methods = ["first", "second", nasty]
    let strips = StripFigure(
      title: "Area by contrast", horizontal: "contrast", vertical: "area, mm²", categories: contrasts,
      groups: methods.enumerated().map { index, name in
        .init(
          name: name,
          points: contrasts.flatMap { contrast in
            (1...8).map { .init(name: "sub-00\($0)", category: contrast, value: 70 + Double(($0 * 7 + index * 3 + contrast.count) % 11)) }
          }, isHidden: index == 2)
      })
    let agreement = PointFigure(
      title: "Agreement", horizontal: "mean, mm²", vertical: "difference, mm²",
      series: methods.enumerated().map { index, name in
        .init(
          name: name, points: (1...8).map { .init(name: "sub-00\($0)", x: 60 + Double($0), y: Double($0 % 3 - index)) },
          levels: [("bias", 0.2), ("upper limit", 2), ("lower limit", -1.6)])
      })
    let reliability = PointFigure(
      title: "Reliability", horizontal: "said", vertical: "true",
      series: [.init(name: "first", points: (0..<10).map { .init(name: "bin", x: Double($0) / 10, y: Double($0) / 11) }, isJoined: true)],
      diagonal: true)
    var table = Table(columns: [.init("method", "Which"), .init("p", "Wilcoxon's"), .init("why", "Reason")])
    table.append([.text(nasty), .number(0.0078125), .text("")])
    table.append([.text("second"), .number(.nan), .text("not computable: all differences are zero")])
    return ReportPage(
      title: "Example & test", subtitle: "what a report can show",
      blocks: [
        .heading("Figures"), .figure(strips, caption: "Strips."), .figure(agreement, caption: "Agreement."),
        .figure(reliability, caption: "Reliability."), .heading("Table"), .table(table, caption: "Numbers."), .heading("Methods"),
        .text("Text with <signs> & more."), .list(["one", "two"]),
        .facts([("seed", "7"), ("SHA-256", String(repeating: "0f", count: 32))]),
        .picture(Picture(width: 40, height: 30, color: Color(200, 20, 20)), caption: "A picture."),
      ])
  }()

  @Test func nothingThatIsSaidBecomesMarkup() throws {
    let html = try Self.page.html(plotly: nil)
    #expect(!html.contains("</script><b>"))
    #expect(html.contains("&lt;/script&gt;"))
    #expect(html.components(separatedBy: "<script").count == html.components(separatedBy: "</script>").count)
  }

  @Test func nothingIsFetched() throws {
    let html = try Self.page.html(plotly: "")
    let fetched = try Regex("(src|href)=\"(?!data:|#)")
    #expect(!html.contains(fetched))
  }

  @Test func figuresAreJSONForPlotly() throws {
    let blocks = Self.page.blocks.compactMap { if case .figure(let figure, _) = $0 { figure } else { nil } }
    #expect(blocks.count == 3)
    for figure in blocks {
      let object = try #require(JSONSerialization.jsonObject(with: Data(figure.plotly.utf8)) as? [String: Any])
      #expect((object["data"] as? [[String: Any]])?.isEmpty == false)
      #expect(object["layout"] is [String: Any])
    }
  }

  @Test func whatIsNoNumberIsLeftOut() {
    let figure = StripFigure(
      title: "", horizontal: "", vertical: "", categories: ["a"],
      groups: [.init(name: "g", points: [.init(name: "p", category: "a", value: .nan), .init(name: "q", category: "a", value: 1)])])
    #expect(figure.groups[0].points.count == 1)
    #expect(StripFigure(title: "", horizontal: "", vertical: "", categories: [], groups: []).svg.contains("nothing to show"))
  }

  /// `make page` looks at this one.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["SOFTCORD_PAGE"] != nil)) func writesAnExample() throws {
    let environment = ProcessInfo.processInfo.environment
    let plotly = try environment["SOFTCORD_PLOTLY"].map { try String(contentsOfFile: $0, encoding: .utf8) }
    try Self.page.write(to: try #require(environment["SOFTCORD_PAGE"]), plotly: plotly)
  }
}
