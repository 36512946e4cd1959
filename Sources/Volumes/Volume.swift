/// A 3D image: voxels on a grid.
public struct Volume: Sendable {
  /// Where the voxels are.
  public let grid: Grid
  /// The values, x fastest, then y, then z; `grid.count` of them.
  public var voxels: [Float]

  public init(voxels: [Float], grid: Grid) {
    precondition(voxels.count == grid.count, "\(voxels.count) voxels do not fill a grid of \(grid.shape)")
    (self.voxels, self.grid) = (voxels, grid)
  }

  /// A volume of one value.
  public init(repeating value: Float, grid: Grid) {
    self.init(voxels: [Float](repeating: value, count: grid.count), grid: grid)
  }

  @inlinable public subscript(x: Int, y: Int, z: Int) -> Float {
    get { voxels[grid.offset(x, y, z)] }
    set { voxels[grid.offset(x, y, z)] = newValue }
  }

  /// A volume on the same grid, each value mapped.
  public func map(_ transform: (Float) -> Float) -> Volume { Volume(voxels: voxels.map(transform), grid: grid) }

  /// 1 where a value is greater than the threshold, else 0.
  public func binarized(above threshold: Float) -> Volume { map { $0 > threshold ? 1 : 0 } }

  /// A box of this volume's voxels; what reaches outside is filled.
  ///
  /// - Parameters:
  ///   - lower: First voxel along each axis; may be negative.
  ///   - shape: Voxels along each axis.
  ///   - fill: Value outside; `nil` repeats the nearest voxel.
  public func box(lower: SIMD3<Int>, shape: SIMD3<Int>, fill: Float? = 0) -> Volume {
    var result = Volume(repeating: fill ?? 0, grid: grid.box(lower: lower, shape: shape))
    let size = grid.shape
    result.voxels.withUnsafeMutableBufferPointer { target in
      voxels.withUnsafeBufferPointer { source in
        var offset = 0
        for z in lower.z..<lower.z + shape.z {
          for y in lower.y..<lower.y + shape.y {
            for x in lower.x..<lower.x + shape.x {
              defer { offset += 1 }
              let inside = x >= 0 && y >= 0 && z >= 0 && x < size.x && y < size.y && z < size.z
              if !inside && fill != nil { continue }
              let (cx, cy, cz) = (min(max(x, 0), size.x - 1), min(max(y, 0), size.y - 1), min(max(z, 0), size.z - 1))
              target[offset] = source[cx + size.x * (cy + size.y * cz)]
            }
          }
        }
      }
    }
    return result
  }
}
