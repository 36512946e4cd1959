import Foundation
import Volumes

extension Neck {
  /// The cord, continued above `top` by the brainstem, as a tube along s that ends at ``tip``.
  public var cord: Tube { axis.cut(at: tip) }

  /// The cord and, below its end, the filum: what the whole spine is built around.
  var axis: Tube {
    let (tilt, sway, turn) = (
      Spline(bends.map { ($0.place, $0.tilt) }), Spline(bends.map { ($0.place, $0.sway) }),
      Spline(bends.map { ($0.place, $0.turn) })
    )
    func direction(_ s: Double) -> SIMD3<Double> {
      let (t, w) = (tilt(s), sway(s))
      return [sin(w), -cos(w) * sin(t), -cos(w) * cos(t)]
    }
    // The centerline is the integral of its direction; Simpson's rule on half-millimeter pieces is exact to 1e-9 mm.
    let step = 0.5
    let count = Int(((Self.range.upperBound - Self.range.lowerBound) / step).rounded())
    var centers = [SIMD3<Double>.zero]
    for i in 0..<count {
      let s = Self.range.lowerBound + Double(i) * step
      let sum = direction(s) + 4 * direction(s + step / 2) + direction(s + step)
      centers.append(centers[i] + sum * (step / 6))
    }
    let middle = (discs[3] + discs[4]) / 2
    let shift = position - centers[Int(((middle - Self.range.lowerBound) / step).rounded())]
    // The brainstem of a thick cord is thick.
    let scale = ((cordAP[0] * cordRL[0]) / (Population.mean.cordAP[0] * Population.mean.cordRL[0])).squareRoot()
    let stem = brainstem
    let rl = Spline(stem.map { ($0.s, $0.rl * scale) } + Array(zip(Population.places(discs: discs), cordRL)))
    let ap = Spline(stem.map { ($0.s, $0.ap * scale) } + Array(zip(Population.places(discs: discs), cordAP)))
    return Tube(start: Self.range.lowerBound, end: Self.range.upperBound, step: step) { s in
      let index = Int(((s - Self.range.lowerBound) / step).rounded())
      let axis = direction(s)
      let (right, front) = Self.frame(along: axis, turn: turn(s))
      let outline = s < Self.top ? stemOutline(at: s) : blend(cordOutlines, at: s)
      let unit = (outline == .ellipse ? SIMD2(2, 2) : outline.moments.diameters) / cone(at: s)
      let section = Tube.Section(
        center: centers[index] + shift, direction: axis, right: right, front: front, halfRL: rl(s) / unit.x,
        halfAP: ap(s) / unit.y, outline: outline)
      return deformed(section, at: s)
    }
  }

  /// Diameters of brainstem and cisterns by s, down to the cord.
  private var brainstem: [(s: Double, rl: Double, ap: Double, canalRL: Double, canalAP: Double)] {
    Population.aboveJunction.map { ($0.s + junction, $0.rl, $0.ap, $0.canalRL, $0.canalAP) } + Population.medulla
  }

  /// Above the cord the section is an ellipse; the pons bulges to the front and ends at the junction in a groove.
  private func stemOutline(at s: Double) -> Outline {
    let rise = min(max((junction - s) / 4, 0), 1)
    let fall = min(max((s - junction + 36) / 12, 0), 1)
    let bulge = rise * rise * (3 - 2 * rise) * fall * fall * (3 - 2 * fall)
    guard bulge > 0 else { return .ellipse }
    var outline = Outline.ellipse
    outline.press(0, depth: -0.35 * bulge)
    return outline
  }

  /// The dural canal, continued above by the cisterns, as a tube along the same s.
  public var canal: Tube { canal(around: axis) }

  /// How thick the cord still is near its end: it narrows to the filum, a blunt cone.
  private func cone(at s: Double) -> Double {
    let left = min(max((tip - s) / Population.tip.cone, 0), 1)
    return 0.2 + 0.8 * left.squareRoot() * (1.5 - 0.5 * left)
  }

  func canal(around cord: Tube) -> Tube {
    let stem = brainstem
    let middles = canalRight.indices.map { (discs[$0] + discs[$0 + 1]) / 2 }
    let (right, front) = (
      Spline([(-40, 0)] + Array(zip(middles, canalRight))), Spline([(-40, -1.5), (-10, -1.5)] + Array(zip(middles, canalFront)))
    )
    let places = Population.places(discs: discs)
    let rl = Spline(stem.map { ($0.s, $0.canalRL) } + Array(zip(places, canalRL)))
    let ap = Spline(stem.map { ($0.s, $0.canalAP) } + Array(zip(places, canalAP)))
    // First in the cord's own sections: center and shape.
    let shapes = cord.sections.indices.map { i in
      let s = cord.start + Double(i) * cord.step
      let outline = blend(canalOutlines, at: s)
      let unit = outline == .ellipse ? SIMD2(2, 2) : outline.moments.diameters
      let shape = CanalShape(center: [right(s), front(s)], halves: SIMD2(rl(s), ap(s)) / unit, outline: outline)
      return shape.narrowed(by: narrowings, at: s, around: cord.sections[i])
    }
    let centers = zip(cord.sections, shapes).map { $0.center + $0.right * $1.center.x + $0.front * $1.center.y }
    return Tube(
      start: cord.start, step: cord.step,
      sections: cord.sections.indices.map { i in
        let (before, after) = (max(i - 1, 0), min(i + 1, centers.count - 1))
        let direction = (centers[after] - centers[before]) / (Double(after - before) * cord.step)
        let axis = direction.normalized
        let base = cord.sections[i]
        let right = (base.right - axis * base.right.dot(axis)).normalized
        var section = Tube.Section(
          center: centers[i], direction: direction, right: right, front: right.cross(axis), halfRL: shapes[i].halves.x,
          halfAP: shapes[i].halves.y, outline: shapes[i].outline)
        let tightness = section.tightness(around: base)
        // No cord leaves its canal: where there is no room left, the canal is as wide as it must be.
        if tightness > 1 {
          section.halfRL *= tightness
          section.halfAP *= tightness
        }
        return section
      })
  }

  /// Blend of the outlines of the levels around s; an ellipse above the cord.
  private func blend(_ outlines: [Outline], at s: Double) -> Outline {
    let middle = { (level: Int) in (discs[level] + discs[level + 1]) / 2 }
    let next = outlines.indices.first { middle($0) > s }
    guard let next else { return outlines.last! }
    let (above, place) = next == 0 ? (.ellipse, Self.top) : (outlines[next - 1], middle(next - 1))
    let weight = max(0, (s - place) / (middle(next) - place))
    return above == outlines[next] ? above : above * (1 - weight) + outlines[next] * weight
  }

  /// Unit vectors towards the person's right and front, perpendicular to a direction down the body.
  static func frame(along axis: SIMD3<Double>, turn: Double) -> (right: SIMD3<Double>, front: SIMD3<Double>) {
    let straight = (SIMD3(1, 0, 0) - axis * axis.x).normalized
    let front = straight.cross(axis)
    return (straight * cos(turn) + front * sin(turn), front * cos(turn) - straight * sin(turn))
  }
}
