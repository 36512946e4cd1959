import Volumes

/// Where a network looks: boxes of one size on a working grid, given by their first voxels.
enum Windows {
  /// Evenly spaced first voxels along one axis that cover `range` with windows of `size`, centered on it.
  ///
  /// - Parameters:
  ///   - overlap: Least fraction of a window that its neighbour sees, too.
  ///   - spare: Voxels at either end that may stay uncovered if that saves a window.
  static func positions(covering range: Range<Int>, size: Int, overlap: Double, spare: Int = 0) -> [Int] {
    let (excess, stride) = (range.count - size, Double(size) * (1 - overlap))
    let further = max(0, Int((Double(excess - 2 * spare) / stride).rounded(.up)))
    let span = min(max(0, excess), Int(Double(further) * stride))
    let first = range.lowerBound + (excess - span) / 2
    return (0...further).map { first + Int((Double(span) * Double($0) / Double(max(1, further))).rounded(.toNearestOrEven)) }
  }

  /// Windows that cover a box, except for up to `spare` voxels at each side if that saves windows.
  static func covering(
    _ box: (x: Range<Int>, y: Range<Int>, z: Range<Int>), patch: SIMD3<Int>, overlap: Double, spare: SIMD3<Int> = .zero
  ) -> [SIMD3<Int>] {
    positions(covering: box.z, size: patch.z, overlap: overlap, spare: spare.z).flatMap { z in
      positions(covering: box.y, size: patch.y, overlap: overlap, spare: spare.y).flatMap { y in
        positions(covering: box.x, size: patch.x, overlap: overlap, spare: spare.x).map { x in SIMD3(x, y, z) }
      }
    }
  }

  /// Windows that cover a whole grid.
  static func covering(_ grid: Grid, patch: SIMD3<Int>, overlap: Double) -> [SIMD3<Int>] {
    covering((0..<grid.shape.x, 0..<grid.shape.y, 0..<grid.shape.z), patch: patch, overlap: overlap)
  }

  /// Windows that follow a set of voxels along z, each centered on the voxels of its slab.
  ///
  /// The stack is cut into slabs of half a window's depth; the voxels of each slab, widened by the margin, are covered by windows
  /// centered on them. So a tilted cord needs one window per slab where its bounding box would need many.
  ///
  /// - Parameters:
  ///   - points: Voxels to be covered; gaps along z are bridged by the neighbours' extent.
  ///   - margin: Voxels to see around them, along each axis.
  ///   - spare: How many of these may be dropped at each side if that saves windows; none along z.
  ///   - shape: Shape of the working grid; windows keep near it.
  static func following(
    _ points: [SIMD3<Int>], margin: SIMD3<Int>, spare: SIMD3<Int> = .zero, patch: SIMD3<Int>, shape: SIMD3<Int>
  ) -> [SIMD3<Int>] {
    guard let first = points.first else { return [] }
    let (lowest, highest) = points.reduce(into: (first.z, first.z)) { $0 = (min($0.0, $1.z), max($0.1, $1.z)) }
    let depth = max(0, lowest - margin.z)..<min(shape.z, highest + margin.z + 1)
    var boxes = [Int: (x: Range<Int>, y: Range<Int>)]()
    for point in points {
      let old = boxes[point.z] ?? (point.x..<point.x + 1, point.y..<point.y + 1)
      boxes[point.z] = (
        min(old.x.lowerBound, point.x)..<max(old.x.upperBound, point.x + 1),
        min(old.y.lowerBound, point.y)..<max(old.y.upperBound, point.y + 1)
      )
    }
    var windows: [SIMD3<Int>] = []
    for start in positions(covering: depth, size: patch.z, overlap: 0.5) {
      // The slab this window is responsible for: its central half, up to the ends of the stack.
      let from = start <= depth.lowerBound ? start : start + patch.z / 4
      let to = start + patch.z >= depth.upperBound ? start + patch.z : start + patch.z - patch.z / 4
      let seen = boxes.filter { ($0.key >= from && $0.key < to) }.map(\.value)
      // A slab beyond the points, or in a gap, gets the windows of the nearest one.
      let slab =
        seen.isEmpty ? [boxes.min { (abs($0.key - (from + to) / 2), $0.key) < (abs($1.key - (from + to) / 2), $1.key) }!.value] : seen
      let x = slab.map(\.x.lowerBound).min()! - margin.x..<slab.map(\.x.upperBound).max()! + margin.x
      let y = slab.map(\.y.lowerBound).min()! - margin.y..<slab.map(\.y.upperBound).max()! + margin.y
      windows += covering((x, y, start..<start + patch.z), patch: patch, overlap: 0.25, spare: spare)
    }
    return windows
  }

  /// Where the cord may go on beyond the windows: at each end that reaches the rim of what was looked at although the scan goes on.
  /// A leaning cord reaches a window's side.
  ///
  /// - Parameters:
  ///   - soft: Occupancy on a box of the working grid.
  ///   - grid: The working grid.
  ///   - windows: What was looked at, of the size `patch`; the outer eighth at each side does not count, because the network sees too little
  ///     around it.
  ///   - step: Over how many slices the cord's direction is taken, and how far it is followed.
  /// - Returns: For each such end, places from there on in the cord's direction, in the working grid's indices.
  static func continuations(
    of soft: Volume, in grid: Grid, seenThrough windows: [SIMD3<Int>], patch: SIMD3<Int>, step: Int
  ) -> [[SIMD3<Int>]] {
    let corner = grid.affine.inverse(soft.grid.affine.origin).rounded(.toNearestOrAwayFromZero)
    let (width, plane) = (soft.grid.shape.x, soft.grid.shape.x * soft.grid.shape.y)
    // A connected piece has no gaps along z.
    var slices: [Int: (sum: SIMD3<Double>, count: Double)] = [:]
    for offset in soft.connectedComponents(above: 0.5).first ?? [] {
      let place = corner + SIMD3(Double(offset % width), Double(offset % plane / width), Double(offset / plane))
      let old = slices[offset / plane] ?? (.zero, 0)
      slices[offset / plane] = (old.sum + place, old.count + 1)
    }
    guard let lowest = slices.keys.min(), let highest = slices.keys.max(), lowest < highest else { return [] }
    func center(_ slice: Int) -> SIMD3<Double> { slices[slice]!.sum / slices[slice]!.count }
    let top = SIMD3<Double>(grid.shape &- 1)
    return [(lowest, min(lowest + step, highest)), (highest, max(highest - step, lowest))].compactMap { end, inner in
      let direction = (center(end) - center(inner)) / Double(abs(end - inner))
      let way = (0...step).map { center(end) + direction * Double($0) }.filter { !any($0 .< 0) && !any($0 .> top) }
      guard way.count > 1 else { return nil }
      let place = way[min(step / 2, way.count - 1)]
      let isSeen = windows.contains { window in
        (0..<3).allSatisfy { axis in
          let (inside, rim) = (place[axis] - Double(window[axis]), Double(patch[axis]) / 8)
          // Nothing lies beyond the scan.
          return (inside >= rim || window[axis] <= 0)
            && (inside <= Double(patch[axis] - 1) - rim || window[axis] + patch[axis] >= grid.shape[axis])
        }
      }
      return isSeen ? nil : way.map { SIMD3<Int>($0.rounded(.toNearestOrAwayFromZero)) }
    }
  }
}
