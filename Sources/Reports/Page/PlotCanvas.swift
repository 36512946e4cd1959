/// Frame, axes and legend of a figure that is drawn as SVG.
struct PlotCanvas {
  static let (width, height) = (1000.0, 440.0)
  /// Where values are drawn.
  let plot = (left: 76.0, right: 980.0, top: 56.0, bottom: 376.0, width: 904.0)
  var svg = SVG(width: width, height: height)

  init(horizontal: String, vertical: String) {
    svg.text(horizontal, x: (plot.left + plot.right) / 2, y: Self.height - 12, anchor: "middle", size: 14)
    svg.text(vertical, x: 20, y: (plot.top + plot.bottom) / 2, anchor: "middle", size: 14, turned: true)
    svg.line([(plot.left, plot.top), (plot.left, plot.bottom), (plot.right, plot.bottom)], stroke: "#444444", width: 1)
  }

  /// What is shown where there is nothing to show.
  var empty: String {
    var copy = svg
    copy.text("nothing to show", x: (plot.left + plot.right) / 2, y: (plot.top + plot.bottom) / 2, anchor: "middle", size: 14)
    return copy.element
  }

  /// Draws the vertical axis with its grid.
  mutating func vertical(from low: Double, to high: Double) -> Scale {
    let ticks = Scale.ticks(from: low, to: high, about: 6)
    let up = Scale(from: ticks.first!, to: ticks.last!, onto: plot.top...plot.bottom, upwards: true)
    for tick in ticks {
      svg.line([(plot.left, up(tick)), (plot.right, up(tick))], stroke: "#e2e2e2", width: 1)
      svg.text(Scale.label(tick), x: plot.left - 8, y: up(tick) + 5, anchor: "end", size: 13)
    }
    return up
  }

  /// Draws the horizontal axis.
  mutating func horizontal(from low: Double, to high: Double) -> Scale {
    let ticks = Scale.ticks(from: low, to: high, about: 8)
    let across = Scale(from: ticks.first!, to: ticks.last!, onto: plot.left...plot.right)
    for tick in ticks { label(Scale.label(tick), x: across(tick)) }
    return across
  }

  /// A mark with its text below the horizontal axis.
  mutating func label(_ text: String, x: Double) {
    svg.line([(x, plot.bottom), (x, plot.bottom + 5)], stroke: "#444444", width: 1)
    svg.text(text, x: x, y: plot.bottom + 22, anchor: "middle", size: 13)
  }

  /// Names of colors, in lines above the plot.
  mutating func legend(_ names: [(String, String)]) {
    guard names.count > 1 else { return }
    var (x, y) = (plot.left, 18.0)
    for (name, color) in names {
      let width = 26 + 7.4 * Double(name.count)
      if x + width > plot.right { (x, y) = (plot.left, y + 19) }
      svg.circle(x: x + 6, y: y - 4, radius: 5, fill: color, stroke: "none")
      svg.text(name, x: x + 16, y: y, size: 13)
      x += width
    }
  }
}
