import Foundation

/// Values of people in categories, one strip below the other: area by contrast, spread by method.
///
/// A strip shows every value as a point, their mean as a line and, from five values on, the range from the first to the third quartile as a
/// band.
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
  public var categoryName, valueName: String
  /// In the order shown.
  public var categories: [String]
  public var groups: [Group]

  public init(title: String, categoryName: String, valueName: String, categories: [String], groups: [Group]) {
    (self.title, self.categoryName, self.valueName) = (title, categoryName, valueName)
    (self.categories, self.groups) = (categories, groups)
  }

  /// Fewest values whose quartiles are drawn.
  private static let fewest = 5
  /// Heights, in percent of a strip, that values take in turn, so that equal ones are seen beside each other.
  private static let heights = [50.0, 26, 74, 38, 62]

  public var html: String {
    guard let axis = Axis(covering: groups.flatMap { $0.points.map(\.value) }, about: 5) else { return "<p>Nothing to show.</p>" }
    let strips = categories.map { category in
      let lanes = groups.enumerated().map { index, group in
        let own = group.points.filter { $0.category == category }
        return "<div data-series=\"\(index)\"\(group.isHidden ? " hidden" : "")>\(lane(own, index, axis))</div>"
      }
      return "<div class=\"strip\"><span>\(HTML.escaped(category))</span><div>\(lanes.joined(separator: "\n"))</div></div>"
    }
    var scale = PlotArea(style: "scale")
    scale.horizontalAxis(axis, labels: true)
    return """
      \(Legend(series: groups.map { ($0.name, $0.isHidden) }).html)
      <div class="vertical">\(HTML.escaped(categoryName))</div>
      \(strips.joined(separator: "\n"))
      <div class="strip"><span></span><div>\(scale.element)</div></div>
      <div class="horizontal">\(HTML.escaped(valueName)) (line: mean; band: middle half)</div>
      """
  }

  private func lane(_ points: [Point], _ index: Int, _ axis: Axis) -> String {
    var area = PlotArea(style: "lane")
    area.horizontalAxis(axis, labels: false)
    area.series(index) { area in
      let sorted = points.map(\.value).sorted()
      if sorted.count >= Self.fewest {
        area.band(from: axis.percent(sorted.quantile(0.25)), to: axis.percent(sorted.quantile(0.75)), style: "quartiles")
      }
      for (number, point) in points.enumerated() {
        area.point(
          x: axis.percent(point.value), y: Self.heights[number % Self.heights.count], name: point.name, value: Scale.brief(point.value))
      }
      guard !sorted.isEmpty else { return }
      let mean = axis.percent(sorted.reduce(0, +) / Double(sorted.count))
      area.line([(mean, 4), (mean, 96)], style: "mean")
    }
    return area.element
  }
}

extension [Double] {
  /// A quantile of sorted values, linear between neighbors.
  fileprivate func quantile(_ share: Double) -> Double {
    let place = share * Double(count - 1)
    let low = Int(place)
    return self[low] + (place - Double(low)) * (self[Swift.min(low + 1, count - 1)] - self[low])
  }
}
