import Foundation

/// Points and lines over two numbers: agreement plots, reliability curves, curves of a training run.
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
  /// Whether y is shown on a logarithmic scale; points that are not positive are then left out.
  public var isLogarithmic: Bool

  public init(
    title: String, horizontal: String, vertical: String, series: [Series], diagonal: Bool = false, isLogarithmic: Bool = false
  ) {
    (self.title, self.horizontal, self.vertical) = (title, horizontal, vertical)
    (self.series, self.diagonal, self.isLogarithmic) = (series, diagonal, isLogarithmic)
  }

  /// Most points of a joined series that are drawn as points, too.
  private static let mostMarks = 200

  public var html: String {
    let drawn = series.map { series in isLogarithmic ? series.points.filter { $0.y > 0 } : series.points }
    let abscissas = drawn.flatMap { $0.map(\.x) }
    guard let across = Axis(covering: abscissas, about: 5) else { return "<p>Nothing to show.</p>" }
    let ends = [abscissas.min()!, abscissas.max()!]
    let heights = drawn.flatMap { $0.map(\.y) } + series.flatMap { $0.levels.map(\.y) } + (diagonal ? ends : [])
    let up = Axis(covering: heights, about: 6, isLogarithmic: isLogarithmic)!
    var area = PlotArea(style: "plot")
    area.horizontalAxis(across, labels: true)
    area.verticalAxis(up)
    if diagonal { area.line(ends.map { (across.percent($0), up.percent($0)) }, style: "diagonal") }
    for (index, (series, points)) in zip(series, drawn).enumerated() {
      area.series(index, isHidden: series.isHidden) { area in
        if series.isJoined { area.line(points.map { (across.percent($0.x), up.percent($0.y)) }, style: "curve") }
        if !series.isJoined || points.count <= Self.mostMarks {
          for point in points {
            area.point(
              x: across.percent(point.x), y: up.percent(point.y), name: point.name,
              value: "\(Scale.brief(point.x)), \(Scale.brief(point.y))")
          }
        }
        for (place, level) in series.levels.enumerated() {
          area.line([(0, up.percent(level.y)), (100, up.percent(level.y))], style: place == 0 ? "curve" : "limit")
        }
      }
    }
    return """
      \(Legend(series: series.map { ($0.name, $0.isHidden) }).html)
      <div class="vertical">\(HTML.escaped(vertical))</div>
      \(area.element)
      <div class="horizontal">\(HTML.escaped(horizontal))</div>
      """
  }
}
