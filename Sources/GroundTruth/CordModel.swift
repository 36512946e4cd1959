import Foundation
import Registration
import Volumes

/// A cord whose surface is known everywhere: an axis and an outline along it.
struct CordModel: Sendable {
  /// Largest edge of the boxes that a voxel at the surface is divided into, mm.
  private static let boxEdge = 0.4
  private static let step = 0.5

  let axis: CordCourse
  let range: ClosedRange<Double>
  /// Radii by place, then angle; how much shorter the way to the surface is than along the radius.
  private let radii, shortening: [Double]
  /// Largest radius, mm.
  let widest: Double

  init(axis: CordCourse, consensus: Consensus) {
    (self.axis, range) = (axis, consensus.range)
    let count = Int(((range.upperBound - range.lowerBound) / Self.step).rounded(.up)) + 1
    var (radii, shortening): ([Double], [Double]) = ([], [])
    for k in 0..<count {
      let surface = consensus(range.lowerBound + Double(k) * Self.step).surface
      radii += surface.radii
      shortening += surface.shortening
    }
    (self.radii, self.shortening) = (radii, shortening)
    widest = radii.max() ?? 0
  }

  /// Fraction of each voxel that is cord.
  ///
  /// - Parameters:
  ///   - grid: Any grid.
  ///   - sliceAxis: Its axis along which slices are counted.
  ///   - affine: Of each slice, the grid's world → the axis's world.
  func occupancy(on grid: Grid, sliceAxis: Int, affine: (Int) -> Affine) -> Volume {
    var result = Volume(repeating: 0, grid: grid)
    let parts = SIMD3<Int>((0..<3).map { max(1, Int((grid.spacing[$0] / Self.boxEdge - 1e-6).rounded(.up))) })
    let share = 1 / Float(parts.x * parts.y * parts.z)
    let others = [0, 1, 2].filter { $0 != sliceAxis }
    for slice in 0..<grid.shape[sliceAxis] {
      let map = affine(slice).after(grid.affine)
      let edges = [map.x, map.y, map.z]
      let reach = (edges[0].length + edges[1].length + edges[2].length) / 2
      guard let middle = center(of: slice, axis: sliceAxis, map: map, shape: grid.shape) else { continue }
      let bounds = others.map { other -> Range<Int> in
        let far = (widest + reach) * 1.6 / grid.spacing[other]
        let low = max(0, Int((middle[other] - far).rounded(.down)))
        return low..<max(low, min(grid.shape[other], Int((middle[other] + far).rounded(.up)) + 1))
      }
      for b in bounds[1] {
        var guess: Double?
        for a in bounds[0] {
          var index = SIMD3<Int>(repeating: slice)
          (index[others[0]], index[others[1]]) = (a, b)
          let point = map(SIMD3<Double>(index))
          let place = axis.foot(of: point, guess: guess)
          guess = place
          guard place > range.lowerBound - reach, place < range.upperBound + reach else { continue }
          let offset = point - axis(place).center
          let radius = max(offset.dot(offset) - pow(offset.dot(axis(place).tangent), 2), 0).squareRoot()
          guard radius < widest + reach else { continue }
          var sum: Float = 0
          for k in 0..<parts.z {
            for j in 0..<parts.y {
              for i in 0..<parts.x {
                let at = (SIMD3(Double(i), Double(j), Double(k)) + 0.5) / SIMD3<Double>(parts) - 0.5
                sum += fraction(at: point + edges[0] * at.x + edges[1] * at.y + edges[2] * at.z, edges: edges, parts: parts, guess: place)
              }
            }
          }
          result[index.x, index.y, index.z] = min(1, sum * share)
        }
      }
    }
    return result
  }

  /// Voxel position where the axis crosses a slice; `nil` where it stays outside the range.
  private func center(of slice: Int, axis sliceAxis: Int, map: Affine, shape: SIMD3<Int>) -> SIMD3<Double>? {
    let toIndex = map.inverse
    var index = (SIMD3<Double>(shape) - 1) / 2
    index[sliceAxis] = Double(slice)
    var place = axis.foot(of: map(index))
    for _ in 0..<8 {
      // Along the axis towards the slice's plane.
      let (at, ahead) = (toIndex(axis(place).center), toIndex(axis(place + 1).center))
      let rate = ahead[sliceAxis] - at[sliceAxis]
      guard abs(rate) > 1e-6 else { return nil }
      place += min(max((Double(slice) - at[sliceAxis]) / rate, -30), 30)
    }
    let slack = 6 + 2 * map.x.length + 2 * map.y.length + 2 * map.z.length
    guard place > range.lowerBound - slack, place < range.upperBound + slack else { return nil }
    return toIndex(axis(place).center)
  }

  /// Where a point lies, seen from the axis.
  struct Position {
    var place: Double
    var station: CordCourse.Station
    /// Towards right and front, mm.
    var across: SIMD2<Double>
    /// Signed distance from the surface, mm, positive outside.
    var distance: Double
  }

  /// Finds a point's place and its distance from the surface, to first order near the surface.
  @inline(__always) func position(of point: SIMD3<Double>, guess: Double? = nil) -> Position {
    let place = axis.foot(of: point, guess: guess)
    let station = axis(place)
    let offset = point - station.center
    let (u, v) = (offset.dot(station.right), offset.dot(station.front))
    let n = Contour.angles
    let stations = radii.count / n
    let position = min(max((place - range.lowerBound) / Self.step, 0), Double(stations - 1))
    let k = min(Int(position), max(stations - 2, 0))
    let w = position - Double(k)
    let turn = (atan2(v, u) / (2 * .pi) + 1) * Double(n)
    let j = Int(turn)
    let f = turn - Double(j)
    func value(_ table: [Double]) -> Double {
      table.withUnsafeBufferPointer { table in
        let (a, b) = (k * n, min(k + 1, stations - 1) * n)
        let (p, q) = (j % n, (j + 1) % n)
        return (1 - w) * ((1 - f) * table[a + p] + f * table[a + q]) + w * ((1 - f) * table[b + p] + f * table[b + q])
      }
    }
    let distance = ((u * u + v * v).squareRoot() - value(radii)) * value(shortening)
    return Position(place: place, station: station, across: [u, v], distance: distance)
  }

  /// Fraction of a small box inside: the surface is a plane within it.
  @inline(__always) private func fraction(at point: SIMD3<Double>, edges: [SIMD3<Double>], parts: SIMD3<Int>, guess: Double) -> Float {
    let position = position(of: point, guess: guess)
    let station = position.station
    let radius = (position.across * position.across).sum().squareRoot()
    let normal = radius > 1e-6 ? (station.right * position.across.x + station.front * position.across.y) / radius : station.right
    func width(_ direction: SIMD3<Double>) -> Double {
      max(
        abs(edges[0].dot(direction)) / Double(parts.x) + abs(edges[1].dot(direction)) / Double(parts.y) + abs(edges[2].dot(direction))
          / Double(parts.z),
        1e-3)
    }
    // A box met by a plane fills over about this part of its full width.
    let across = 0.5 - position.distance / (0.85 * width(normal))
    guard across > 0 else { return 0 }
    let along = 0.5 + min(position.place - range.lowerBound, range.upperBound - position.place) / width(station.tangent)
    guard along > 0 else { return 0 }
    return Float(min(across, 1) * min(along, 1))
  }
}
