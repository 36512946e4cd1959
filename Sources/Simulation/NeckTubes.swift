import Foundation
import Volumes

extension Neck {
  /// The cord, continued above `top` by the brainstem, as a tube along s.
  public var cord: Tube {
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
    let scale = ((cordAP[0] * cordRL[0]) / (Population.cordAP[0] * Population.cordRL[0])).squareRoot().squareRoot()
    let stem = Population.brainstem
    let halfRL = Spline(stem.map { ($0.s, $0.rl / 2 * scale) } + middles.map { ($0.1, cordRL[$0.0] / 2) })
    let halfAP = Spline(stem.map { ($0.s, $0.ap / 2 * scale) } + middles.map { ($0.1, cordAP[$0.0] / 2) })
    return Tube(start: Self.range.lowerBound, end: Self.range.upperBound, step: step) { s in
      let index = Int(((s - Self.range.lowerBound) / step).rounded())
      let axis = direction(s)
      let (right, front) = Self.frame(along: axis, turn: turn(s))
      let flattening = flattening(at: s)
      return Tube.Section(
        center: centers[index] + shift, direction: axis, right: right, front: front,
        // A flattened cord gives way a little to the sides.
        halfRL: halfRL(s) * (1 + 0.35 * flattening.cord), halfAP: halfAP(s) * (1 - flattening.cord))
    }
  }

  /// The dural canal, continued above by the cisterns, as a tube along the same s.
  public var canal: Tube { canal(around: cord) }

  func canal(around cord: Tube) -> Tube {
    let stem = Population.brainstem
    let (right, front) = (
      Spline([(-40, 0)] + middles.map { ($0.1, canalRight[$0.0]) }),
      Spline([(-40, -1.5), (-10, -1.5)] + middles.map { ($0.1, canalFront[$0.0]) })
    )
    let halfRL = Spline(stem.map { ($0.s, $0.canalRL / 2) } + middles.map { ($0.1, canalRL[$0.0] / 2) })
    let halfAP = Spline(stem.map { ($0.s, $0.canalAP / 2) } + middles.map { ($0.1, canalAP[$0.0] / 2) })
    func center(_ s: Double) -> SIMD3<Double> {
      let section = cord.section(at: s)
      return section.center + section.right * right(s) + section.front * front(s)
    }
    return Tube(start: cord.start, end: cord.end, step: cord.step) { s in
      let direction = (center(s + 0.05) - center(s - 0.05)) / 0.1
      let axis = direction.normalized
      let base = cord.section(at: s)
      let right = (base.right - axis * base.right.dot(axis)).normalized
      return Tube.Section(
        center: center(s), direction: direction, right: right, front: right.cross(axis), halfRL: halfRL(s),
        halfAP: halfAP(s) * (1 - flattening(at: s).canal))
    }
  }

  /// Index and middle of each level.
  private var middles: [(Int, Double)] { cordAP.indices.map { ($0, (discs[$0] + discs[$0 + 1]) / 2) } }

  private func flattening(at s: Double) -> (cord: Double, canal: Double) {
    narrowings.reduce((0, 0)) { sum, narrowing in
      let x = (s - narrowing.place) / narrowing.length
      let weight = exp(-x * x)
      return (max(sum.0, narrowing.cord * weight), max(sum.1, narrowing.canal * weight))
    }
  }

  /// Unit vectors towards the person's right and front, perpendicular to a direction down the body.
  static func frame(along axis: SIMD3<Double>, turn: Double) -> (right: SIMD3<Double>, front: SIMD3<Double>) {
    let straight = (SIMD3(1, 0, 0) - axis * axis.x).normalized
    let front = straight.cross(axis)
    return (straight * cos(turn) + front * sin(turn), front * cos(turn) - straight * sin(turn))
  }
}
