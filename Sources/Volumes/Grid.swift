/// Where voxels are: how many, and the affine that maps their indices to the world.
public struct Grid: Sendable, Hashable, Codable {
  /// Voxels along x, y and z.
  public var shape: SIMD3<Int>
  /// Voxel index (centers at whole numbers) → RAS+ world millimeters.
  public var affine: Affine

  public init(shape: SIMD3<Int>, affine: Affine) {
    precondition(shape.x > 0 && shape.y > 0 && shape.z > 0, "a grid holds at least one voxel")
    (self.shape, self.affine) = (shape, affine)
  }

  /// Number of voxels.
  @inlinable public var count: Int { shape.x * shape.y * shape.z }

  /// Size of a voxel along its own axes, mm.
  public var spacing: SIMD3<Double> { affine.spacing }

  /// Volume of a voxel, mm³ (right for sheared grids too).
  public var voxelVolume: Double { abs(affine.determinant) }

  /// World position of a voxel's center, mm.
  @inlinable public func world(_ index: SIMD3<Double>) -> SIMD3<Double> { affine(index) }

  /// World position of the grid's center, mm.
  public var center: SIMD3<Double> { world((SIMD3<Double>(shape) - 1) / 2) }

  /// Place of a voxel in the array: x runs fastest.
  @inlinable public func offset(_ x: Int, _ y: Int, _ z: Int) -> Int { x + shape.x * (y + shape.y * z) }

  /// The grid of a box of this one's voxels; it may reach outside.
  ///
  /// - Parameters:
  ///   - lower: First voxel index along each axis; may be negative.
  ///   - shape: Voxels along each axis.
  public func box(lower: SIMD3<Int>, shape: SIMD3<Int>) -> Grid {
    Grid(shape: shape, affine: Affine(x: affine.x, y: affine.y, z: affine.z, origin: affine(SIMD3<Double>(lower))))
  }

  /// The same box in smaller voxels.
  ///
  /// - Parameter parts: How many each voxel becomes along each axis.
  public func divided(into parts: SIMD3<Int>) -> Grid {
    let share = 1 / SIMD3<Double>(parts)
    let (x, y, z) = (affine.x * share.x, affine.y * share.y, affine.z * share.z)
    return Grid(shape: shape &* parts, affine: Affine(x: x, y: y, z: z, origin: affine((share - 1) / 2)))
  }

  /// The same voxels in a world that is seen larger, or smaller, from its origin.
  public func magnified(by factor: Double) -> Grid {
    Grid(shape: shape, affine: affine.scaled(by: factor))
  }

  /// Whether two grids describe the same voxels: same shape, and corners within `tolerance` voxels' size of each other.
  public func matches(_ other: Grid, tolerance: Double = 1e-3) -> Bool {
    guard shape == other.shape else { return false }
    let limit = tolerance * spacing.min()
    let far = SIMD3<Double>(shape) - 1
    return [SIMD3(0, 0, 0), SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1), SIMD3(1, 1, 1)].allSatisfy {
      (world($0 * far) - other.world($0 * far)).length <= limit
    }
  }
}

extension SIMD3<Double> {
  public init(_ integers: SIMD3<Int>) { self.init(Double(integers.x), Double(integers.y), Double(integers.z)) }
}
