/// A 3D affine map, p ↦ linear · p + origin.
///
/// In SoftCord it maps voxel indices (voxel centers at whole numbers) to RAS+ world millimeters, or between two voxel spaces.
public struct Affine: Sendable, Hashable, Codable {
  /// Images of the three unit vectors: world displacement of one step along x, y and z.
  public var x, y, z: SIMD3<Double>
  /// Image of the zero vector.
  public var origin: SIMD3<Double>

  public init(x: SIMD3<Double>, y: SIMD3<Double>, z: SIMD3<Double>, origin: SIMD3<Double>) {
    (self.x, self.y, self.z, self.origin) = (x, y, z, origin)
  }

  /// A grid aligned with the world axes.
  public init(spacing: SIMD3<Double>, origin: SIMD3<Double> = .zero) {
    self.init(x: [spacing.x, 0, 0], y: [0, spacing.y, 0], z: [0, 0, spacing.z], origin: origin)
  }

  public static let identity = Affine(spacing: .one)

  /// The image of a point.
  @inlinable public func callAsFunction(_ point: SIMD3<Double>) -> SIMD3<Double> { linear(point) + origin }

  /// The image of a direction: without the origin.
  @inlinable public func linear(_ direction: SIMD3<Double>) -> SIMD3<Double> {
    x * direction.x + y * direction.y + z * direction.z
  }

  /// The map that applies `first`, then this one.
  public func after(_ first: Affine) -> Affine {
    Affine(x: linear(first.x), y: linear(first.y), z: linear(first.z), origin: self(first.origin))
  }

  /// The map whose images lie so many times further from the origin.
  public func scaled(by factor: Double) -> Affine { Affine(x: x * factor, y: y * factor, z: z * factor, origin: origin * factor) }

  public var determinant: Double { x.dot(y.cross(z)) }

  /// Length of one step along each axis, in mm for a grid's affine.
  public var spacing: SIMD3<Double> { [x.length, y.length, z.length] }

  /// The unit vectors of the three axes.
  public var directions: [SIMD3<Double>] { [x.normalized, y.normalized, z.normalized] }

  /// The inverse map. The determinant must not be zero; readers refuse such files.
  public var inverse: Affine {
    let determinant = determinant
    precondition(determinant != 0, "a singular affine has no inverse")
    // Rows of the inverse are the cross products of the columns (Cramer's rule).
    let (r0, r1, r2) = (y.cross(z) / determinant, z.cross(x) / determinant, x.cross(y) / determinant)
    let linear = Affine(x: [r0.x, r1.x, r2.x], y: [r0.y, r1.y, r2.y], z: [r0.z, r1.z, r2.z], origin: .zero)
    return Affine(x: linear.x, y: linear.y, z: linear.z, origin: -linear.linear(origin))
  }
}

extension SIMD3 where Scalar == Double {
  @inlinable public func dot(_ other: Self) -> Double { (self * other).sum() }
  @inlinable public func cross(_ b: Self) -> Self {
    [y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x]
  }
  @inlinable public var length: Double { dot(self).squareRoot() }
  @inlinable public var normalized: Self { self / length }
}
