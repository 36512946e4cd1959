import Foundation

/// Points and lines over two numbers: agreement plots, reliability curves.
public struct PointFigure: Figure {
  /// One point.
  public struct Point: Sendable {
    /// Who or what it is: shown when the pointer rests on it.
    public var name: String
    public var x, y: Double

    public init(name: String, x: Double, y: Double) { (self.name, self.x, self.y) = (name, x, y) }
  }

  /// Points of one color, named in the legend.
  public struct Series: Sendable {
    public var name: String
    /// Points that are no finite numbers are left out.
    public var points: [Point]
    /// Whether the points are joined in their order.
    public var isJoined: Bool
    /// Level lines with their names: a bias and its limits.
    public var levels: [(name: String, y: Double)]
    /// Shown only when the reader asks for it in the legend.
    public var isHidden: Bool

    public init(name: String, points: [Point], isJoined: Bool = false, levels: [(name: String, y: Double)] = [], isHidden: Bool = false) {
      self.name = name
      self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
      (self.isJoined, self.levels, self.isHidden) = (isJoined, levels.filter(\.y.isFinite), isHidden)
    }
  }

  public var title: String
  /// What the axes show, with units.
  public var horizontal, vertical: String
  public var series: [Series]
  /// Whether the line y = x is drawn.
  public var diagonal: Bool

  public init(title: String, horizontal: String, vertical: String, series: [Series], diagonal: Bool = false) {
    (self.title, self.horizontal, self.vertical, self.series, self.diagonal) = (title, horizontal, vertical, series, diagonal)
  }

  /// The range of x over all series.
  private var reach: ClosedRange<Double>? {
    let all = series.flatMap { $0.points.map(\.x) }
    return all.min().map { $0...all.max()! }
  }

  public var plotly: String {
    var traces: [PlotlyFigure.Trace] = []
    let reach = reach ?? 0...1
    func line(
      _ name: String, from: (Double, Double), to: (Double, Double), _ color: String, dash: String, group: String?, hidden: Bool = false
    ) -> PlotlyFigure.Trace {
      .init(
        type: "scatter", name: name, x: .numbers([from.0, to.0]), y: [from.1, to.1], text: [name, name],
        hovertemplate: "%{text}: %{y:.2f}<extra></extra>", mode: "lines", line: .init(color: color, width: 1.5, dash: dash),
        visible: hidden ? "legendonly" : nil, legendgroup: group, showlegend: false)
    }
    if diagonal {
      traces.append(
        line(
          "equal", from: (reach.lowerBound, reach.lowerBound), to: (reach.upperBound, reach.upperBound), "#777777", dash: "dot", group: nil
        ))
    }
    for (index, series) in series.enumerated() {
      let color = Palette.color(index)
      traces.append(
        .init(
          type: "scatter", name: HTML.escaped(series.name), x: .numbers(series.points.map(\.x)), y: series.points.map(\.y),
          text: series.points.map(\.name), hovertemplate: "%{text}<br>%{x:.2f}, %{y:.2f}<extra>\(HTML.escaped(series.name))</extra>",
          mode: series.isJoined ? "lines+markers" : "markers", marker: .init(color: color), line: .init(color: color),
          visible: series.isHidden ? "legendonly" : nil, legendgroup: series.name))
      traces += series.levels.enumerated().map { place, level in
        line(
          level.name, from: (reach.lowerBound, level.y), to: (reach.upperBound, level.y), color, dash: place == 0 ? "solid" : "dash",
          group: series.name, hidden: series.isHidden)
      }
    }
    return PlotlyFigure(
      data: traces,
      layout: .init(xaxis: .init(title: .init(text: horizontal)), yaxis: .init(title: .init(text: vertical)), showlegend: series.count > 1)
    ).json
  }

  public var svg: String {
    let shown = series.enumerated().filter { !$0.element.isHidden }
    var canvas = PlotCanvas(horizontal: horizontal, vertical: vertical)
    let points = shown.flatMap(\.element.points)
    guard let reach, !points.isEmpty else { return canvas.empty }
    let heights = points.map(\.y) + shown.flatMap { $0.element.levels.map(\.y) } + (diagonal ? [reach.lowerBound, reach.upperBound] : [])
    let up = canvas.vertical(from: heights.min()!, to: heights.max()!)
    let across = canvas.horizontal(from: reach.lowerBound, to: reach.upperBound)
    if diagonal {
      canvas.svg.line(
        [reach.lowerBound, reach.upperBound].map { (across($0), up($0)) }, stroke: "#777777", width: 1.5, dash: "2 3")
    }
    for (index, series) in shown {
      let color = Palette.color(index)
      if series.isJoined { canvas.svg.line(series.points.map { (across($0.x), up($0.y)) }, stroke: color, width: 2) }
      for point in series.points {
        canvas.svg.circle(
          x: across(point.x), y: up(point.y), radius: 3.5, fill: color, stroke: "none",
          title: "\(point.name): \(String(format: "%.2f, %.2f", point.x, point.y))")
      }
      for (place, level) in series.levels.enumerated() {
        canvas.svg.line(
          [reach.lowerBound, reach.upperBound].map { (across($0), up(level.y)) }, stroke: color, width: 1.5, dash: place == 0 ? nil : "5 4")
      }
    }
    canvas.legend(shown.map { ($0.element.name, Palette.color($0.offset)) })
    return canvas.svg.element
  }
}
