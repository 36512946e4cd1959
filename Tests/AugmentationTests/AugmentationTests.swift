import Numerics
import Tensors
import Testing
import Volumes

@testable import Augmentation

@Suite struct SpatialTransformTests {
  /// [1, 1, 12, 10, 8] with a value that names the voxel.
  let source = try! Tensor((0..<960).map(Float.init), shape: [1, 1, 12, 10, 8])

  @Test func identityIsACrop() throws {
    // An even patch is centered between voxels.
    let patch = try SpatialTransform(center: [5.5, 4.5, 3.5])(source, patch: [4, 4, 4], spacing: [0.75, 0.75, 1.5])
    let values = try patch.floats()
    for x in 0..<4 {
      for y in 0..<4 {
        for z in 0..<4 {
          let expected = Float(((x + 4) * 10 + y + 3) * 8 + z + 2)
          #expect(abs(values[(x * 4 + y) * 4 + z] - expected) < 0.01)
        }
      }
    }
  }

  @Test func outsideIsZero() throws {
    let patch = try SpatialTransform(center: [100, 4.5, 3.5])(source, patch: [4, 4, 4], spacing: .one)
    #expect(try patch.floats().allSatisfy { $0 == 0 })
  }

  /// A finer label over the same box is read at the same places.
  @Test func resolutionsAgree() throws {
    var transform = SpatialTransform(center: [5, 4, 3], matrix: Affine(rotation: [0.2, 0.1, 0.3]))
    transform.warp = (7, 1)
    let positions = try transform.positions(in: [12, 10, 8], patch: [4, 4, 4], spacing: [1, 1, 2], on: .cpu)
    // Values that are linear in the place along x, in voxels of the coarse grid.
    func ramp(_ parts: Int) throws -> Tensor {
      let size = [12 * parts, 10 * parts, 8]
      let values = (0..<size.reduce(1, *)).map { (Float($0 / (size[1] * size[2])) + 0.5) / Float(parts) }
      return try Tensor(values, shape: [1, 1] + size)
    }
    let (coarse, fine) = try (
      ramp(1).gridSampled(positions, alignCorners: false).floats(), ramp(2).gridSampled(positions, alignCorners: false).floats()
    )
    #expect(zip(coarse, fine).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func mirroringTwiceIsNothing() throws {
    let mirror = Affine(x: [-1, 0, 0], y: [0, 1, 0], z: [0, 0, 1], origin: .zero)
    let transform = SpatialTransform(center: [5.5, 4.5, 3.5], matrix: mirror)
    let once = try transform(source, patch: [12, 10, 8], spacing: .one)
    let twice = try transform(once, patch: [12, 10, 8], spacing: .one)
    #expect(try zip(twice.floats(), source.floats()).allSatisfy { abs($0 - $1) < 0.01 })
    #expect(try zip(once.floats(), source.flipped(dims: [2]).floats()).allSatisfy { abs($0 - $1) < 0.01 })
  }

  /// Rotations happen in millimeters: on an anisotropic grid a quarter turn about x maps y onto z by their spacings' ratio.
  @Test func rotationsKnowTheSpacing() throws {
    let grid = try Tensor((0..<(9 * 9 * 9)).map { Float($0 / 9 % 9) }, shape: [1, 1, 9, 9, 9])  // value = y index
    let quarter = Affine(rotation: [.pi / 2, 0, 0])
    let patch = try SpatialTransform(center: [4, 4, 4], matrix: quarter)(grid, patch: [3, 3, 3], spacing: [1, 1, 2])
    // One step of 2 mm along z is a step of two voxels along y, up or down.
    let values = try patch.floats()
    #expect(abs(abs(values[2] - values[1]) - 2) < 1e-3)
    #expect(abs(values[3] - values[0]) < 1e-3)
  }

  @Test func theSameSeedDrawsTheSame() throws {
    var (a, b) = (Generator(seed: 5), Generator(seed: 5))
    let settings = AugmentationSettings()
    let first = try SpatialTransform(center: [5, 5, 4], settings, generator: &a)(source, patch: [8, 8, 8], spacing: .one).floats()
    let second = try SpatialTransform(center: [5, 5, 4], settings, generator: &b)(source, patch: [8, 8, 8], spacing: .one).floats()
    #expect(first == second)
  }
}

@Suite struct IntensityTransformTests {
  let image = try! Tensor.uniform(shape: [1, 1, 8, 8, 8], seed: 3)
  let label = try! Tensor.uniform(shape: [1, 1, 8, 8, 8], seed: 4)
  let inside = try! Tensor.ones(shape: [1, 1, 8, 8, 8])

  @Test func noSettingsChangeNothing() throws {
    var generator = Generator(seed: 1)
    let result = try IntensityTransform(.none, generator: &generator)(image: image, label: label, inside: inside)
    #expect(try result.image.floats() == image.floats())
    #expect(try result.inside.floats() == inside.floats())
  }

  @Test func aStraightCurveIsTheIdentity() throws {
    var transform = IntensityTransform()
    transform.curve = [0, 0.25, 0.5, 0.75, 1]
    let result = try transform(image: image, label: label, inside: inside).image
    #expect(try zip(result.floats(), image.floats()).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func aFallingCurveIsTheNegative() throws {
    var (curve, negative) = (IntensityTransform(), IntensityTransform())
    curve.curve = [1, 0]
    negative.inverted = true
    let (a, b) = try (
      curve(image: image, label: label, inside: inside).image.floats(), negative(image: image, label: label, inside: inside).image.floats()
    )
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func lowResolutionKeepsTheMean() throws {
    var transform = IntensityTransform()
    transform.reduction = [2, 2, 4]
    let result = try transform(image: image, label: label, inside: inside).image
    // Pooling keeps the mean exactly; going back up by interpolation keeps it to the rim's weight.
    #expect(abs(try result.mean().item() - image.mean().item()) < 0.02)
    #expect(try result.floats() != image.floats())
  }

  /// Whatever noise and curves make of nothing, outside the field of view the network sees what it will see in use: zero.
  @Test func outsideTheFieldOfViewIsZero() throws {
    var transform = IntensityTransform()
    transform.field = ([0.5, 0, 0], [1, 1, 1])
    (transform.curve, transform.noise, transform.inverted) = ([0.3, 0.9], (8, 0.05), true)
    var left = [Float](repeating: 1, count: 512)
    for i in 0..<512 where i % 8 == 0 { left[i] = 0 }
    let result = try transform(image: image, label: label, inside: Tensor(left, shape: [1, 1, 8, 8, 8]))
    let (values, seen) = try (result.image.floats(), result.inside.floats())
    for i in 0..<512 { #expect(seen[i] == (i < 256 || i % 8 == 0 ? 0 : 1)) }
    #expect(zip(values, seen).allSatisfy { $1 == 1 || $0 == 0 })
  }

  @Test func aRingIsOutsideTheCord() throws {
    var values = [Float](repeating: 0, count: 729)
    for x in 3..<6 { for y in 3..<6 { for z in 0..<9 { values[(x * 9 + y) * 9 + z] = 1 } } }
    let cord = try Tensor(values, shape: [1, 1, 9, 9, 9])
    var transform = IntensityTransform()
    transform.ring = 1
    let result = try transform(image: Tensor.zeros(shape: [1, 1, 9, 9, 9]), label: cord, inside: Tensor.ones(shape: [1, 1, 9, 9, 9])).image
      .floats()
    #expect(result[(4 * 9 + 4) * 9 + 4] == 0)  // inside the cord
    #expect(result[(2 * 9 + 4) * 9 + 4] > 0.5)  // beside it
    #expect(result[(0 * 9 + 0) * 9 + 4] == 0)  // far away
  }
}
