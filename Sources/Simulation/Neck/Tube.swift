import Foundation
import Volumes

/// A body around a smooth curve, with a smooth section anywhere: the cord, or the dural canal.
///
/// The section at parameter s is perpendicular to the curve. Curve: cubic pieces; half diameters and outline: linear pieces.
/// Where the section's center of area lies on the curve, the volume between two sections is the integral of their area along
/// the curve (Pappus); `volume(from:to:)` holds for any section.
public struct Tube: Sendable {
  /// One section of the tube.
  public struct Section: Sendable {
    /// Where the curve passes, RAS+ world mm.
    public var center: SIMD3<Double>
    /// Derivative of the center by the parameter; about a unit vector, pointing down the body.
    public var direction: SIMD3<Double>
    /// Unit vectors in the section towards the person's right and front.
    public var right, front: SIMD3<Double>
    /// Half diameters of the ellipse that the outline changes, mm.
    public var halfRL, halfAP: Double
    /// The shape.
    public var outline = Outline.ellipse
    /// Area, mm².
    public var area: Double { .pi * halfRL * halfAP * outline.area }
    /// Diameters of the ellipse with the section's second moments along `right` and `front`, mm; an ellipse's own.
    public var diameters: (rl: Double, ap: Double) {
      let moments = outline.moments
      return (halfRL * moments.diameters.x, halfAP * moments.diameters.y)
    }
    /// The edge in a direction, radians from the front towards the right: mm to the right and to the front of the center.
    func edge(_ direction: Double) -> SIMD2<Double> {
      SIMD2(halfRL * sin(direction), halfAP * cos(direction)) * outline.radius(direction)
    }
  }

  /// Parameter of the first section.
  public let start: Double
  /// Parameter step between sections.
  public let step: Double
  /// The stored sections, `step` apart.
  public let sections: [Section]
  /// Parameter of the last section.
  public var end: Double { start + step * Double(sections.count - 1) }
  /// By section: what the normalized radius must be multiplied with to bound distances, mm, and the farthest edge, mm.
  let (bounds, reaches): ([Double], [Double])
  /// Whether any section is no ellipse.
  let isShaped: Bool

  /// - Parameters:
  ///   - start, end: Range of the parameter.
  ///   - step: Distance between stored sections.
  ///   - section: The section at a parameter.
  init(start: Double, end: Double, step: Double = 0.5, section: (Double) -> Section) {
    self.init(
      start: start, step: step, sections: (0...Int(((end - start) / step).rounded())).map { section(start + Double($0) * step) })
  }

  init(start: Double, step: Double, sections: [Section]) {
    (self.start, self.step, self.sections) = (start, step, sections)
    let limits = sections.map { $0.outline == .ellipse ? (1, 1) : $0.outline.bounds }
    // The normalized radius changes by at most slope/min(axes) per mm in the section; 0.7 leaves room for taper and bend.
    bounds = zip(sections, limits).map { min($0.halfRL, $0.halfAP) / $1.0 * 0.7 }
    reaches = zip(sections, limits).map { max($0.halfRL, $0.halfAP) * $1.1 }
    isShaped = sections.contains { $0.outline != .ellipse }
  }

  /// The part of the tube down to a parameter, to the next stored section.
  func cut(at end: Double) -> Tube {
    Tube(start: start, step: step, sections: Array(sections.prefix(max(2, Int(((end - start) / step).rounded()) + 1))))
  }

  /// Index of the piece that holds `s`, and the place within it, 0...1 (beyond for the straight ends).
  @inline(__always) func piece(_ s: Double) -> (Int, Double) {
    let x = (s - start) / step
    let i = min(max(Int(x), 0), sections.count - 2)
    return (i, x - Double(i))
  }

  /// Center of the curve, with first and second derivative.
  @inline(__always) func curve(_ s: Double) -> (point: SIMD3<Double>, first: SIMD3<Double>, second: SIMD3<Double>) {
    let (i, t) = piece(s)
    return sections.withUnsafeBufferPointer { sections in
      let (p, q) = (sections[i], sections[i + 1])
      if t < 0 { return (p.center + p.direction * (t * step), p.direction, .zero) }
      if t > 1 { return (q.center + q.direction * ((t - 1) * step), q.direction, .zero) }
      let chord = (q.center - p.center) / step
      let (c2, c3) = (3 * chord - 2 * p.direction - q.direction, p.direction + q.direction - 2 * chord)
      let point = p.center + step * (p.direction * t + c2 * (t * t) + c3 * (t * t * t))
      return (point, p.direction + c2 * (2 * t) + c3 * (3 * t * t), (c2 * 2 + c3 * (6 * t)) / step)
    }
  }

  /// The section at a parameter; beyond the ends the tube goes straight on.
  public func section(at s: Double) -> Section {
    let (i, t) = piece(s)
    let (p, q) = (sections[i], sections[i + 1])
    let (center, direction, _) = curve(s)
    let w = min(max(t, 0), 1)
    return Section(
      center: center, direction: direction, right: p.right + (q.right - p.right) * w, front: p.front + (q.front - p.front) * w,
      halfRL: p.halfRL + (q.halfRL - p.halfRL) * w, halfAP: p.halfAP + (q.halfAP - p.halfAP) * w,
      outline: p.outline == q.outline ? p.outline : p.outline + (q.outline - p.outline) * w)
  }

  /// World position of the front of the section at a parameter.
  public func frontEdge(at s: Double) -> SIMD3<Double> {
    let section = section(at: s)
    return section.center + section.front * section.edge(0).y
  }

  /// Parameter of the section through a point: the foot of its perpendicular to the curve.
  ///
  /// - Parameters:
  ///   - point: RAS+ world mm, nearer to the curve than its radius of curvature.
  ///   - guess: A parameter nearby, where known.
  @inline(__always) func foot(of point: SIMD3<Double>, guess: Double? = nil) -> Double {
    var s =
      guess
      ?? sections.withUnsafeBufferPointer { sections in
        // Centers only go down, so the height finds the section.
        var (low, high) = (0, sections.count - 1)
        while high - low > 1 {
          let middle = (low + high) / 2
          if sections[middle].center.z > point.z { low = middle } else { high = middle }
        }
        return start + step * Double(low)
      }
    for _ in 0..<(guess == nil ? 8 : 3) {
      let (center, first, second) = curve(s)
      let offset = point - center
      let slope = max(first.dot(first) - offset.dot(second), 0.25)
      let change = offset.dot(first) / slope
      s += change
      // The next change would be a thousandth of this one's square.
      if abs(change) < 1e-3 { break }
    }
    return s
  }

  /// Mean area of the sections between two parameters, weighted by arc length, mm²: exact for this tube.
  public func meanArea(from top: Double, to bottom: Double) -> Double {
    var (sum, length) = (0.0, 0.0)
    for section in samples(from: top, to: bottom) {
      let speed = section.direction.length
      sum += section.area * speed
      length += speed
    }
    return sum / length
  }

  /// Volume between two sections, mm³: exact for this tube, wherever the sections' centers of area lie.
  public func volume(from top: Double, to bottom: Double) -> Double {
    let sections = samples(from: top, to: bottom)
    let length = (bottom - top) / Double(sections.count)
    return sections.enumerated().reduce(0) { sum, next in
      let section = next.element
      let (_, first, second) = curve(top + length * (Double(next.offset) + 0.5))
      let center = section.outline == .ellipse ? .zero : section.outline.moments.center
      // What lies inside the bend is passed over more slowly.
      let offset = section.right * (section.halfRL * center.x) + section.front * (section.halfAP * center.y)
      return sum + section.area * first.length * (1 - offset.dot(second) / first.dot(first)) * length
    }
  }

  /// Sections in the middles of steps of at most an eighth of a millimeter.
  func samples(from top: Double, to bottom: Double) -> [Section] {
    let count = max(2, Int(((bottom - top) / step).rounded(.up)) * 4)
    return (0..<count).map { section(at: top + (bottom - top) * (Double($0) + 0.5) / Double(count)) }
  }
}
