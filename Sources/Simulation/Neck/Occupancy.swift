import Numerics
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
  /// Largest edge of the boxes that a surface voxel is divided into, mm: across the tube, and along it. Within such a box the surface is
  /// a plane but for its curvature across, which is corrected to second order; along the tube it hardly bends.
  private static let boxEdge = (across: 0.5, along: 1.0)

  /// How many boxes a voxel is divided into along each of its edges; the tube is taken to run as it does in the middle of the grid.
  private func parts(of grid: Grid, _ axes: [SIMD3<Double>]) -> SIMD3<Int> {
    let way = curve(foot(of: grid.center)).first.normalized
    return SIMD3(
      axes.map { axis in
        let aligned = axis.normalized.dot(way)
        let edge = min(Self.boxEdge.along, Self.boxEdge.across / max(1e-9, 1 - aligned * aligned).squareRoot())
        return max(1, Int((axis.length / edge - 1e-6).rounded(.up)))
      })
  }

  /// The fraction of every voxel that lies in the tube.
  ///
  /// - Parameters:
  ///   - grid: Any grid: oblique, thick slices, partial field of view.
  ///   - top: The second result keeps only what lies below the section at this parameter.
  /// - Returns: The whole tube, and the tube below `top`, as fractions 0...1.
  func occupancy(on grid: Grid, below top: Double) -> (whole: [Float], below: [Float]) {
    var whole = [Float](repeating: 0, count: grid.count)
    var below = whole
    let voxels = VoxelOccupancy(tube: self, grid: grid, parts: parts(of: grid, [grid.affine.x, grid.affine.y, grid.affine.z]), top: top)
    let rows = rows(near: grid)
    parallelFor(parts: grid.shape.x * grid.shape.y, of: &whole, &below) { z, whole, below in
      for y in 0..<grid.shape.y {
        var guess: Double? = nil
        for x in rows[y + grid.shape.y * z] {
          let voxel = voxels.occupancy(around: grid.world(SIMD3(Double(x), Double(y), Double(z))), guess: guess)
          guess = voxel.foot
          (whole[x + grid.shape.x * y], below[x + grid.shape.x * y]) = (voxel.whole, voxel.below)
        }
      }
    }
    return (whole, below)
  }

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
      let reach = (reaches[i] + 1) * rates + 1
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

/// Integrates a tube over the voxels of a grid: those that its surface misses are 0 or 1, others are cut into boxes.
private struct VoxelOccupancy {
  let tube: Tube
  let parts: SIMD3<Int>
  /// Of a box.
  let edges: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)
  /// Center of the first box from the voxel's, mm.
  let first: SIMD3<Double>
  /// Farthest from the center that anything of a voxel, and of a box, lies, mm.
  let voxelReach, boxReach: Double
  /// The plane below which the second result lies, and the one in which the tube ends; beyond it there is nothing.
  let cut, last: Plane

  struct Plane {
    let point, normal, reach: SIMD3<Double>

    init(through point: SIMD3<Double>, along way: SIMD3<Double>, edges: (SIMD3<Double>, SIMD3<Double>, SIMD3<Double>)) {
      self.point = point
      normal = way.normalized
      reach = SIMD3(abs(edges.0.dot(normal)), abs(edges.1.dot(normal)), abs(edges.2.dot(normal)))
    }
  }

  init(tube: Tube, grid: Grid, parts: SIMD3<Int>, top: Double) {
    (self.tube, self.parts) = (tube, parts)
    let axes = [grid.affine.x, grid.affine.y, grid.affine.z]
    edges = (axes[0] / Double(parts.x), axes[1] / Double(parts.y), axes[2] / Double(parts.z))
    voxelReach = (axes[0].length + axes[1].length + axes[2].length) / 2
    boxReach = (edges.0.length + edges.1.length + edges.2.length) / 2
    first = (axes[0] - edges.0 + axes[1] - edges.1 + axes[2] - edges.2) * -0.5
    let (cut, last) = (tube.curve(top), tube.curve(tube.end))
    self.cut = Plane(through: cut.point, along: cut.first, edges: edges)
    self.last = Plane(through: last.point, along: last.first, edges: edges)
  }

  /// - Parameter guess: Parameter of a section nearby.
  @inline(__always) func occupancy(around center: SIMD3<Double>, guess: Double?) -> (foot: Double, whole: Float, below: Float) {
    let (s, depth) = tube.clearance(of: center, guess: guess)
    let height = (center - cut.point).dot(cut.normal)
    let left = (last.point - center).dot(last.normal)
    if left < -voxelReach { return (s, 0, 0) }
    if abs(depth) > voxelReach && (depth < 0 || abs(height) > voxelReach && left > voxelReach) {
      return (s, depth > 0 ? 1 : 0, depth > 0 && height > 0 ? 1 : 0)
    }
    var (sum, sumBelow) = (0.0, 0.0)
    for c in 0..<parts.z {
      for b in 0..<parts.y {
        var place = center + first + edges.1 * Double(b) + edges.2 * Double(c)
        for _ in 0..<parts.x {
          var inside = tube.fraction(ofBoxAt: place, edges: edges, reach: boxReach, guess: s)
          if left <= voxelReach { inside *= fractionInside(distance: (place - last.point).dot(last.normal), reach: last.reach) }
          if inside > 0 {
            sum += inside
            sumBelow +=
              abs(height) > voxelReach
              ? height > 0 ? inside : 0 : inside * fractionInside(distance: -(place - cut.point).dot(cut.normal), reach: cut.reach)
          }
          place += edges.0
        }
      }
    }
    let share = 1 / Double(parts.x * parts.y * parts.z)
    return (s, Float(min(1, sum * share)), Float(min(1, sumBelow * share)))
  }
}

extension SIMD3<Double> {
  func map(_ transform: (Double) -> Int) -> SIMD3<Int> { [transform(x), transform(y), transform(z)] }
}
