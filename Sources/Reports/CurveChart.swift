import Foundation

/// Curves over one axis as an SVG element, to be put into a page: each has a color and a name in the legend.
public struct CurveChart: Sendable {
  /// A curve; points that are no finite numbers interrupt it.
  public struct Curve: Sendable {
    public var name: String
    public var points: [(x: Double, y: Double)]

    public init(name: String, points: [(x: Double, y: Double)]) { (self.name, self.points) = (name, points) }
  }

  public var title: String
  public var curves: [Curve]
  /// Whether y is shown on a logarithmic scale; values that are not positive are then left out.
  public var isLogarithmic: Bool

  public init(title: String, curves: [Curve], isLogarithmic: Bool = false) {
    (self.title, self.curves, self.isLogarithmic) = (title, curves, isLogarithmic)
  }

  private static let (width, height) = (640.0, 280.0)
  private static let (left, right, top, bottom) = (64.0, 150.0, 34.0, 34.0)
  /// Told apart by people with any color vision (Okabe and Ito 2008).
  private static let colors = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"]

  /// The chart.
  public var svg: String {
    let drawn = curves.map { curve in
      curve.points.compactMap { point -> (x: Double, y: Double)? in
        guard point.x.isFinite, point.y.isFinite, !isLogarithmic || point.y > 0 else { return nil }
        return (point.x, isLogarithmic ? log10(point.y) : point.y)
      }
    }
    let all = drawn.flatMap { $0 }
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(Self.width)) \(Int(Self.height))\" role=\"img\">",
      text(title, x: Self.left, y: 20, weight: "bold"),
    ]
    guard let lowX = all.map(\.x).min(), let highX = all.map(\.x).max(), let lowY = all.map(\.y).min(), let highY = all.map(\.y).max()
    else { return (parts + [text("nothing yet", x: Self.left, y: 60), "</svg>"]).joined(separator: "\n") }
    let (across, up) = (max(highX - lowX, 1e-9), max(highY - lowY, 1e-9))
    func place(_ point: (x: Double, y: Double)) -> (x: Double, y: Double) {
      (
        Self.left + (point.x - lowX) / across * (Self.width - Self.left - Self.right),
        Self.height - Self.bottom - (point.y - lowY) / up * (Self.height - Self.top - Self.bottom)
      )
    }
    for share in stride(from: 0.0, through: 1, by: 0.25) {
      let value = lowY + share * up
      let y = place((lowX, value)).y
      parts.append("<line x1=\"\(Self.left)\" x2=\"\(Self.width - Self.right)\" y1=\"\(number(y))\" y2=\"\(number(y))\" stroke=\"#ddd\"/>")
      parts.append(text(label(isLogarithmic ? pow(10, value) : value), x: Self.left - 6, y: y + 4, anchor: "end"))
    }
    for x in Set([lowX, (lowX + highX) / 2, highX].map { $0.rounded() }).sorted() {
      parts.append(text(label(x), x: place((x, lowY)).x, y: Self.height - 12, anchor: "middle"))
    }
    for (index, points) in drawn.enumerated() {
      let color = Self.colors[index % Self.colors.count]
      let line = points.map(place).map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
      parts.append("<polyline points=\"\(line)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"1.8\"/>")
      for point in points.suffix(1).map(place) {
        parts.append("<circle cx=\"\(number(point.x))\" cy=\"\(number(point.y))\" r=\"3\" fill=\"\(color)\"/>")
      }
      let y = Self.top + 8 + Double(index) * 16
      parts.append("<line x1=\"500\" x2=\"516\" y1=\"\(y)\" y2=\"\(y)\" stroke=\"\(color)\" stroke-width=\"3\"/>")
      parts.append(text(curves[index].name, x: 522, y: y + 4))
    }
    return (parts + ["</svg>"]).joined(separator: "\n")
  }

  private func text(_ text: String, x: Double, y: Double, anchor: String = "start", weight: String = "normal") -> String {
    "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\" font-size=\"12\" font-weight=\"\(weight)\">\(HTML.escaped(text))</text>"
  }

  private func number(_ value: Double) -> String { String(format: "%.1f", value) }
  private func label(_ value: Double) -> String { String(format: "%.4g", value) }
}

/// Text as a page shows it.
public enum HTML {
  /// The text with the characters that mean something in HTML replaced.
  public static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
  }
}
