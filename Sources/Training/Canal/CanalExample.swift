import Augmentation
import Models
import Numerics
import Preprocessing
import Simulation
import Tensors
import Volumes

/// A patch of a simulated scan, as the segmenter sees it, whose canal is known.
struct CanalExample: Sendable {
  /// Prepared intensities; 0 outside of the scan.
  let image: Volume
  /// Fraction of each voxel inside the dura.
  let canal: Volume
  /// 1 in the scan, 0 outside.
  let inside: Volume

  /// Patches of one random scan.
  ///
  /// - Parameters:
  ///   - seed: The same seed gives the same patches.
  ///   - count: How many; fewer where the scan shows nothing.
  ///   - stage: The segmenter that will see them.
  static func patches(seed: UInt64, count: Int, stage: StageDescription) -> [CanalExample] {
    var g = Generator(seed: seed, stream: 30)
    let (neck, acquisition) = trainingAcquisition(seed: g.next())
    let scan = acquire(neck, acquisition)
    guard
      let prepared = try? PreparedCase(
        image: scan.image, stage.preprocessing, parts: .one,
        label: { grid in scan.canal.redistributed(onto: grid).map { min(max($0, 0), 1) } }), !prepared.cord.isEmpty
    else { return [] }
    let shape = SIMD3(stage.patch)
    let inside = Volume(repeating: 1, grid: prepared.image.grid)
    return (0..<count).map { _ in
      let middle = prepared.cord[Int(g.uniform(0, Double(prepared.cord.count)))]
      let moved = SIMD3(Int(g.normal(0, 6)), Int(g.normal(0, 6)), Int(g.normal(0, 3)))
      let lower = middle &+ moved &- shape / 2
      return CanalExample(
        image: prepared.image.box(lower: lower, shape: shape), canal: prepared.label.box(lower: lower, shape: shape),
        inside: inside.box(lower: lower, shape: shape))
    }
  }

  /// What the segmenter sees, the canal, and where there is something to see, [1, 1, X, Y, Z] each.
  ///
  /// - Parameter changed: Chance of other intensities.
  func sample(changed: Double, generator g: inout Generator) throws -> Sample {
    var (image, label, trust) = (try Tensor(image), try Tensor(canal), try Tensor(inside))
    if g.chance(changed) {
      var settings = AugmentationSettings()
      (settings.remap, settings.recolor, settings.crop, settings.lowResolution) = (0.2, 0, 0.1, 0.2)
      (settings.gamma, settings.invert, settings.bias, settings.noise) = (0.2, 0.1, 0.35, 0.03)
      (image, trust) = try IntensityTransform(settings, generator: &g)(image: image, label: label, inside: trust)
    }
    if g.chance(0.5) { (image, label, trust) = try (image.flipped(dims: [2]), label.flipped(dims: [2]), trust.flipped(dims: [2])) }
    return Sample(image: try image.zScored(), label: label, trust: trust)
  }
}
