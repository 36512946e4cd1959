import Foundation
import Volumes

/// The neck's measures at one place along the cord, in single precision, ready for the tissue of any point.
struct Station {
  /// Cord center, direction down, right and front (world), and the curve's second derivative.
  var center, down, right, front, bend: SIMD3<Float>
  /// Canal: center in the cord's section (right, front) and half width.
  var canalU, canalV, canalA: Float
  /// How far the canal reaches to the front and to the back of its center.
  var canalFront, canalBack: Float
  /// Body outline: half width, and reach to the front and to the back of the cord.
  var width, reachFront, reachBack: Float
  /// Back wall and half diameters of the vertebral body.
  var wall, bodyA, bodyB: Float
  /// Vertebra (1 is C1; 0 above) and the distances from the disc planes above and below it.
  var level: Int32
  var fromDisc, toDisc: Float
  /// Half thickness of the discs above and below, 0 where there is none.
  var discAbove, discBelow: Float
  /// Wear of the discs above and below, 0...1.
  var ageAbove, ageBelow: Float
  /// What is worn at the discs above and below.
  var wearAbove, wearBelow: Wear
  /// Length of the spinous process from the canal, 0 at C1.
  var spine: Float
  /// Cord: half width, and reach to the front and to the back of its center.
  var cordA, cordFront, cordBack: Float

  /// One disc's part of ``SpineWear``.
  struct Wear {
    var slant, lips, node, fat: Float
  }

  /// How far down the vertebra, 0...1.
  var phase: Float { fromDisc / max(fromDisc + toDisc, 1) }
}

/// Stations every half millimeter, and the way from a world position to neck coordinates.
struct Stations: Sendable {
  static let step: Float = 0.5
  let start: Float
  /// s of the end of the cord.
  private let tip: Float
  private let stations: [Station]
  /// Half RL and AP diameter of the cord at each station.
  let cordHalves: [SIMD2<Float>]
  /// s at heights every `step` from `highest` down: the first guess.
  private let heights: [Float]
  private let highest: Float

  init(neck: Neck, cord: Tube, canal: Tube) {
    let body = neck.body
    let (girth, bones, jaw, shoulders) = (body.girth, body.bones, body.jaw, body.shoulders)
    let width = Spline([
      (-80, 76), (-20, 74), (jaw - 15, 68), (jaw + 15, 60 * girth), (shoulders - 20, 60 * girth), (shoulders + 15, 95 * girth),
      (shoulders + 45, 180 * girth), (300, 200 * girth),
    ])
    let front = Spline([
      (-90, 115), (-40, 118), (jaw - 25, 108), (jaw - 4, 96), (jaw + 14, 58 * girth), (shoulders - 12, 58 * girth),
      (shoulders + 18, 80 * girth), (shoulders + 50, 110 * girth), (300, 150 * girth),
    ])
    let back = Spline([
      (-90, 84), (-50, 84), (-15, 70), (25, 56 * girth), (60, 54 * girth), (shoulders, 66 * girth), (shoulders + 60, 60 * girth),
      (300, 62 * girth),
    ])
    let middles = (0..<Population.levels.count).map { (neck.discs[$0] + neck.discs[$0 + 1]) / 2 }
    func byLevel(_ values: [Double]) -> Spline { Spline(zip(middles, values).map { ($0, $1 * bones) }) }
    let halfA = byLevel([9, 9, 9, 9.5, 10.5, 11.5, 13, 14, 14, 14, 14.5, 15, 15, 15.5, 16, 16.5, 17, 18, 19, 20, 21, 22])
    let halfB = byLevel([6, 7.5, 7.6, 7.7, 7.8, 7.9, 8.2, 8.6, 9.2, 10, 10.6, 11, 11.5, 12, 12.5, 13, 13.5, 14, 14.5, 15, 15.5, 16])
    let spines: [Double] = [0, 26, 17, 17, 20, 29, 36, 38, 37, 36, 36, 36, 36, 36, 36, 36, 34, 31, 29, 28, 29, 30]
    (start, tip) = (Float(cord.start), Float(neck.tip))
    cordHalves = cord.sections.map { [Float($0.halfRL), Float($0.halfAP)] }
    stations = cord.sections.indices.map { i in
      let s = cord.start + Double(i) * cord.step
      let (section, canal) = (cord.sections[i], canal.sections[i])
      let offset = canal.center - section.center
      let vertebra = neck.discs.lastIndex { $0 <= s }.map { min($0 + 1, Population.levels.count) } ?? 0
      let (above, below) = vertebra > 0 ? (neck.discs[vertebra - 1], neck.discs[vertebra]) : (0, 0)
      func disc(_ number: Int) -> Float {
        guard number >= 3 else { return 0 }
        // No disc, and no endplates beside it either.
        if let wear = body.wear, wear.isFused[number - 1] { return -2 }
        return Float((number > 8 ? 2.2 : 2.6) * body.discHeight[min(number, body.discHeight.count) - 1] * bones)
      }
      func age(_ number: Int) -> Float { Float(body.discAge[min(max(number, 1), body.discAge.count) - 1]) }
      let canalV = offset.dot(section.front)
      return Station(
        center: SIMD3<Float>(section.center), down: SIMD3<Float>(section.direction), right: SIMD3<Float>(section.right),
        front: SIMD3<Float>(section.front), bend: SIMD3<Float>(cord.curve(s).second), canalU: Float(offset.dot(section.right)),
        canalV: Float(canalV), canalA: Float(canal.halfRL), canalFront: Float(canal.edge(0).y), canalBack: Float(-canal.edge(.pi).y),
        width: Float(width(s)),
        reachFront: Float(front(s)), reachBack: Float(back(s)), wall: Float(canalV + canal.edge(0).y + 1.6), bodyA: Float(halfA(s)),
        bodyB: Float(halfB(s)), level: Int32(vertebra), fromDisc: Float(s - above), toDisc: Float(below - s),
        discAbove: disc(vertebra), discBelow: disc(vertebra + 1),
        ageAbove: age(vertebra), ageBelow: age(vertebra + 1), wearAbove: body.wear(ofDisc: vertebra),
        wearBelow: body.wear(ofDisc: vertebra + 1),
        spine: vertebra > 0 ? Float(spines[vertebra - 1] * bones) : 0, cordA: Float(section.halfRL), cordFront: Float(section.edge(0).y),
        cordBack: Float(-section.edge(.pi).y))
    }
    highest = Float(cord.sections.first!.center.z)
    let lowest = Float(cord.sections.last!.center.z)
    var (heights, i) = ([Float](), 0)
    for k in 0...Int((highest - lowest) / Self.step) {
      let z = Double(highest - Float(k) * Self.step)
      while i + 2 < cord.sections.count && cord.sections[i + 1].center.z > z { i += 1 }
      let (p, q) = (cord.sections[i].center.z, cord.sections[i + 1].center.z)
      heights.append(Float(cord.start + (Double(i) + (p - z) / max(p - q, 1e-9)) * cord.step))
    }
    self.heights = heights
  }

  func withLocator<Result>(_ body: (Locator) -> Result) -> Result {
    stations.withUnsafeBufferPointer { stations in
      heights.withUnsafeBufferPointer { heights in
        body(Locator(stations: stations, heights: heights, start: start, highest: highest, tip: tip))
      }
    }
  }

  /// A point in neck coordinates: arc length along the cord, and mm to the right and front of it in its section.
  struct Place {
    var s, u, v: Float
    var station: Int
  }

  struct Locator {
    let stations: UnsafeBufferPointer<Station>
    let heights: UnsafeBufferPointer<Float>
    let (start, highest, tip): (Float, Float, Float)

    @inline(__always) func index(_ s: Float) -> Int {
      min(max(Int((s - start) * (1 / Stations.step) + 0.5), 0), stations.count - 1)
    }

    /// Neck coordinates of a world position: one Newton step from the height, exact near the cord, smooth far from it.
    @inline(__always) func callAsFunction(_ p: SIMD3<Float>) -> Place {
      let k = (highest - p.z) * (1 / Stations.step)
      let j = min(max(Int(k), 0), heights.count - 2)
      let t = k - Float(j)
      let inside = min(max(t, 0), 1)
      var s = heights[j] + (heights[j + 1] - heights[j]) * inside + (t - inside) * Stations.step
      var i = 0
      var offset = SIMD3<Float>.zero
      for _ in 0..<2 {
        i = index(s)
        let ahead = s - (start + Float(i) * Stations.step)
        let change = withUnsafePointer(to: stations[i]) { station -> Float in
          offset = p - (station.pointee.center + station.pointee.down * ahead)
          return (offset * station.pointee.down).sum() / max(0.6, 1 - (offset * station.pointee.bend).sum())
        }
        s += change
      }
      i = index(s)
      let ahead = s - (start + Float(i) * Stations.step)
      offset = p - (stations[i].center + stations[i].down * ahead)
      return Place(s: s, u: (offset * stations[i].right).sum(), v: (offset * stations[i].front).sum(), station: i)
    }
  }
}
