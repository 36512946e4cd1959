import Foundation
import Volumes

/// A real scan seen from its cord: cells to the right, to the front, and down along the cord's middle.
struct Straightened {
  /// Cells along each of the three.
  let shape: SIMD3<Int>
  /// Place of the first cell relative to the cord's middle, mm.
  let corner: SIMD2<Float>
  /// Value of each cell; NaN outside of the field of view.
  let values: [Float]
  /// Whether a cell is cord, or so near that it may be CSF.
  private let isRing: [Bool]

  /// Least stretch of cord, mm.
  static let shortest = 20.0
  /// How far around the cord a backdrop reaches, mm.
  private static let reach = 110.0

  /// - Throws: ``BackdropError/shortCord(name:found:)``.
  init(_ scan: Volume, cord: Volume, name: String) throws(BackdropError) {
    let (line, length) = Self.middle(of: cord)
    guard length >= Self.shortest else { throw .shortCord(name: name, found: length) }
    let cell = Backdrop.cell
    // As wide as the scan, whose corners tell.
    let far = SIMD3<Double>(scan.grid.shape) - 1
    let middle = line(length / 2).center
    let corners = (0..<8).map { i in
      scan.grid.world(SIMD3(i & 1 == 0 ? 0 : far.x, i & 2 == 0 ? 0 : far.y, i & 4 == 0 ? 0 : far.z)) - middle
    }
    func span(_ axis: Int) -> (Double, Int) {
      let (low, high) = (max(corners.map { $0[axis] }.min()!, -Self.reach), min(corners.map { $0[axis] }.max()!, Self.reach))
      return (low, max(1, Int((high - low) / cell)))
    }
    let (across, along) = (span(0), span(1))
    corner = [Float(across.0), Float(along.0)]
    shape = [across.1, along.1, Int(length / cell)]
    var values = [Float](repeating: .nan, count: shape.x * shape.y * shape.z)
    var isRing = [Bool](repeating: false, count: values.count)
    let (toScan, toMask) = (scan.grid.affine.inverse, cord.grid.affine.inverse)
    let around = Int((Backdrop.ring / cell).rounded(.up))
    for z in 0..<shape.z {
      let (center, right, front) = line(Double(z) * cell)
      for y in 0..<shape.y {
        for x in 0..<shape.x {
          let (u, v) = (across.0 + (Double(x) + 0.5) * cell, along.0 + (Double(y) + 0.5) * cell)
          let point = center + right * u + front * v
          values[x + shape.x * (y + shape.y * z)] = scan.nearest(to: toScan(point)) ?? .nan
          guard let inside = cord.nearest(to: toMask(point)), inside > 0.5 else { continue }
          for b in max(0, y - around)...min(shape.y - 1, y + around) {
            for a in max(0, x - around)...min(shape.x - 1, x + around) {
              let (dx, dy) = (Double(a - x) * cell, Double(b - y) * cell)
              if dx * dx + dy * dy <= Backdrop.ring * Backdrop.ring { isRing[a + shape.x * (b + shape.y * z)] = true }
            }
          }
        }
      }
    }
    (self.values, self.isRing) = (values, isRing)
  }

  /// Values of all cells in the field of view that are neither cord nor CSF.
  var outside: [Float] { zip(values, isRing).filter { !$1 && !$0.isNaN }.map(\.0) }

  /// Classes with those of cord and CSF replaced by what lies further out in the same direction.
  func filled(_ classes: [UInt8]) -> [UInt8] {
    var result = classes
    let plane = shape.x * shape.y
    for offset in classes.indices where isRing[offset] {
      var place = SIMD2(Float(offset % shape.x), Float(offset % plane / shape.x)) + 0.5
      let way = corner + place * Float(Backdrop.cell)
      let step = way / max((way * way).sum().squareRoot(), 1e-3)
      var last = offset
      while isRing[last] {
        place += step == .zero ? [1, 0] : step
        let (x, y) = (Int(place.x.rounded(.down)), Int(place.y.rounded(.down)))
        guard (0..<shape.x).contains(x), (0..<shape.y).contains(y) else { break }
        last = offset / plane * plane + x + shape.x * y
      }
      result[offset] = classes[last]
    }
    return result
  }

  /// The middle of a masked cord from its head downwards, with unit vectors to the right and to the front, by arc length; and that length, mm.
  private static func middle(
    of cord: Volume
  ) -> (line: (Double) -> (center: SIMD3<Double>, right: SIMD3<Double>, front: SIMD3<Double>), length: Double) {
    let mask = cord.reoriented(to: .ras)
    let size = mask.grid.shape
    var points: [SIMD3<Double>] = []
    for z in (0..<size.z).reversed() {
      var (sum, weight) = (SIMD3<Double>.zero, 0.0)
      for y in 0..<size.y {
        for x in 0..<size.x where mask[x, y, z] > 0.5 {
          sum += mask.grid.world(SIMD3(Double(x), Double(y), Double(z)))
          weight += 1
        }
      }
      if weight > 0 { points.append(sum / weight) }
    }
    // Voxels make the middle jitter.
    let smooth = points.map { point -> SIMD3<Double> in
      var (sum, weight) = (SIMD3<Double>.zero, 0.0)
      for other in points {
        let share = exp(-0.5 * pow((other.z - point.z) / 5, 2))
        sum += other * share
        weight += share
      }
      return sum / weight
    }
    var places = [0.0]
    for (above, below) in zip(smooth, smooth.dropFirst()) { places.append(places.last! + max((below - above).length, 1e-6)) }
    let (x, y, z) = (
      Spline(zip(places, smooth).map { ($0, $1.x) }), Spline(zip(places, smooth).map { ($0, $1.y) }),
      Spline(zip(places, smooth).map { ($0, $1.z) })
    )
    let length = places.last!
    let line = { (s: Double) in
      let (above, below) = (max(s - 2, 0), min(s + 2, length))
      let way = SIMD3(x(below) - x(above), y(below) - y(above), z(below) - z(above))
      let (right, front) = Neck.frame(along: way.normalized, turn: 0)
      return (SIMD3(x(s), y(s), z(s)), right, front)
    }
    return (line, length)
  }
}

extension Volume {
  /// Value of the voxel that a place lies in; `nil` outside.
  fileprivate func nearest(to index: SIMD3<Double>) -> Float? {
    let place = index.rounded(.toNearestOrAwayFromZero)
    guard all(place .>= 0), all(place .< SIMD3<Double>(grid.shape)) else { return nil }
    return self[Int(place.x), Int(place.y), Int(place.z)]
  }
}
