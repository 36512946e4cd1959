import Volumes

extension Tube {
  /// The foot of a point and a lower bound of its distance from the surface, positive inside.
  @inline(__always) func clearance(of point: SIMD3<Double>, guess: Double?) -> (foot: Double, depth: Double) {
    let s = foot(of: point, guess: guess)
    let (i, t) = piece(s)
    let w = min(max(t, 0), 1)
    let center = curve(s).point
    return sections.withUnsafeBufferPointer { sections in
      let offset = point - center
      let u = offset.dot(sections[i].right + (sections[i + 1].right - sections[i].right) * w)
      let v = offset.dot(sections[i].front + (sections[i + 1].front - sections[i].front) * w)
      let x = u / (sections[i].halfRL + (sections[i + 1].halfRL - sections[i].halfRL) * w)
      let y = v / (sections[i].halfAP + (sections[i + 1].halfAP - sections[i].halfAP) * w)
      var radius = (x * x + y * y).squareRoot()
      if isShaped && radius > 1e-9 {
        let m = Outline.multiples(y / radius, x / radius)
        let (p, q) = (sections[i].outline, sections[i + 1].outline)
        let (even, odd) = (p.cosines + (q.cosines - p.cosines) * w, p.sines + (q.sines - p.sines) * w)
        radius /= (even * m.cosines + odd * m.sines).sum()
      }
      return (s, (1 - radius) * min(bounds[i], bounds[i + 1]))
    }
  }

  /// Fraction of a small box inside the tube: the box cut by the surface's tangent plane at the nearest point.
  ///
  /// - Parameters:
  ///   - edges: Edges of the box.
  ///   - reach: Half the sum of their lengths.
  ///   - guess: Parameter of a section nearby.
  @inline(__always) func fraction(
    ofBoxAt center: SIMD3<Double>, edges: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>), reach: Double, guess: Double
  ) -> Double {
    let s = foot(of: center, guess: guess)
    let (i, t) = piece(s)
    let (p, q) = sections.withUnsafeBufferPointer { ($0[i], $0[i + 1]) }
    let w = min(max(t, 0), 1)
    let (a, b) = (p.halfRL + (q.halfRL - p.halfRL) * w, p.halfAP + (q.halfAP - p.halfAP) * w)
    let (point, first, second) = curve(s)
    let offset = center - point
    let (right, front) = (p.right + (q.right - p.right) * w, p.front + (q.front - p.front) * w)
    var (u, v) = (offset.dot(right), offset.dot(front))
    let outline = isShaped ? p.outline + (q.outline - p.outline) * w : .ellipse
    // The normalized radius is 1 on the surface; its gradient is along (u, v).
    var edge = Edge(u, v, a, b, outline, isShaped)
    let bound = (1 - edge.radius) * min(bounds[i], bounds[i + 1])
    if bound > reach { return 1 }
    if bound < -reach { return 0 }
    // A step along the gradient leads close to the nearest point of the edge, for a point within a box of it; what is left
    // is small enough to be divided by the slope.
    let (u0, v0) = (u, v)
    let move = (1 - edge.radius) / (edge.gradient * edge.gradient).sum()
    u += edge.gradient.x * move
    v += edge.gradient.y * move
    edge = Edge(u, v, a, b, outline, isShaped)
    let size = (edge.gradient * edge.gradient).sum().squareRoot()
    let (nu, nv) = (edge.gradient.x / size, edge.gradient.y / size)
    // Taper: how the surface leans along the curve.
    let speed = first.length
    let stretch = max(0.3, 1 - offset.dot(second) / (speed * speed)) * speed * step
    var lean = 0.0
    if w == t {
      lean = -(edge.gradient.x * u / a * (q.halfRL - p.halfRL) + edge.gradient.y * v / b * (q.halfAP - p.halfAP))
      if isShaped { lean -= (q.outline - p.outline).radius(edge.multiples).x / edge.outlineRadius.x }
      lean /= size * stretch
    }
    let scale = 1 / (1 + lean * lean).squareRoot()
    let normal = (right * nu + front * nv + first * (lean / speed)) * scale
    let m = SIMD3(abs(edges.0.dot(normal)), abs(edges.1.dot(normal)), abs(edges.2.dot(normal)))
    // Mean sag of the surface below its tangent plane over the box.
    let tangent = right * -nv + front * nu
    let spread = (square(edges.0.dot(tangent)) + square(edges.1.dot(tangent)) + square(edges.2.dot(tangent))) / 12
    let distance = ((u0 - u) * nu + (v0 - v) * nv + (edge.radius - 1) / size) * scale
    return fractionInside(distance: distance + edge.curvature(a, b, size) * spread / 2, reach: m)
  }

  /// What the section's outline is in the direction of a point.
  private struct Edge {
    /// Normalized radius of the point, 1 on the edge, and its gradient by (u, v).
    var radius: Double
    var gradient: SIMD2<Double>
    var multiples: (cosines: SIMD8<Double>, sines: SIMD8<Double>)
    /// R of the outline, with derivatives.
    var outlineRadius: SIMD3<Double>
    private let isShaped: Bool

    @inline(__always) init(_ u: Double, _ v: Double, _ a: Double, _ b: Double, _ outline: Outline, _ isShaped: Bool) {
      let (x, y) = (u / a, v / b)
      let r = max((x * x + y * y).squareRoot(), 1e-9)
      let (sine, cosine) = (x / r, y / r)
      self.isShaped = isShaped
      guard isShaped else {
        (multiples, outlineRadius) = ((.zero, .zero), [1, 0, 0])
        (radius, gradient) = (r, [sine / a, cosine / b])
        return
      }
      multiples = Outline.multiples(cosine, sine)
      outlineRadius = outline.radius(multiples)
      radius = r / outlineRadius.x
      // φ grows from the front towards the right: its unit vector is (cos φ, −sin φ) in (right, front).
      let turn = outlineRadius.y / outlineRadius.x
      gradient = SIMD2((sine - turn * cosine) / a, (cosine + turn * sine) / b) / outlineRadius.x
    }

    /// Curvature of the edge, positive where it is convex, 1/mm.
    @inline(__always) func curvature(_ a: Double, _ b: Double, _ size: Double) -> Double {
      guard isShaped else { return 1 / (a * a * b * b * size * size * size) }
      let (c, s) = (multiples.cosines[1], multiples.sines[1])
      let (r, r1, r2) = (outlineRadius.x, outlineRadius.y, outlineRadius.z)
      let (u1, v1) = (a * (r1 * s + r * c), b * (r1 * c - r * s))
      let (u2, v2) = (a * (r2 * s + 2 * r1 * c - r * s), b * (r2 * c - 2 * r1 * s - r * c))
      let speed2 = u1 * u1 + v1 * v1
      return (v1 * u2 - u1 * v2) / (speed2 * speed2.squareRoot())
    }
  }

  @inline(__always) private func square(_ x: Double) -> Double { x * x }
}
