/// A smooth curve through control points: cubic pieces whose slopes are the mean of the neighbors' (continuous slope, no
/// wild overshoot); constant beyond the ends.
struct Spline: Sendable {
  private let knots: [(x: Double, y: Double, slope: Double)]

  /// - Parameter points: Control points, x increasing.
  init(_ points: [(Double, Double)]) {
    func chord(_ i: Int) -> Double { (points[i + 1].1 - points[i].1) / (points[i + 1].0 - points[i].0) }
    knots = points.indices.map { i in
      if i == 0 || i == points.count - 1 { return (points[i].0, points[i].1, 0) }
      let (before, after) = (points[i].0 - points[i - 1].0, points[i + 1].0 - points[i].0)
      let slope = (chord(i - 1) * after + chord(i) * before) / (before + after)
      return (points[i].0, points[i].1, slope)
    }
  }

  func callAsFunction(_ x: Double) -> Double {
    guard let first = knots.first, let last = knots.last, x > first.x else { return knots.first?.y ?? 0 }
    if x >= last.x { return last.y }
    var (i, end) = (0, knots.count - 1)
    while end - i > 1 {
      let middle = (i + end) / 2
      if knots[middle].x <= x { i = middle } else { end = middle }
    }
    let (p, q) = (knots[i], knots[i + 1])
    let width = q.x - p.x
    let t = (x - p.x) / width
    let (t2, t3) = (t * t, t * t * t)
    return (2 * t3 - 3 * t2 + 1) * p.y + (t3 - 2 * t2 + t) * width * p.slope + (3 * t2 - 2 * t3) * q.y
      + (t3 - t2) * width * q.slope
  }
}
