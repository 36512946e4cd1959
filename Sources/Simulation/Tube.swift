import Volumes

/// A body with an elliptical cross-section along a smooth curve: the cord, or the dural canal.
///
/// The section at parameter s is perpendicular to the curve and centered on it, so the volume between two sections is the
/// integral of the section's area along the curve (Pappus). Curve: cubic pieces; semi-axes: linear pieces.
public struct Tube: Sendable {
  /// One section of the tube.
  public struct Section: Sendable {
    /// Center, RAS+ world mm.
    public var center: SIMD3<Double>
    /// Derivative of the center by the parameter; about a unit vector, pointing down the body.
    public var direction: SIMD3<Double>
    /// Unit vectors in the section towards the person's right and front.
    public var right, front: SIMD3<Double>
    /// Half the right–left and the anterior–posterior diameter, mm.
    public var halfRL, halfAP: Double
    /// Area of the ellipse, mm².
    public var area: Double { .pi * halfRL * halfAP }
  }

  /// Parameter of the first section.
  public let start: Double
  /// Parameter step between sections.
  public let step: Double
  /// The stored sections, `step` apart.
  public let sections: [Section]
  /// Parameter of the last section.
  public var end: Double { start + step * Double(sections.count - 1) }
  /// Center heights (world z) of the first and last section, for a first guess of a foot point.
  private let heights: (Double, Double)

  /// - Parameters:
  ///   - start, end: Range of the parameter.
  ///   - step: Distance between stored sections.
  ///   - section: The section at a parameter.
  init(start: Double, end: Double, step: Double = 0.5, section: (Double) -> Section) {
    (self.start, self.step) = (start, step)
    sections = (0...Int(((end - start) / step).rounded())).map { section(start + Double($0) * step) }
    heights = (sections.first!.center.z, sections.last!.center.z)
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
      halfRL: p.halfRL + (q.halfRL - p.halfRL) * w, halfAP: p.halfAP + (q.halfAP - p.halfAP) * w)
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
      if abs(change) < 1e-6 { break }
    }
    return s
  }

  /// Mean area of the sections between two parameters, weighted by arc length, mm²: exact for this tube.
  public func meanArea(from top: Double, to bottom: Double) -> Double {
    let count = max(2, Int(((bottom - top) / step).rounded(.up)) * 4)
    var (volume, length) = (0.0, 0.0)
    for k in 0..<count {
      let s = section(at: top + (bottom - top) * (Double(k) + 0.5) / Double(count))
      let speed = s.direction.length
      volume += s.area * speed
      length += speed
    }
    return volume / length
  }
}
