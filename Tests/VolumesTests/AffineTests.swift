import Testing
import Volumes

@Suite struct AffineTests {
  /// A few roundings of numbers up to some tens.
  static let tolerance = 1e-12

  @Test func inverseUndoes() {
    let sheared = Affine(x: [1, 0.2, 0], y: [-0.3, 2, 0.1], z: [0, 0.4, -5], origin: [3, -70, 12])
    for affine in [Affine.identity, .oblique, sheared] {
      for point in [SIMD3<Double>(0, 0, 0), [1, 2, 3], [-40, 0.5, 17]] {
        #expect((affine.inverse(affine(point)) - point).length < Self.tolerance * 100)
        #expect((affine.after(affine.inverse)(point) - point).length < Self.tolerance * 100)
      }
      #expect(abs(affine.determinant * affine.inverse.determinant - 1) < Self.tolerance)
    }
  }

  @Test func afterAppliesTheFirstFirst() {
    let (a, b) = (Affine.oblique, Affine(spacing: [2, 3, 4], origin: [1, 0, -1]))
    let point: SIMD3<Double> = [1, 2, 3]
    #expect((a.after(b)(point) - a(b(point))).length < Self.tolerance * 10)
  }

  @Test func spacingAndVolumeOfObliqueGrids() {
    #expect((Affine.oblique.spacing - [0.8, 1.1, 3]).length < Self.tolerance)
    #expect(abs(Grid(shape: [1, 1, 1], affine: .oblique).voxelVolume - 0.8 * 1.1 * 3) < Self.tolerance)
    for direction in Affine.oblique.directions { #expect(abs(direction.length - 1) < Self.tolerance) }
  }

  @Test func directionsIgnoreTheOrigin() {
    let affine = Affine(spacing: [1, 2, 3], origin: [9, 9, 9])
    #expect(affine.linear([1, 1, 1]) == [1, 2, 3] && affine([1, 1, 1]) == [10, 11, 12])
  }
}
