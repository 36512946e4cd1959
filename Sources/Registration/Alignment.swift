import Morphometry
import Volumes

/// Where a scan's slices lie in another scan's world: one motion for all, and a further shift for each slice.
public struct Alignment: Sendable, Codable {
  /// The motion of the whole scan, moving world mm → fixed world mm.
  public var motion: RigidMotion
  /// Further shift of each slice of the moving grid, fixed world mm.
  public var shifts: [SIMD3<Double>]

  public init(motion: RigidMotion, shifts: [SIMD3<Double>]) { (self.motion, self.shifts) = (motion, shifts) }

  /// A scan that lies where its header says.
  public static func identity(slices: Int) -> Alignment {
    Alignment(motion: RigidMotion(), shifts: [SIMD3<Double>](repeating: .zero, count: slices))
  }

  /// The map of one slice, moving world mm → fixed world mm.
  ///
  /// - Parameter slice: Of the moving grid along its axis closest to superior-inferior; beyond the grid the outermost one counts.
  public func affine(slice: Int) -> Affine {
    var affine = motion.affine
    affine.origin += shifts[min(max(slice, 0), shifts.count - 1)]
    return affine
  }

  /// The moving image as it appears in the fixed image's voxels; 0 outside.
  public func warped(_ moving: Volume, onto fixed: Grid) -> Volume {
    let slicing = Slicing(of: moving.grid)
    let toIndex = moving.grid.affine.inverse
    let back = shifts.indices.map { toIndex.after(affine(slice: $0).inverse) }
    var result = Volume(repeating: 0, grid: fixed)
    moving.withSampler { sample in
      for z in 0..<fixed.shape.z {
        for y in 0..<fixed.shape.y {
          for x in 0..<fixed.shape.x {
            let place = fixed.world(SIMD3(Double(x), Double(y), Double(z)))
            // The slice decides the shift and the shift may decide the slice: two looks settle it.
            var index = back[back.count / 2](place)
            for _ in 0..<2 { index = back[min(max(Int(index[slicing.axis].rounded()), 0), back.count - 1)](place) }
            let value = sample(index)
            if value.isFinite { result[x, y, z] = value }
          }
        }
      }
    }
    return result
  }
}
