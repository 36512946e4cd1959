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
      title: "Area by contrast", categoryName: "contrast", valueName: "area, mm²", categories: contrasts,
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
    var people = Table(columns: [.init("person", "Who"), .init("contrast", "Which scan"), .init("csa_mm2", "Area", unit: "mm2")])
    for number in 1...40 {
      people.append([
        .text("sub-\(number)"), .text(contrasts[number % 4]), number == 13 ? .missing : .number(60 + Double(number * 17 % 40)),
      ])
    }
    return ReportPage(
      title: "Example & test", subtitle: "what a report can show",
      blocks: [
        .heading("Figures"), .figure(strips, caption: "Strips."), .figure(agreement, caption: "Agreement."),
        .figure(reliability, caption: "Reliability."), .heading("Table"), .table(table, caption: "Numbers."),
        .table(people, caption: "People."), .heading("Methods"),
        .text("Text with <signs> & more."), .list(["one", "two"]),
        .facts([("seed", "7"), ("SHA-256", String(repeating: "0f", count: 32))]),
        .picture(Picture(width: 40, height: 30, color: Color(200, 20, 20)), caption: "A picture."),
      ])
  }()

  @Test func nothingThatIsSaidBecomesMarkup() throws {
    let html = try Self.page.html()
    #expect(!html.contains("</script><b>"))
    #expect(html.contains("&lt;/script&gt;"))
    #expect(html.components(separatedBy: "<script").count == html.components(separatedBy: "</script>").count)
  }

  @Test func nothingIsFetched() throws {
    let html = try Self.page.html()
    let fetched = try Regex("(src|href)=\"(?!data:|#)")
    #expect(!html.contains(fetched))
  }

  /// Every value is a point that says who it is; series that are hidden at first are there to be shown.
  @Test func everyValueIsAPointWithAName() throws {
    let figures = Self.page.blocks.compactMap { if case .figure(let figure, _) = $0 { figure } else { nil } }
    let expected = [4 * 8 * 3, 8 * 3, 10]
    #expect(figures.count == expected.count)
    for (figure, count) in zip(figures, expected) {
      #expect(figure.html.components(separatedBy: "<circle").count - 1 == count)
      #expect(figure.html.components(separatedBy: "<title>").count - 1 == count)
    }
    #expect(figures[0].html.contains("data-series=\"2\" hidden"))
  }

  /// Elements that are opened are closed, in each figure and in the whole page.
  @Test func pagesAreWellFormed() throws {
    let html = try Self.page.html()
    for tag in ["svg", "g", "div", "figure", "table", "tr", "td", "th", "button", "text", "title"] {
      let opened = html.matches(of: try Regex("<\(tag)[ >]")).count
      #expect(opened == html.components(separatedBy: "</\(tag)>").count - 1, "<\(tag)>")
    }
  }

  @Test func logarithmicAxesCoverTheirValues() throws {
    for (low, high) in [(0.02, 0.8), (1.0, 1.0), (0.031, 0.033), (3e-7, 4e3)] {
      let axis = try #require(Axis(covering: [low, high], about: 6, isLogarithmic: true))
      #expect(axis.ticks.first! <= low * 1.0001 && axis.ticks.last! >= high * 0.9999)
      #expect(axis.percent(low) >= -0.01 && axis.percent(high) <= 100.01)
    }
  }

  @Test func ticksSayWhatTheyAre() {
    #expect([62.5, 0.30000000000000004, -1e-17, 1200, 0.125].map(Scale.label) == ["62.5", "0.3", "0", "1200", "0.125"])
  }

  @Test func whatIsNoNumberIsLeftOut() {
    let figure = StripFigure(
      title: "", categoryName: "", valueName: "", categories: ["a"],
      groups: [.init(name: "g", points: [.init(name: "p", category: "a", value: .nan), .init(name: "q", category: "a", value: 1)])])
    #expect(figure.groups[0].points.count == 1)
    #expect(StripFigure(title: "", categoryName: "", valueName: "", categories: [], groups: []).html.contains("Nothing to show"))
  }

  /// `make page` looks at this one.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["SOFTCORD_PAGE"] != nil)) func writesAnExample() throws {
    try Self.page.write(to: try #require(ProcessInfo.processInfo.environment["SOFTCORD_PAGE"]))
  }
}
