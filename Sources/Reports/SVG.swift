import Foundation

/// A picture of lines and texts as a Scalable Vector Graphics file; pixels count from the top left.
struct SVG {
  let (width, height): (Double, Double)
  private var elements: [String] = []

  init(width: Double, height: Double) { (self.width, self.height) = (width, height) }

  /// The whole file.
  var document: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.n(width))" height="\(Self.n(height))" viewBox="0 0 \(Self.n(width)) \(Self.n(height))" \
    font-family="Helvetica, Arial, 'DejaVu Sans', sans-serif">
    <rect width="100%" height="100%" fill="#ffffff"/>
    \(elements.joined(separator: "\n"))
    </svg>

    """
  }

  mutating func line(_ points: [(Double, Double)], stroke: String, width: Double, dash: String? = nil) {
    guard points.count > 1 else { return }
    let dashes = dash.map { " stroke-dasharray=\"\($0)\"" } ?? ""
    elements.append(
      "<polyline points=\"\(Self.list(points))\" fill=\"none\" stroke=\"\(stroke)\" stroke-width=\"\(Self.n(width))\"\(dashes)/>")
  }

  mutating func polygon(_ points: [(Double, Double)], fill: String, opacity: Double) {
    elements.append("<polygon points=\"\(Self.list(points))\" fill=\"\(fill)\" fill-opacity=\"\(Self.n(opacity))\"/>")
  }

  mutating func rectangle(x: Double, y: Double, width: Double, height: Double, fill: String) {
    elements.append(
      "<rect x=\"\(Self.n(x))\" y=\"\(Self.n(y))\" width=\"\(Self.n(width))\" height=\"\(Self.n(height))\" fill=\"\(fill)\"/>")
  }

  mutating func circle(x: Double, y: Double, radius: Double, fill: String, stroke: String) {
    elements.append(
      "<circle cx=\"\(Self.n(x))\" cy=\"\(Self.n(y))\" r=\"\(Self.n(radius))\" fill=\"\(fill)\" stroke=\"\(stroke)\"/>")
  }

  mutating func text(
    _ text: String, x: Double, y: Double, anchor: String = "start", size: Double = 12, weight: String = "normal", turned: Bool = false
  ) {
    let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    let turn = turned ? " transform=\"rotate(-90 \(Self.n(x)) \(Self.n(y)))\"" : ""
    elements.append(
      "<text x=\"\(Self.n(x))\" y=\"\(Self.n(y))\" text-anchor=\"\(anchor)\" font-size=\"\(Self.n(size))\" font-weight=\"\(weight)\" fill=\"#222222\"\(turn)>\(escaped)</text>"
    )
  }

  private static func list(_ points: [(Double, Double)]) -> String { points.map { "\(n($0)),\(n($1))" }.joined(separator: " ") }

  /// A tenth of a pixel is enough, and keeps files small and the same everywhere.
  private static func n(_ value: Double) -> String {
    let rounded = (value * 10).rounded() / 10
    return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
  }
}
