import Foundation
import Numerics
import Volumes

@testable import Simulation

/// A segmenter whose errors are known: the edge of a digital neck's cord, shifted by a random field.
struct Rater {
  enum Kind: String, CaseIterable { case soft, binary }

  /// Standard deviation of the shift, mm, and its correlation lengths along the contour and the cord, mm.
  var (deviation, contourLength, cordLength): (Double, Double, Double)
  /// A soft edge is as wide as it is unsure; a binary one is cut at ½.
  var kind: Kind

  /// The shift along the contour's normal: harmonics of the contour that wander along the cord.
  struct Shift {
    private static let harmonics = 14
    private static let step = 0.5
    private let start: Double
    private let rows: [[Double]]

    init(_ rater: Rater, range: ClosedRange<Double>, perimeter: Double, generator: inout Generator) {
      start = range.lowerBound
      let fade = exp(-Self.step / rater.cordLength)
      let sizes = (0...2 * Self.harmonics).map { index -> Double in
        let harmonic = Double((index + 1) / 2)
        let turn = 2 * Double.pi * harmonic * rater.contourLength / perimeter
        let share = (index == 0 ? 2 : 4) * rater.contourLength / perimeter / (1 + turn * turn)
        return rater.deviation * share.squareRoot()
      }
      var row = sizes.map { $0 * generator.normal() }
      var rows = [row]
      for _ in 0...Int((range.upperBound - range.lowerBound) / Self.step) {
        row = zip(row, sizes).map { fade * $0 + $1 * (1 - fade * fade).squareRoot() * generator.normal() }
        rows.append(row)
      }
      self.rows = rows
    }

    func callAsFunction(_ along: Double, angle: Double) -> Double {
      let place = (along - start) / Self.step
      let index = min(max(Int(place), 0), rows.count - 2)
      let part = place - Double(index)
      var sum = 0.0
      let direction = SIMD2(cos(angle), sin(angle))
      var power = SIMD2(1.0, 0)
      for harmonic in 0...Self.harmonics {
        let i = max(0, 2 * harmonic - 1)
        sum += power.x * ((1 - part) * rows[index][i] + part * rows[index + 1][i])
        if harmonic > 0 { sum += power.y * ((1 - part) * rows[index][i + 1] + part * rows[index + 1][i + 1]) }
        power = SIMD2(power.x * direction.x - power.y * direction.y, power.x * direction.y + power.y * direction.x)
      }
      return sum
    }
  }

  /// What the segmenter draws, and the true section in each slice.
  func draw(_ neck: Neck, grid: Grid, generator: inout Generator) -> (mask: Volume, truth: [Tube.Section]) {
    let cord = neck.cord
    var mask = Volume(repeating: 0, grid: grid)
    var truth: [Tube.Section] = []
    let (shape, spacing) = (grid.shape, grid.spacing)
    let middle = cord.section(at: cord.foot(of: grid.world((SIMD3<Double>(shape) - 1) / 2)))
    let shift = Shift(
      self, range: cord.start...cord.end, perimeter: TrueSection(middle).perimeter, generator: &generator)
    let parts = spacing.map { max(2, Int(($0 / 0.35).rounded(.up))) }
    let small = (spacing / SIMD3<Double>(parts)).max()
    let spread = kind == .soft ? max(deviation, 0.02) : 0.02
    for z in 0..<shape.z {
      let middle = section(of: cord, atHeight: grid.world(SIMD3(0, 0, Double(z))).z)
      truth.append(middle.section)
      for y in 0..<shape.y {
        for x in 0..<shape.x {
          let center = grid.world(SIMD3(Double(x), Double(y), Double(z)))
          let offset = center - middle.section.center
          guard offset.dot(offset) < Self.reach * Self.reach else { continue }
          let far = distance(to: center, of: cord, guess: middle.along)
          let reach = (spacing * spacing).sum().squareRoot() / 2 + 4 * deviation + 3 * spread + 0.3
          if far.depth > reach { continue }
          if far.depth < -reach {
            mask[x, y, z] = 1
            continue
          }
          var sum = 0.0
          for c in 0..<parts.z {
            for b in 0..<parts.y {
              for a in 0..<parts.x {
                let part = (SIMD3(Double(a), Double(b), Double(c)) + 0.5) / SIMD3<Double>(parts) - 0.5
                let found = distance(to: center + grid.affine.linear(part), of: cord, guess: far.along)
                let depth = found.depth - shift(found.along, angle: found.angle)
                let width = (spread * spread + small * small / 12).squareRoot()
                sum += depth > 4 * width ? 0 : depth < -4 * width ? 1 : 0.5 * erfc(depth / width / 2.0.squareRoot())
              }
            }
          }
          var value = sum / Double(parts.x * parts.y * parts.z)
          if kind == .soft, value > 0.005, value < 0.995 { value = min(max(value + generator.normal(0, 0.03), 0), 1) }
          mask[x, y, z] = kind == .binary ? (value > 0.5 ? 1 : 0) : Float(value)
        }
      }
    }
    return (mask, truth)
  }

  private func section(of cord: Tube, atHeight height: Double) -> (section: Tube.Section, along: Double) {
    var (low, high) = (cord.start, cord.end)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if cord.section(at: middle).center.z > height { low = middle } else { high = middle }
    }
    return (cord.section(at: low), low)
  }

  /// Nothing of a cord is farther from its middle in a slice, mm.
  private static let reach = 16.0

  /// Distance outside of the cord's surface, and where: along the cord, and the place along the contour as a part of its length, in radians.
  private func distance(to point: SIMD3<Double>, of cord: Tube, guess: Double) -> (depth: Double, along: Double, angle: Double) {
    let along = cord.foot(of: point, guess: guess)
    let section = cord.section(at: along)
    let offset = point - section.center
    let place = SIMD2(offset.dot(section.right), offset.dot(section.front))
    let half = SIMD2(section.halfRL, section.halfAP)
    // The outline's radius is that of a unit circle in these coordinates; a step along its gradient leads to the nearest point of the edge.
    func edge(_ place: SIMD2<Double>) -> (radius: Double, gradient: SIMD2<Double>) {
      let scaled = place / half
      let r = max((scaled * scaled).sum().squareRoot(), 1e-6)
      let (s, c) = (scaled.x / r, scaled.y / r)
      let outline = section.outline.radius(Outline.multiples(c, s))
      let turn = outline.y / outline.x
      return (r / outline.x, SIMD2(s - turn * c, c + turn * s) / half / outline.x)
    }
    let here = edge(place)
    let step: SIMD2<Double> = here.gradient * ((1 - here.radius) / (here.gradient * here.gradient).sum())
    let there = edge(place + step)
    let size = (there.gradient * there.gradient).sum().squareRoot()
    let depth = (-step * there.gradient).sum() / size + (there.radius - 1) / size
    let angle = atan2(place.y / half.y, place.x / half.x)
    // Length along an ellipse, to the first order of its flatness.
    return (depth, along, angle - (half.x - half.y) / (2 * (half.x + half.y)) * sin(2 * angle))
  }
}

/// What is true of a digital neck's section, by the definitions of `docs/morphometry.md`.
struct TrueSection {
  private let contour: [SIMD2<Double>]
  /// Unit vector of the section's own right-left axis, and half axes of the ellipse of its moments.
  private let (axis, half): (SIMD2<Double>, SIMD2<Double>)
  private let center: SIMD2<Double>
  let area: Double

  init(_ section: Tube.Section) {
    let count = 360
    contour = (0..<count).map { section.edge(2 * .pi * Double($0) / Double(count)) }
    // Triangles from the middle: their moments are those of their corners and middle.
    var (area, first, xx, yy, xy) = (0.0, SIMD2<Double>.zero, 0.0, 0.0, 0.0)
    for (a, b) in zip(contour, contour[1...] + contour[..<1]) {
      let part = abs(a.x * b.y - a.y * b.x) / 2
      area += part
      first += part * (a + b) / 3
      let sum = a + b
      xx += part * (a.x * a.x + b.x * b.x + sum.x * sum.x) / 12
      yy += part * (a.y * a.y + b.y * b.y + sum.y * sum.y) / 12
      xy += part * (a.x * a.y + b.x * b.y + sum.x * sum.y) / 12
    }
    center = first / area
    (xx, yy, xy) = (xx / area - center.x * center.x, yy / area - center.y * center.y, xy / area - center.x * center.y)
    let (mean, spread) = ((xx + yy) / 2, hypot((xx - yy) / 2, xy))
    let turn = atan2(2 * xy, xx - yy) / 2
    self.area = area
    // Cords here are wider than deep, by far.
    axis = SIMD2(cos(turn), sin(turn))
    half = 2 * SIMD2((mean + spread).squareRoot(), (mean - spread).squareRoot())
  }

  var perimeter: Double {
    zip(contour, contour[1...] + contour[..<1]).reduce(0) { $0 + (($1.1 - $1.0) * ($1.1 - $1.0)).sum().squareRoot() }
  }

  /// Mean chord with the weight (1 − x²/0.6²)² of its distance x in half axes, over what that is in an ellipse of diameter 1.
  var diameters: (rl: Double, ap: Double) {
    let turned = contour.map { point in
      let p = point - center
      return SIMD2(p.x * axis.x + p.y * axis.y, p.y * axis.x - p.x * axis.y)
    }
    func chord(along: Int) -> Double {
      let across = 1 - along
      var (sum, ofEllipse) = (0.0, 0.0)
      for at in stride(from: -0.585, to: 0.6, by: 0.03) {
        let weight = pow(1 - at * at / 0.36, 2)
        let line = at * half[across]
        var ends: [Double] = []
        for (p, q) in zip(turned, turned[1...] + turned[..<1]) where (p[across] > line) != (q[across] > line) {
          ends.append(p[along] + (line - p[across]) / (q[across] - p[across]) * (q[along] - p[along]))
        }
        sum += weight * (ends.max()! - ends.min()!)
        ofEllipse += weight * (1 - at * at).squareRoot()
      }
      return sum / ofEllipse
    }
    return (chord(along: 0), chord(along: 1))
  }

  /// Diameters of the ellipse.
  var ellipse: (rl: Double, ap: Double) { (2 * half.x, 2 * half.y) }
}
