import Volumes

/// A side of a scan's field of view, named by where it lies on the person.
public enum Side: String, Sendable, Hashable, CaseIterable, Codable {
  case left, right, posterior, anterior, inferior, superior

  /// Whether a cord that leaves here is cut across, as at the ends of almost every scan, and not along.
  public var isEnd: Bool { self == .inferior || self == .superior }

  /// The side that a grid's axis runs towards (`forwards`) or comes from.
  init(world axis: Int, forwards: Bool) { self = Side.allCases[2 * axis + (forwards ? 1 : 0)] }
}

extension Volume {
  /// The sides of the field of view that hold cord: it goes on where nobody can see it.
  ///
  /// - Parameter threshold: Occupancy above which a voxel at the side counts.
  func sidesReached(above threshold: Float = 0.5) -> [Side] {
    let shape = grid.shape
    func holdsCord(_ axis: Int, at index: Int) -> Bool {
      var (lower, upper) = (SIMD3<Int>.zero, shape)
      (lower[axis], upper[axis]) = (index, index + 1)
      for z in lower.z..<upper.z {
        for y in lower.y..<upper.y { for x in lower.x..<upper.x where self[x, y, z] > threshold { return true } }
      }
      return false
    }
    let sides = grid.orientation.axes.enumerated().flatMap { axis, world in
      [(0, false), (shape[axis] - 1, true)].filter { holdsCord(axis, at: $0.0) }.map {
        Side(world: world.axis, forwards: $0.1 == (world.sign > 0))
      }
    }
    return Side.allCases.filter(sides.contains)
  }
}
