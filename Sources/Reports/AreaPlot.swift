import Foundation

/// A measure along the cord: a line with its interval as a band, and vertebral levels.
public struct AreaPlot: Sendable {
  /// One slice.
  public struct Point: Sendable {
    /// Distance along the cord, mm.
    public var place: Double
    /// The measure and its 95 % interval; `nil` where none is known.
    public var value: Double
    public var interval: ClosedRange<Double>?
    /// Whether something is doubtful here: the point is drawn hollow.
    public var isFlagged: Bool

    public init(place: Double, value: Double, interval: ClosedRange<Double>?, isFlagged: Bool) {
      (self.place, self.value, self.interval, self.isFlagged) = (place, value, interval, isFlagged)
    }
  }

  /// Shown on top.
  public var title: String
  /// What the axes show, with units.
  public var (horizontal, vertical): (String, String)
  /// Slices by increasing place; a gap of more than two and a half of the usual distance interrupts the line.
  public var points: [Point]
  /// Borders between levels: places, mm.
  public var borders: [Double]
  /// Names of levels at their middles.
  public var names: [(place: Double, name: String)]
  /// A piece of the cord that is meant; `nil` is all.
  public var window: ClosedRange<Double>?
  /// What healthy people have, by pieces of the cord: drawn as bands behind the curve.
  public var reference: [(places: ClosedRange<Double>, values: ClosedRange<Double>)] = []

  public init(
    title: String, horizontal: String, vertical: String, points: [Point], borders: [Double] = [],
    names: [(place: Double, name: String)] = [], window: ClosedRange<Double>? = nil
  ) {
    (self.title, self.horizontal, self.vertical, self.points) = (title, horizontal, vertical, points)
    (self.borders, self.names, self.window) = (borders, names, window)
  }

  private static let (width, height) = (900.0, 420.0)
  private static let (left, right, top, bottom) = (66.0, 20.0, 56.0, 52.0)

  /// The plot as an SVG file.
  public var svg: String {
    let places = points.map(\.place)
    let across = Scale(from: places.min() ?? 0, to: places.max() ?? 1, onto: Self.left...Self.width - Self.right)
    // Ends of the cord may have wild intervals: the values and the sure intervals decide what is shown.
    let sure = points.filter { !$0.isFlagged }.compactMap(\.interval)
    let heights = points.map(\.value) + (sure + reference.map(\.values)).flatMap { [$0.lowerBound, $0.upperBound] }
    let ticks = Scale.ticks(from: min(0, heights.min() ?? 0), to: max(heights.max() ?? 1, 1e-9), about: 6)
    let up = Scale(from: ticks.first!, to: ticks.last!, onto: Self.top...Self.height - Self.bottom, upwards: true)
    var page = SVG(width: Self.width, height: Self.height)
    page.text(title, x: Self.left, y: 22, size: 15, weight: "bold")
    page.text("band: 95 % interval, hollow: flagged", x: Self.width - Self.right, y: 22, anchor: "end", size: 11)
    if let window {
      let low = across(max(window.lowerBound, places.min() ?? 0))
      let high = across(min(window.upperBound, places.max() ?? 1))
      if high > low { page.rectangle(x: low, y: Self.top, width: high - low, height: up.range.upperBound - Self.top, fill: "#fff3cd") }
    }
    drawReference(on: &page, across, up)
    for tick in ticks {
      page.line([(Self.left, up(tick)), (Self.width - Self.right, up(tick))], stroke: "#e2e2e2", width: 1)
      page.text(Scale.label(tick), x: Self.left - 8, y: up(tick) + 4, anchor: "end")
    }
    for tick in Scale.ticks(from: places.min() ?? 0, to: places.max() ?? 1, about: 8) where across.covers(tick) {
      page.line([(across(tick), up.range.upperBound), (across(tick), up.range.upperBound + 5)], stroke: "#444444", width: 1)
      page.text(Scale.label(tick), x: across(tick), y: up.range.upperBound + 19, anchor: "middle")
    }
    for border in borders where across.covers(border) {
      page.line([(across(border), Self.top), (across(border), up.range.upperBound)], stroke: "#999999", width: 1, dash: "4 3")
    }
    for (place, name) in names where across.covers(place) {
      page.text(name, x: across(place), y: Self.top - 8, anchor: "middle", weight: "bold")
    }
    for run in runs {
      let banded = run.filter { $0.interval != nil }
      if banded.count > 1 {
        let inside = { (value: Double) in up(min(max(value, ticks.first!), ticks.last!)) }
        page.polygon(
          banded.map { (across($0.place), inside($0.interval!.upperBound)) }
            + banded.reversed().map { (across($0.place), inside($0.interval!.lowerBound)) }, fill: "#9cc3e6", opacity: 0.6)
      }
      page.line(run.map { (across($0.place), up($0.value)) }, stroke: "#0b559f", width: 1.6)
    }
    let radius = points.count > 120 ? 1.6 : 2.6
    for point in points {
      page.circle(
        x: across(point.place), y: up(point.value), radius: radius, fill: point.isFlagged ? "#ffffff" : "#0b559f", stroke: "#0b559f")
    }
    page.line(
      [(Self.left, Self.top), (Self.left, up.range.upperBound), (Self.width - Self.right, up.range.upperBound)], stroke: "#444444", width: 1
    )
    page.text(horizontal, x: (Self.left + Self.width - Self.right) / 2, y: Self.height - 12, anchor: "middle")
    page.text(vertical, x: 18, y: (Self.top + up.range.upperBound) / 2, anchor: "middle", turned: true)
    return page.document
  }

  private func drawReference(on page: inout SVG, _ across: Scale, _ up: Scale) {
    for (pieces, values) in reference {
      let (low, high) = (across(max(pieces.lowerBound, across.low)), across(min(pieces.upperBound, across.high)))
      guard high > low else { continue }
      page.rectangle(
        x: low, y: up(values.upperBound), width: high - low, height: up(values.lowerBound) - up(values.upperBound), fill: "#dff0dc")
    }
  }

  /// Points in a row without a gap.
  private var runs: [[Point]] {
    let steps = zip(points, points.dropFirst()).map { $1.place - $0.place }.sorted()
    let longest = 2.5 * (steps.isEmpty ? 1 : steps[steps.count / 2])
    return points.reduce(into: []) { runs, point in
      if let last = runs.last?.last, point.place - last.place <= longest {
        runs[runs.count - 1].append(point)
      } else {
        runs.append([point])
      }
    }
  }
}
