import Foundation
import Simulation
import Volumes

@testable import Morphometry

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
    let shift = Shift(self, range: cord.start...cord.end, perimeter: 33, generator: &generator)
    var mask = Volume(repeating: 0, grid: grid)
    var truth: [Tube.Section] = []
    let (shape, spacing) = (grid.shape, grid.spacing)
    let parts = spacing.map { max(2, Int(($0 / 0.35).rounded(.up))) }
    let small = (spacing / SIMD3<Double>(SIMD3(parts[0], parts[1], parts[2]))).max()
    let spread = kind == .soft ? max(deviation, 0.02) : 0.02
    for z in 0..<shape.z {
      let middle = section(of: cord, atHeight: grid.world(SIMD3(0, 0, Double(z))).z)
      truth.append(middle.section)
      for y in 0..<shape.y {
        for x in 0..<shape.x {
          let center = grid.world(SIMD3(Double(x), Double(y), Double(z)))
          let offset = center - middle.section.center
          guard offset.dot(offset) < 400 else { continue }
          let far = distance(to: center, of: cord, guess: middle.along)
          let reach = (spacing * spacing).sum().squareRoot() / 2 + 4 * deviation + 3 * spread + 0.3
          if far.depth > reach { continue }
          if far.depth < -reach {
            mask[x, y, z] = 1
            continue
          }
          var sum = 0.0
          for c in 0..<parts[2] {
            for b in 0..<parts[1] {
              for a in 0..<parts[0] {
                let part = SIMD3(
                  (Double(a) + 0.5) / Double(parts[0]) - 0.5, (Double(b) + 0.5) / Double(parts[1]) - 0.5,
                  (Double(c) + 0.5) / Double(parts[2]) - 0.5)
                let found = distance(to: center + grid.affine.linear(part), of: cord, guess: far.along)
                let depth = found.depth - shift(found.along, angle: found.angle)
                let width = (spread * spread + small * small / 12).squareRoot()
                sum += depth > 4 * width ? 0 : depth < -4 * width ? 1 : 0.5 * erfc(depth / width / 2.0.squareRoot())
              }
            }
          }
          var value = sum / Double(parts[0] * parts[1] * parts[2])
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

  /// Distance outside of the cord's surface, and where: along the cord, and the angle along the contour's length.
  private func distance(to point: SIMD3<Double>, of cord: Tube, guess: Double) -> (depth: Double, along: Double, angle: Double) {
    var along = guess
    var section = cord.section(at: along)
    for _ in 0..<2 {
      along += (point - section.center).dot(section.direction) / section.direction.dot(section.direction)
      section = cord.section(at: along)
    }
    let offset = point - section.center
    let (r, a) = (offset.dot(section.right), offset.dot(section.front))
    let (u, v) = (r / section.halfRL, a / section.halfAP)
    let radius = max((u * u + v * v).squareRoot(), 1e-6)
    let slope = hypot(u / section.halfRL, v / section.halfAP) / radius
    return ((radius - 1) / max(slope, 1e-6), along, atan2(a / section.halfAP, r / section.halfRL))
  }
}

extension SIMD3<Double> {
  fileprivate func map(_ transform: (Double) -> Int) -> [Int] { [transform(x), transform(y), transform(z)] }
}
