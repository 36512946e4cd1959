import Dispatch
import Volumes

extension Acquisition {
  /// The voxels of some neighboring slices in the person's reference world.
  ///
  /// - Parameters:
  ///   - slices: Indices along the grid's z axis that share one position; beyond the grid where a profile reaches out.
  func placed(_ slices: Range<Int>) -> Grid {
    let box = grid.box(lower: [0, 0, slices.lowerBound], shape: [grid.shape.x, grid.shape.y, slices.count])
    return Grid(shape: box.shape, affine: motion.personFromSeries(slice: slices.lowerBound, of: grid).after(box.affine))
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
    let together = acquisition.motion.hasJumps || boxes.count > 1 || boxes[0].width != 1 ? 1 : 16
    let slabs = (grid.shape.z + together - 1) / together
    var whole = [Float](repeating: 0, count: grid.count)
    var below = whole
    whole.withUnsafeMutableBufferPointer { whole in
      below.withUnsafeMutableBufferPointer { below in
        // Slabs are disjoint, so writing them at the same time is safe.
        nonisolated(unsafe) let (whole, below) = (whole, below)
        DispatchQueue.concurrentPerform(iterations: slabs) { slab in
          let slices = slab * together..<min((slab + 1) * together, grid.shape.z)
          let place = acquisition.placed(slices)
          for box in boxes {
            let part = occupancy(on: together == 1 ? place.sheet(at: box.place, width: box.width) : place, below: top)
            let weight = Float(box.weight)
            for i in part.whole.indices where part.whole[i] > 0 {
              whole[slices.lowerBound * plane + i] += weight * part.whole[i]
              below[slices.lowerBound * plane + i] += weight * part.below[i]
            }
          }
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
  /// Fraction of each voxel of any grid that is cord, as the person lies in a series; the cord ends at ``top``.
  ///
  /// - Parameters:
  ///   - grid: Any grid in the world of the series' image, for example a finer one.
  ///   - acquisition: The series. Where its slices jump, a voxel follows the slice that its center lies in; slice profile and
  ///     resolution play no part.
  public func cordOccupancy(on grid: Grid, seenBy acquisition: Acquisition) -> Volume {
    let tube = cord
    let motion = acquisition.motion
    guard motion.hasJumps else {
      let place = Grid(shape: grid.shape, affine: motion.personFromSeries.after(grid.affine))
      return Volume(voxels: tube.occupancy(on: place, below: Self.top).below, grid: grid)
    }
    var result = Volume(repeating: 0, grid: grid)
    let toSlices = acquisition.grid.affine.inverse.after(grid.affine)
    let rates = SIMD3(toSlices.x.z, toSlices.y.z, toSlices.z.z)
    let last = acquisition.grid.shape.z - 1
    for slice in 0...last {
      // The box of voxels whose centers may lie in the slice; the outermost slices go on forever.
      let affine = motion.personFromSeries(slice: slice, of: acquisition.grid).after(grid.affine)
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
