import Volumes

/// Fraction of a box on the inner side of a plane, in closed form (inclusion–exclusion over the corners).
///
/// - Parameters:
///   - distance: Signed distance of the box's center from the plane, negative inside, mm.
///   - reach: For each edge of the box, the absolute change of that distance along it, mm. The box may be sheared.
@inline(__always) func fractionInside(distance: Double, reach: SIMD3<Double>) -> Double {
  let total = reach.sum()
  let depth = total / 2 - distance
  if depth <= 0 { return 0 }
  if depth >= total { return 1 }
  // An edge parallel to the plane would divide by zero: tilt it by 1e-4, which changes the fraction by less.
  let m = reach.replacing(with: 1e-4 * total, where: reach .< 1e-4 * total)
  // The smaller side is computed, the larger is its complement: no cancellation.
  let sum = m.sum()
  let smaller = min(depth, total - depth) * sum / total
  @inline(__always) func cube(_ x: Double) -> Double { x > 0 ? x * x * x : 0 }
  let part =
    cube(smaller) - cube(smaller - m.x) - cube(smaller - m.y) - cube(smaller - m.z)
    + cube(smaller - m.x - m.y) + cube(smaller - m.y - m.z) + cube(smaller - m.x - m.z)
  let fraction = part / (6 * m.x * m.y * m.z)
  return depth <= total / 2 ? fraction : 1 - fraction
}

extension Tube {
  /// Largest edge of the boxes that a surface voxel is divided into, mm. Within such a box the surface is a plane but for
  /// its curvature, which is corrected to second order.
  static let boxEdge = 0.4

  /// The fraction of every voxel that lies in the tube.
  ///
  /// - Parameters:
  ///   - grid: Any grid: oblique, thick slices, partial field of view.
  ///   - top: The second result keeps only what lies below the section at this parameter.
  /// - Returns: The whole tube, and the tube below `top`, as fractions 0...1.
  func occupancy(on grid: Grid, below top: Double) -> (whole: [Float], below: [Float]) {
    var whole = [Float](repeating: 0, count: grid.count)
    var below = whole
    let axes = [grid.affine.x, grid.affine.y, grid.affine.z]
    let parts = grid.spacing.map { max(1, Int(($0 / Self.boxEdge - 1e-6).rounded(.up))) }
    let edges = (axes[0] / Double(parts.x), axes[1] / Double(parts.y), axes[2] / Double(parts.z))
    let share = 1 / Double(parts.x * parts.y * parts.z)
    let voxelReach = (axes[0].length + axes[1].length + axes[2].length) / 2
    let boxReach = (edges.0.length + edges.1.length + edges.2.length) / 2
    let first = (axes[0] - edges.0 + axes[1] - edges.1 + axes[2] - edges.2) * -0.5
    let cut = curve(top)
    let normal = cut.first.normalized
    let rows = rows(near: grid)
    whole.withUnsafeMutableBufferPointer { whole in
      below.withUnsafeMutableBufferPointer { below in
        for z in 0..<grid.shape.z {
          for y in 0..<grid.shape.y {
            let range = rows[y + grid.shape.y * z]
            var guess: Double? = nil
            for x in range {
              let center = grid.world(SIMD3(Double(x), Double(y), Double(z)))
              let (s, depth) = clearance(of: center, guess: guess)
              guess = s
              let height = (center - cut.point).dot(normal)
              let offset = grid.offset(x, y, z)
              if abs(depth) > voxelReach && (depth < 0 || abs(height) > voxelReach) {
                whole[offset] = depth > 0 ? 1 : 0
                below[offset] = depth > 0 && height > 0 ? 1 : 0
                continue
              }
              var (sum, sumBelow) = (0.0, 0.0)
              for c in 0..<parts.z {
                for b in 0..<parts.y {
                  var place = center + first + edges.1 * Double(b) + edges.2 * Double(c)
                  for _ in 0..<parts.x {
                    let inside = fraction(ofBoxAt: place, edges: edges, reach: boxReach, guess: s)
                    if inside > 0 {
                      sum += inside
                      let reach = SIMD3(abs(edges.0.dot(normal)), abs(edges.1.dot(normal)), abs(edges.2.dot(normal)))
                      sumBelow += inside * fractionInside(distance: -(place - cut.point).dot(normal), reach: reach)
                    }
                    place += edges.0
                  }
                }
              }
              whole[offset] = Float(min(1, sum * share))
              below[offset] = Float(min(1, sumBelow * share))
            }
          }
        }
      }
    }
    return (whole, below)
  }

  /// The foot of a point and a lower bound of its distance from the surface, positive inside.
  @inline(__always) private func clearance(of point: SIMD3<Double>, guess: Double?) -> (foot: Double, depth: Double) {
    let s = foot(of: point, guess: guess)
    let section = section(at: s)
    let offset = point - section.center
    let (u, v) = (offset.dot(section.right) / section.halfRL, offset.dot(section.front) / section.halfAP)
    // The normalized radius changes by at most 1/min(axes) per mm in the section; 0.7 leaves room for taper and bend.
    return (s, (1 - (u * u + v * v).squareRoot()) * min(section.halfRL, section.halfAP) * 0.7)
  }

  /// Fraction of a small box inside the tube: the box cut by the surface's tangent plane at the nearest point.
  @inline(__always) private func fraction(
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
    let radius = ((u / a) * (u / a) + (v / b) * (v / b)).squareRoot()
    let bound = (1 - radius) * min(a, b) * 0.7
    if bound > reach { return 1 }
    if bound < -reach { return 0 }
    // Two steps along the gradient of the normalized radius lead to the nearest point of the ellipse, closely enough for a
    // point within a box of the surface.
    let (u0, v0) = (u, v)
    var gradient = SIMD2<Double>.zero
    for _ in 0..<2 {
      let r = max(((u / a) * (u / a) + (v / b) * (v / b)).squareRoot(), 1e-9)
      gradient = SIMD2(u / (a * a), v / (b * b)) / r
      let move = (1 - r) / (gradient * gradient).sum()
      u += gradient.x * move
      v += gradient.y * move
    }
    let (ga, gb) = (u / (a * a), v / (b * b))
    let size = (ga * ga + gb * gb).squareRoot()
    let (nu, nv) = (ga / size, gb / size)
    // Taper: how the surface leans along the curve.
    let speed = first.length
    let stretch = max(0.3, 1 - offset.dot(second) / (speed * speed)) * speed * step
    let (da, db) = w == t ? ((q.halfRL - p.halfRL) / stretch, (q.halfAP - p.halfAP) / stretch) : (0, 0)
    let lean = -(u * u / (a * a * a) * da + v * v / (b * b * b) * db) / size
    let scale = 1 / (1 + lean * lean).squareRoot()
    let normal = (right * nu + front * nv + first * (lean / speed)) * scale
    let m = SIMD3(abs(edges.0.dot(normal)), abs(edges.1.dot(normal)), abs(edges.2.dot(normal)))
    // Mean sag of the surface below its tangent plane over the box.
    let tangent = right * -nv + front * nu
    let spread = (square(edges.0.dot(tangent)) + square(edges.1.dot(tangent)) + square(edges.2.dot(tangent))) / 12
    let curvature = 1 / (a * a * b * b * size * size * size)
    let distance = ((u0 - u) * nu + (v0 - v) * nv) * scale
    return fractionInside(distance: distance + curvature * spread / 2, reach: m)
  }

  @inline(__always) private func square(_ x: Double) -> Double { x * x }

  /// For each row of a grid (y, then z), the voxels that may touch the tube.
  private func rows(near grid: Grid) -> [Range<Int>] {
    var rows = [Range<Int>](repeating: 0..<0, count: grid.shape.y * grid.shape.z)
    let toVoxel = grid.affine.inverse
    // Voxels per mm of any direction, along each voxel axis: the row norms of the inverse.
    let rates = SIMD3(
      SIMD3(toVoxel.x.x, toVoxel.y.x, toVoxel.z.x).length, SIMD3(toVoxel.x.y, toVoxel.y.y, toVoxel.z.y).length,
      SIMD3(toVoxel.x.z, toVoxel.y.z, toVoxel.z.z).length)
    let every = max(1, Int(1 / step))
    // The straight continuation beyond the ends is left out: a tube's range must cover the images.
    for i in stride(from: 0, to: sections.count, by: every) {
      let section = sections[i]
      let center = toVoxel(section.center)
      let reach = (max(section.halfRL, section.halfAP) + 1) * rates + 1
      let low = center - reach
      let high = center + reach
      let (y0, y1) = (max(0, Int(max(low.y, -1))), min(grid.shape.y - 1, Int(max(min(high.y, 1e6), -1))))
      let (z0, z1) = (max(0, Int(max(low.z, -1))), min(grid.shape.z - 1, Int(max(min(high.z, 1e6), -1))))
      let (x0, x1) = (max(0, Int(max(low.x, -1))), min(grid.shape.x, Int(max(min(high.x, 1e6), -1)) + 1))
      guard y0 <= y1, z0 <= z1, x0 < x1, high.y >= 0, high.z >= 0 else { continue }
      for z in z0...z1 {
        for y in y0...y1 {
          let row = y + grid.shape.y * z
          rows[row] = rows[row].isEmpty ? x0..<x1 : min(rows[row].lowerBound, x0)..<max(rows[row].upperBound, x1)
        }
      }
    }
    return rows
  }
}

extension SIMD3<Double> {
  func map(_ transform: (Double) -> Int) -> SIMD3<Int> { [transform(x), transform(y), transform(z)] }
}
