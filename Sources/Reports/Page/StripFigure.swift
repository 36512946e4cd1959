import Foundation

/// Values of people in categories, one strip beside the other: area by contrast, spread by method.
public struct StripFigure: Figure {
  /// One value of one person.
  public struct Point: Sendable {
    /// Who it is: shown when the pointer rests on it.
    public var name: String
    public var category: String
    public var value: Double

    public init(name: String, category: String, value: Double) { (self.name, self.category, self.value) = (name, category, value) }
  }

  /// Strips of one color, named in the legend.
  public struct Group: Sendable {
    public var name: String
    /// Values that are no finite numbers are left out.
    public var points: [Point]
    /// Shown only when the reader asks for it in the legend.
    public var isHidden: Bool

    public init(name: String, points: [Point], isHidden: Bool = false) {
      (self.name, self.points, self.isHidden) = (name, points.filter(\.value.isFinite), isHidden)
    }
  }

  public var title: String
  /// What the categories and the values are, with units.
  public var horizontal, vertical: String
  /// In the order shown.
  public var categories: [String]
  public var groups: [Group]

  public init(title: String, horizontal: String, vertical: String, categories: [String], groups: [Group]) {
    (self.title, self.horizontal, self.vertical, self.categories, self.groups) = (title, horizontal, vertical, categories, groups)
  }

  /// Fewest values whose distribution is drawn as a violin; below, there are points alone.
  private static let fewest = 5

  public var plotly: String {
    let traces = groups.enumerated().map { index, group in
      let color = Palette.color(index)
      let isViolin = categories.allSatisfy { category in group.points.count { $0.category == category } >= Self.fewest }
      return PlotlyFigure.Trace(
        type: "violin", name: HTML.escaped(group.name), x: .categories(group.points.map(\.category)), y: group.points.map(\.value),
        text: group.points.map(\.name), hovertemplate: "%{text}<br>%{y:.2f}<extra>\(HTML.escaped(group.name)), %{x}</extra>",
        marker: .init(color: color, size: 6), line: .init(color: isViolin ? color : "rgba(0,0,0,0)", width: 1),
        visible: group.isHidden ? "legendonly" : nil, opacity: 0.85, points: "all", pointpos: 0, jitter: 0.5,
        box: .init(visible: isViolin), meanline: .init(visible: isViolin), hoveron: "points", scalemode: "width",
        fillcolor: isViolin ? nil : "rgba(0,0,0,0)")
    }
    return PlotlyFigure(
      data: traces,
      layout: .init(
        xaxis: .init(title: .init(text: horizontal), type: "category", categoryorder: "array", categoryarray: categories),
        yaxis: .init(title: .init(text: vertical)), violinmode: groups.count > 1 ? "group" : nil, showlegend: groups.count > 1)
    ).json
  }

  public var svg: String {
    let shown = groups.enumerated().filter { !$0.element.isHidden }
    let values = shown.flatMap { $0.element.points.map(\.value) }
    var canvas = PlotCanvas(horizontal: horizontal, vertical: vertical)
    guard let low = values.min(), let high = values.max() else { return canvas.empty }
    let up = canvas.vertical(from: low, to: high)
    let width = canvas.plot.width / Double(max(categories.count, 1))
    for (place, category) in categories.enumerated() {
      let left = canvas.plot.left + Double(place) * width
      canvas.label(category, x: left + width / 2)
      for (order, (index, group)) in shown.enumerated() {
        let points = group.points.filter { $0.category == category }
        let middle = left + width * (Double(order) + 0.5) / Double(shown.count)
        let half = width / Double(shown.count) * 0.3
        for (number, point) in points.enumerated() {
          // Neighbours in the list stand side by side, so that equal values are seen.
          let aside = half * (Double(number % 5) / 2 - 1) * 0.8
          canvas.svg.circle(
            x: middle + aside, y: up(point.value), radius: 3, fill: Palette.color(index), stroke: "none",
            title: "\(point.name): \(String(format: "%.2f", point.value))")
        }
        guard !points.isEmpty else { continue }
        let mean = up(points.reduce(0) { $0 + $1.value } / Double(points.count))
        canvas.svg.line([(middle - half, mean), (middle + half, mean)], stroke: Palette.color(index), width: 2.5)
      }
    }
    canvas.legend(shown.map { ($0.element.name, Palette.color($0.offset)) })
    return canvas.svg.element
  }
}
