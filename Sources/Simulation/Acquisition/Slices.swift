import Numerics
import Volumes

extension Acquisition {
  /// The voxels of some neighboring slices in the person's reference world.
  ///
  /// - Parameters:
  ///   - slices: Indices along the grid's z axis that share one position; beyond the grid where a profile reaches out.
  func placed(_ slices: Range<Int>) -> Grid {
    placed(slices, shown: shownSlices)
  }

  /// - Parameter shown: The value of ``shownSlices``, which is slow to ask for again and again.
  func placed(_ slices: Range<Int>, shown: [Int]) -> Grid {
    let box = grid.box(lower: [0, 0, shown[slices.lowerBound]], shape: [grid.shape.x, grid.shape.y, slices.count])
    return Grid(shape: box.shape, affine: motion.personFromSeries(slice: shown[slices.lowerBound], of: grid).after(box.affine))
  }
}

extension Tube {
  /// The fraction of every acquired voxel that lies in the tube, weighted across the slice by its profile.
  ///
  /// - Parameters:
  ///   - acquisition: Grid, position of the person in every slice, slice profile.
  ///   - top: The second result keeps only what lies below the section at this parameter.
  /// - Returns: The whole tube, and the tube below `top`, as fractions 0...1 on the acquisition's grid.
  func occupancy(in acquisition: Acquisition, below top: Double) -> (whole: [Float], below: [Float]) {
    let grid = acquisition.grid
    let plane = grid.shape.x * grid.shape.y
    let boxes = acquisition.profile.boxes(spacing: grid.spacing.z, edge: 0.5)
    // Slices that lie still with a perfect profile are integrated in slabs, others one by one. The slabs do not depend on
    // the number of threads.
    let together = !acquisition.isStill || boxes.count > 1 || boxes[0].width != 1 ? 1 : 16
    let shown = acquisition.shownSlices
    var whole = [Float](repeating: 0, count: grid.count)
    var below = whole
    parallelFor(parts: together * plane, of: &whole, &below) { slab, whole, below in
      let place = acquisition.placed(slab * together..<min((slab + 1) * together, grid.shape.z), shown: shown)
      for box in boxes {
        let part = occupancy(on: together == 1 ? place.sheet(at: box.place, width: box.width) : place, below: top)
        let weight = Float(box.weight)
        for i in part.whole.indices where part.whole[i] > 0 {
          whole[i] += weight * part.whole[i]
          below[i] += weight * part.below[i]
        }
      }
    }
    return (whole.map { min($0, 1) }, below.map { min($0, 1) })
  }
}

extension Grid {
  /// Voxels of another thickness around a place along z; both in steps of this grid, from the first slice's middle.
  fileprivate func sheet(at place: Double, width: Double) -> Grid {
    Grid(
      shape: [shape.x, shape.y, 1],
      affine: Affine(x: affine.x, y: affine.y, z: affine.z * width, origin: affine([0, 0, place])))
  }
}

extension Neck {
  /// The fraction of every acquired voxel that is lesion; slices count as boxes, whatever their profile.
  func lesionOccupancy(in acquisition: Acquisition) -> [Float] {
    let depth = acquisition.grid.shape.z
    // Slices that share a position are taken together.
    let slabs = acquisition.isStill ? [0..<depth] : (0..<depth).map { $0..<$0 + 1 }
    let shown = acquisition.shownSlices
    return slabs.flatMap { lesionOccupancy(on: acquisition.placed($0, shown: shown)).voxels }
  }

  /// Fraction of each voxel of any grid that is cord, as it is seen in a series; the cord ends at ``top``.
  ///
  /// - Parameters:
  ///   - grid: Any grid in the world of the series' image, for example a finer one.
  ///   - acquisition: The series. Where its slices jump, a voxel follows the slice that its center lies in; where it is
  ///     distorted, a voxel is read between those of the undistorted cord. Slice profile and resolution play no part.
  public func cordOccupancy(on grid: Grid, seenBy acquisition: Acquisition) -> Volume {
    let field = UnevenField(acquisition, cord: cord)
    let reach = field.distortions.reduce(0) { $0 + $1.reach }
    if reach == 0 { return undistorted(grid, acquisition) }
    let rates = grid.affine.inverse
    let margins = (0..<3).map { axis in
      Int((reach * SIMD3(rates.x[axis], rates.y[axis], rates.z[axis]).length).rounded(.up)) + 1
    }
    let lower = SIMD3(margins[0], margins[1], margins[2])
    let wide = undistorted(grid.box(lower: SIMD3(repeating: 0) &- lower, shape: grid.shape &+ 2 &* lower), acquisition)
    let toWide = wide.grid.affine.inverse
    let near = wide.occupiedParts(within: 2 &* lower)
    var result = Volume(repeating: 0, grid: grid)
    parallelFor(parts: grid.shape.x * grid.shape.y, of: &result.voxels) { z, out in
      for y in near[z].y {
        for x in near[z].x {
          var point = grid.world(SIMD3(Double(x), Double(y), Double(z)))
          // The last shift that was applied is undone first.
          for distortion in field.distortions { point = distortion.source(of: point) }
          out[y * grid.shape.x + x] = wide.linear(at: toWide(point))
        }
      }
    }
    return result
  }

  private func undistorted(_ grid: Grid, _ acquisition: Acquisition) -> Volume {
    let tube = cord
    let motion = acquisition.motion
    guard !acquisition.isStill else {
      let place = Grid(shape: grid.shape, affine: motion.personFromSeries.after(grid.affine))
      return Volume(voxels: tube.occupancy(on: place, below: Self.top).below, grid: grid)
    }
    var result = Volume(repeating: 0, grid: grid)
    let toSlices = acquisition.grid.affine.inverse.after(grid.affine)
    let rates = SIMD3(toSlices.x.z, toSlices.y.z, toSlices.z.z)
    let shown = acquisition.shownSlices
    let last = acquisition.grid.shape.z - 1
    for slice in 0...last {
      // The box of voxels whose centers may lie in the slice; the outermost slices go on forever.
      var affine = motion.personFromSeries(slice: shown[slice], of: acquisition.grid).after(grid.affine)
      // A duplicate shows its predecessor's place.
      affine.origin -= motion.personFromSeries.linear(acquisition.grid.affine.z) * Double(slice - shown[slice])
      let low = slice == 0 ? -Double.infinity : Double(slice) - 0.5
      let high = slice == last ? Double.infinity : Double(slice) + 0.5
      let range = grid.range(along: rates, offset: toSlices.origin.z, from: low, to: high)
      if range.shape.min() < 1 { continue }
      let box = Grid(shape: grid.shape, affine: affine).box(lower: range.lower, shape: range.shape)
      let part = tube.occupancy(on: box, below: Self.top).below
      for z in 0..<box.shape.z {
        for y in 0..<box.shape.y {
          for x in 0..<box.shape.x {
            let voxel = range.lower &+ SIMD3(x, y, z)
            let place = (SIMD3<Double>(voxel) * rates).sum() + toSlices.origin.z
            if place >= low && place < high { result[voxel.x, voxel.y, voxel.z] = part[box.offset(x, y, z)] }
          }
        }
      }
    }
    return result
  }
}

extension Grid {
  /// The smallest box of voxels that holds all those where a linear function of the index lies in a range.
  fileprivate func range(
    along rates: SIMD3<Double>, offset: Double, from low: Double, to high: Double
  ) -> (lower: SIMD3<Int>, shape: SIMD3<Int>) {
    let span = SIMD3<Double>(shape) - 1
    let changes = rates * span
    let (least, most) = (
      offset + changes.replacing(with: 0, where: changes .> 0).sum(), offset + changes.replacing(with: 0, where: changes .< 0).sum()
    )
    var (lower, upper) = (SIMD3<Int>(repeating: 0), shape)
    for axis in 0..<3 where abs(rates[axis]) > 1e-9 {
      // What the other axes can add or take away.
      let (others, others2) = (least - min(0, changes[axis]), most - max(0, changes[axis]))
      let ends = [(low - others2) / rates[axis], (high - others) / rates[axis]].sorted()
      lower[axis] = Int(max(0, min(ends[0].rounded(.up), Double(shape[axis]))))
      upper[axis] = Int(min(Double(shape[axis]), max(ends[1].rounded(.down) + 1, 0)))
    }
    return (lower, upper &- lower)
  }
}

extension Volume {
  /// For each slice of a smaller box in the middle of the grid, the rows and columns from which a voxel that is not 0 is in reach.
  ///
  /// - Parameter reach: Voxels along each axis; the smaller box begins in the middle of it.
  fileprivate func occupiedParts(within reach: SIMD3<Int>) -> [(x: Range<Int>, y: Range<Int>)] {
    let shape = grid.shape
    var (low, high) = ([SIMD2<Int>](repeating: [shape.x, shape.y], count: shape.z), [SIMD2<Int>](repeating: [-1, -1], count: shape.z))
    for z in 0..<shape.z {
      for y in 0..<shape.y {
        for x in 0..<shape.x where self[x, y, z] != 0 {
          low[z] = pointwiseMin(low[z], [x, y])
          high[z] = pointwiseMax(high[z], [x, y])
        }
      }
    }
    let inner = shape &- reach
    return (0..<inner.z).map { z in
      let (low, high) = (
        low[z...z + reach.z].reduce(low[z], pointwiseMin) &- [reach.x, reach.y], high[z...z + reach.z].reduce(high[z], pointwiseMax)
      )
      func range(_ axis: Int) -> Range<Int> {
        let (from, to) = (max(0, low[axis]), min(inner[axis] - 1, high[axis]) + 1)
        return from..<max(from, to)
      }
      return (range(0), range(1))
    }
  }

  /// Value between voxels, by trilinear interpolation; the outermost voxels go on.
  fileprivate func linear(at index: SIMD3<Double>) -> Float {
    let top = SIMD3<Double>(grid.shape) - 1
    let inside = index.clamped(lowerBound: .zero, upperBound: top)
    let floor = inside.rounded(.down)
    let t = inside - floor
    let (x, y, z) = (Int(floor.x), Int(floor.y), Int(floor.z))
    let (x1, y1, z1) = (min(x + 1, grid.shape.x - 1), min(y + 1, grid.shape.y - 1), min(z + 1, grid.shape.z - 1))
    func row(_ y: Int, _ z: Int) -> Double { Double(self[x, y, z]) * (1 - t.x) + Double(self[x1, y, z]) * t.x }
    func sheet(_ z: Int) -> Double { row(y, z) * (1 - t.y) + row(y1, z) * t.y }
    return Float(sheet(z) * (1 - t.z) + sheet(z1) * t.z)
  }
}
