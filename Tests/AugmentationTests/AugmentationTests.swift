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

  @Test func noSettingsChangeNothing() throws {
    var generator = Generator(seed: 1)
    let result = try IntensityTransform(.none, generator: &generator)(image: image, label: label)
    #expect(try result.image.floats() == image.floats())
    #expect(try result.label.floats() == label.floats())
  }

  @Test func aStraightCurveIsTheIdentity() throws {
    var transform = IntensityTransform()
    transform.curve = [0, 0.25, 0.5, 0.75, 1]
    let result = try transform(image: image, label: label).image
    #expect(try zip(result.floats(), image.floats()).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func aFallingCurveIsTheNegative() throws {
    var (curve, negative) = (IntensityTransform(), IntensityTransform())
    curve.curve = [1, 0]
    negative.inverted = true
    let (a, b) = try (curve(image: image, label: label).image.floats(), negative(image: image, label: label).image.floats())
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func intensityChangesLeaveTheLabelAlone() throws {
    var transform = IntensityTransform()
    transform.curve = [0.3, 0.9, 0.1]
    transform.cord = (0.5, 0.05, 9)
    transform.ring = 0.8
    transform.gamma = 1.7
    transform.bias = (7, 0.4)
    transform.noise = (8, 0.05)
    #expect(try transform(image: image, label: label).label.floats() == label.floats())
  }

  @Test func lowResolutionKeepsTheVolume() throws {
    var transform = IntensityTransform()
    transform.reduction = [2, 2, 4]
    let result = try transform(image: image, label: label)
    // Pooling keeps the mean exactly; going back up by interpolation keeps it to the rim's weight.
    #expect(abs(try result.label.mean().item() - label.mean().item()) < 0.02)
    #expect(try result.image.floats() != image.floats())
  }

  @Test func theFieldOfViewCutsBoth() throws {
    var transform = IntensityTransform()
    transform.field = ([0.5, 0, 0], [1, 1, 1])
    let result = try transform(image: image, label: label)
    #expect(try result.image.narrowed(dim: 2, start: 0, length: 4).floats().allSatisfy { $0 == 0 })
    #expect(try result.label.narrowed(dim: 2, start: 0, length: 4).floats().allSatisfy { $0 == 0 })
    #expect(try result.label.narrowed(dim: 2, start: 4, length: 4).floats() == label.narrowed(dim: 2, start: 4, length: 4).floats())
  }

  @Test func aRingIsOutsideTheCord() throws {
    var values = [Float](repeating: 0, count: 729)
    for x in 3..<6 { for y in 3..<6 { for z in 0..<9 { values[(x * 9 + y) * 9 + z] = 1 } } }
    let cord = try Tensor(values, shape: [1, 1, 9, 9, 9])
    var transform = IntensityTransform()
    transform.ring = 1
    let result = try transform(image: Tensor.zeros(shape: [1, 1, 9, 9, 9]), label: cord).image.floats()
    #expect(result[(4 * 9 + 4) * 9 + 4] == 0)  // inside the cord
    #expect(result[(2 * 9 + 4) * 9 + 4] > 0.5)  // beside it
    #expect(result[(0 * 9 + 0) * 9 + 4] == 0)  // far away
  }
}
