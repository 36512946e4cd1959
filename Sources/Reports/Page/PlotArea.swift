import Foundation

/// The area between the axes of a plot, as an SVG element whose positions are percentages.
///
/// Labels of the axes lie outside the area: the page's style sheet leaves room for them and lets the element overflow.
struct PlotArea {
  /// Class in the page's style sheet, which sets the size.
  let style: String
  private var elements: [String] = []

  init(style: String) { self.style = style }

  /// The area as an element.
  var element: String { "<svg class=\"\(style)\">\n\(elements.joined(separator: "\n"))\n</svg>" }

  /// Grid lines across the area, each with its label at the left.
  mutating func verticalAxis(_ axis: Axis) {
    for tick in axis.ticks {
      let y = Self.percent(100 - axis.percent(tick))
      elements.append("<line class=\"grid\" x2=\"100%\" y1=\"\(y)\" y2=\"\(y)\"/>")
      elements.append("<text x=\"-8\" y=\"\(y)\" dy=\".35em\" text-anchor=\"end\">\(axis.label(tick))</text>")
    }
  }

  /// Grid lines from the top to the bottom of the area.
  ///
  /// - Parameter labels: Whether each has its label below.
  mutating func horizontalAxis(_ axis: Axis, labels: Bool) {
    for tick in axis.ticks {
      let x = Self.percent(axis.percent(tick))
      elements.append("<line class=\"grid\" x1=\"\(x)\" x2=\"\(x)\" y2=\"100%\"/>")
      if labels { elements.append("<text x=\"\(x)\" y=\"100%\" dy=\"1.4em\" text-anchor=\"middle\">\(axis.label(tick))</text>") }
    }
  }

  /// Draws what belongs to one series.
  mutating func series(_ index: Int, isHidden: Bool = false, _ draw: (inout PlotArea) -> Void) {
    let color = Palette.color(index)
    elements.append("<g data-series=\"\(index)\" fill=\"\(color)\" stroke=\"\(color)\"\(isHidden ? " hidden" : "")>")
    draw(&self)
    elements.append("</g>")
  }

  /// A line through points in percent of width and height, from the bottom left.
  ///
  /// The nested element stretches; the line's width does not.
  mutating func line(_ points: [(x: Double, y: Double)], style: String) {
    guard points.count > 1 else { return }
    let list = points.map { "\(Self.number($0.x)),\(Self.number(100 - $0.y))" }.joined(separator: " ")
    elements.append(
      "<svg viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" overflow=\"visible\"><polyline class=\"\(style)\" points=\"\(list)\"/></svg>"
    )
  }

  /// A rectangle from the area's top to its bottom.
  mutating func band(from low: Double, to high: Double, style: String) {
    elements.append(
      "<rect class=\"\(style)\" x=\"\(Self.percent(low))\" width=\"\(Self.percent(high - low))\" height=\"100%\" stroke=\"none\"/>")
  }

  /// A point with what is said about it: the pointer, or a tap, shows it.
  mutating func point(x: Double, y: Double, name: String, value: String) {
    elements.append(
      "<circle cx=\"\(Self.percent(x))\" cy=\"\(Self.percent(100 - y))\" r=\"3.5\"><title>\(HTML.escaped("\(name): \(value)"))</title></circle>"
    )
  }

  private static func percent(_ value: Double) -> String { number(value) + "%" }

  /// A hundredth of a percent is a tenth of a pixel.
  private static func number(_ value: Double) -> String { String(format: "%.2f", value) }
}

/// An axis from its first tick to its last.
struct Axis {
  let ticks: [Double]
  let isLogarithmic: Bool

  /// An axis of round numbers that covers the values; `nil` without values.
  ///
  /// - Parameter isLogarithmic: Values must then be positive.
  init?(covering values: [Double], about count: Double, isLogarithmic: Bool = false) {
    guard let low = values.min(), let high = values.max() else { return nil }
    self.isLogarithmic = isLogarithmic
    ticks = isLogarithmic ? Scale.logarithmicTicks(from: low, to: high) : Scale.ticks(from: low, to: high, about: count)
  }

  /// Where a value lies, from 0 at the first tick to 100 at the last.
  func percent(_ value: Double) -> Double {
    let (low, high) = (ticks.first!, ticks.last!)
    return isLogarithmic ? 100 * log(value / low) / log(high / low) : 100 * (value - low) / (high - low)
  }

  func label(_ tick: Double) -> String { Scale.label(tick) }
}
