import Volumes

extension Volume {
  /// The smallest box beyond which every plane of voxels holds one value alone, as padding and resampling leave them; the whole of a
  /// volume that is nothing but such planes.
  ///
  /// - Returns: Its first voxel, and its voxels along each axis.
  func filledBox() -> (lower: SIMD3<Int>, shape: SIMD3<Int>) {
    var (lower, upper) = (SIMD3<Int>.zero, grid.shape)
    func isEmpty(_ axis: Int, at index: Int) -> Bool {
      var (from, to) = (lower, upper)
      (from[axis], to[axis]) = (index, index + 1)
      let value = self[from.x, from.y, from.z]
      for z in from.z..<to.z {
        for y in from.y..<to.y { for x in from.x..<to.x where self[x, y, z] != value { return false } }
      }
      return true
    }
    // Along z first: those planes lie together in memory.
    for axis in [2, 1, 0] {
      while lower[axis] < upper[axis], isEmpty(axis, at: lower[axis]) { lower[axis] += 1 }
      guard lower[axis] < upper[axis] else { return (.zero, grid.shape) }
      while isEmpty(axis, at: upper[axis] - 1) { upper[axis] -= 1 }
    }
    return (lower, upper &- lower)
  }
}

extension Volume {
  /// Sets this mask to 0 where its scan is empty: blocks of 3 × 3 × 3 voxels of the lowest value alone, as turning a scan leaves them in its
  /// corners. Tissue without signal, which holds noise or touches other tissue, is not empty.
  ///
  /// - Parameter scan: On the same grid.
  mutating func clear(whereEmpty scan: Volume) {
    let shape = grid.shape
    let lowest = scan.voxels.min() ?? 0
    func block(_ center: SIMD3<Int>) -> (from: SIMD3<Int>, to: SIMD3<Int>) {
      (pointwiseMax(center &- 1, .zero), pointwiseMin(center &+ 1, shape &- 1))
    }
    func places(_ block: (from: SIMD3<Int>, to: SIMD3<Int>), allSatisfy holds: (SIMD3<Int>) -> Bool) -> Bool {
      for z in block.from.z...block.to.z {
        for y in block.from.y...block.to.y { for x in block.from.x...block.to.x where !holds([x, y, z]) { return false } }
      }
      return true
    }
    for offset in voxels.indices where voxels[offset] > 0 && scan.voxels[offset] == lowest {
      let place = SIMD3(offset % shape.x, offset / shape.x % shape.y, offset / (shape.x * shape.y))
      let isFilled = places(block(place)) { center in !places(block(center)) { scan[$0.x, $0.y, $0.z] == lowest } }
      if !isFilled { voxels[offset] = 0 }
    }
  }
}
