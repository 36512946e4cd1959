import Testing
import Volumes

@Suite struct ResamplingTests {
  /// Single precision of values up to some hundred.
  static let tolerance: Float = 1e-4
  let grid = Grid(shape: [12, 10, 6], affine: .oblique)

  /// A turned, finer grid about the same center.
  func turned(_ spacing: SIMD3<Double>, shape: SIMD3<Int>) -> Grid {
    var grid = Grid(shape: shape, affine: .turned([-0.2, 0.4, 0.1], spacing: spacing))
    grid.affine.origin = self.grid.center - grid.center
    return grid
  }

  @Test func ontoItselfIsTheIdentity() {
    let volume = Volume(on: grid) { $0.x * $0.y + $0.z }
    #expect(volume.resampled(onto: grid).voxels == volume.voxels)
    // Through the interpolation too, not only by the short cut.
    var moved = grid
    moved.affine.origin.x += 1e-9
    let same = volume.resampled(onto: moved, outside: .nearest)
    #expect(zip(same.voxels, volume.voxels).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  @Test func agreesWithSciPy() throws {
    let golden: Golden.Rotated = try Golden.load("rotated.json")
    let source = Volume(
      voxels: golden.voxels, grid: Grid(shape: SIMD3(golden.shape), affine: Affine(rows: golden.affine)))
    let target = Grid(shape: SIMD3(golden.targetShape), affine: Affine(rows: golden.targetAffine))
    let zero = source.resampled(onto: target)
    let nearest = source.resampled(onto: target, outside: .nearest)
    for i in zero.voxels.indices {
      #expect(abs(zero.voxels[i] - golden.zero[i]) < Self.tolerance)
      #expect(abs(nearest.voxels[i] - golden.nearest[i]) < Self.tolerance)
    }
    #expect(zip(golden.zero, golden.nearest).contains { $0 != $1 })
  }

  @Test(arguments: [SIMD3(0.5, 0.5, 0.5), [1, 1, 1], [4, 2.5, 6]])
  func constantsStayConstant(_ spacing: SIMD3<Double>) {
    let volume = Volume(repeating: 3.5, grid: grid)
    let target = turned(spacing, shape: [9, 8, 7])
    #expect(volume.resampled(onto: target, outside: .nearest).voxels.allSatisfy { abs($0 - 3.5) < Self.tolerance })
    #expect(volume.resampled(onto: target, outside: .value(3.5)).voxels.allSatisfy { abs($0 - 3.5) < Self.tolerance })
  }

  /// Linear interpolation and symmetric averaging both keep a ramp, at any spacing.
  @Test(arguments: [SIMD3(0.4, 0.5, 0.6), [0.8, 1.1, 1.4], [1.9, 2.3, 2.9]])
  func rampsAreExactInside(_ spacing: SIMD3<Double>) {
    let ramp = { (p: SIMD3<Double>) in 0.7 * p.x - 0.3 * p.y + 1.1 * p.z }
    let target = turned(spacing, shape: [2, 2, 2])  // its voxels lie within the source's outermost centers
    let found = Volume(on: grid, ramp).resampled(onto: target)
    let expected = Volume(on: target, ramp)
    #expect(zip(found.voxels, expected.voxels).allSatisfy { abs($0 - $1) < Self.tolerance })
  }

  /// Each coarse voxel is the mean of the fine ones that it covers.
  @Test func coarseVoxelsAreMeans() {
    let fine = Volume(voxels: (0..<64).map { Float($0 * 37 % 101) }, grid: Grid(shape: [4, 4, 4], affine: .identity))
    let coarse = fine.resampled(onto: Grid(shape: [2, 2, 2], affine: Affine(spacing: [2, 2, 2], origin: [0.5, 0.5, 0.5])))
    for z in 0..<2 {
      for y in 0..<2 {
        for x in 0..<2 {
          let mean = fine.box(lower: [2 * x, 2 * y, 2 * z], shape: [2, 2, 2]).voxels.reduce(0, +) / 8
          #expect(abs(coarse[x, y, z] - mean) < Self.tolerance)
        }
      }
    }
    #expect(abs(coarse.integral - fine.integral) < 1e-2)
  }

  /// A soft tube of 12 × 8 mm, as a cord.
  static func tube(_ grid: Grid) -> Volume {
    Volume(on: grid) { p in
      let r = ((p.x / 6) * (p.x / 6) + (p.y / 4) * (p.y / 4)).squareRoot()
      return min(1, max(0, (1 - r) * 5 + 0.5))
    }
  }

  /// There and back between grids of different spacing, the area of every slice stays.
  @Test(arguments: [SIMD3(0.5, 0.5, 1), [1.3, 1.3, 1], [2, 2, 1]])
  func areaSurvivesTheRoundTrip(_ spacing: SIMD3<Double>) {
    let grid = Grid(shape: [30, 30, 3], affine: Affine(spacing: .one, origin: [-14.5, -14.5, 0]))
    let soft = Self.tube(grid)
    let shape = (SIMD3(30.0, 30, 3) / spacing).rounded(.up)
    var other = Grid(
      shape: [Int(shape.x), Int(shape.y), Int(shape.z)], affine: .turned([0, 0, 0.2], spacing: spacing))
    other.affine.origin = grid.center - other.center
    let there = soft.resampled(onto: other)
    let back = there.resampled(onto: grid)
    // The ellipse lies inside both grids, so only sampling of its rim is left: under half a percent.
    #expect(abs(there.integral / soft.integral - 1) < 5e-3)
    #expect(abs(back.integral / soft.integral - 1) < 5e-3)
    #expect(back.voxels.allSatisfy { $0 >= 0 && $0 <= 1.00001 })
  }

  @Test func theRimIsHalfAVoxelWide() {
    let volume = Volume(repeating: 1, grid: Grid(shape: [3, 1, 1], affine: .identity))
    #expect(volume.interpolated(at: [-0.49, 0, 0]) == 1 && volume.interpolated(at: [2.49, 0.49, 0]) == 1)
    #expect(volume.interpolated(at: [-0.51, 0, 0]) == 0 && volume.interpolated(at: [0, 0, 0.51], outside: .value(5)) == 5)
    #expect(volume.interpolated(at: [-99, 0, 0], outside: .nearest) == 1)
    #expect(Volume(voxels: [0, 10], grid: Grid(shape: [2, 1, 1], affine: .identity)).interpolated(at: [0.25, 0, 0]) == 2.5)
  }
}
