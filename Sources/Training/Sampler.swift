import Augmentation
import Models
import Tensors
import Volumes

/// What the network sees and should say, [N, 1, X, Y, Z] each.
struct Sample {
  /// Intensities, 0 outside the field of view.
  var image: Tensor
  /// Occupancy.
  var label: Tensor
  /// 1 where the label is to be believed, else 0.
  var trust: Tensor
}

/// Draws batches of changed patches from a pool.
struct Sampler {
  let configuration: TrainingConfiguration
  let pool: CasePool

  /// One batch, its images z-scored.
  func batch(epoch: Int, step: Int) throws -> Sample {
    let size = configuration.schedule.batch
    let samples = try (0..<size).map { try sample(epoch: epoch, index: step * size + $0) }
    return try Sample(
      image: Tensor.cat(samples.map(\.image), dim: 0).zScored(), label: Tensor.cat(samples.map(\.label), dim: 0),
      trust: Tensor.cat(samples.map(\.trust), dim: 0))
  }

  func sample(epoch: Int, index: Int) throws -> Sample {
    var generator = pool.generator(epoch: epoch, index: index)
    let source = pool.draw(&generator)
    let (patch, spacing) = (configuration.stage.patch, configuration.stage.preprocessing.spacing)
    var center = SIMD3<Double>.zero
    if !source.cord.isEmpty, generator.chance(configuration.data.nearCord) {
      center = SIMD3<Double>(source.cord[Int(generator.uniform(0, Double(source.cord.count)))])
      for axis in 0..<3 { center[axis] += generator.normal(0, configuration.data.spread) / spacing[axis] }
    } else {
      for axis in 0..<3 { center[axis] = generator.uniform(0, Double(source.shape[axis])) - 0.5 }
    }
    let settings = configuration.augmentation
    let positions = try SpatialTransform(center: center, settings, generator: &generator).positions(
      in: Array(source.image.shape[2...]), patch: patch, spacing: spacing, on: source.image.device)
    let image = try source.image.gridSampled(positions, alignCorners: false)
    let label = try source.label.gridSampled(positions, alignCorners: false)
    let look = IntensityTransform(settings, generator: &generator)
    let seen = try look(
      image: image.narrowed(dim: 1, start: 0, length: 1), label: label,
      inside: image.narrowed(dim: 1, start: 1, length: 1).isGreater(than: 0.5).to(.float32))
    var trust = seen.inside
    // A cord that was painted anew ends where its label says.
    if let tolerance = configuration.data.edgeTolerance, !source.exact, look.cord == nil {
      trust = try trust * awayFromEdge(label, tolerance: tolerance)
    }
    return try Sample(image: seen.image, label: label * seen.inside, trust: trust)
  }

  /// 1 where all voxels within the tolerance (mm) agree, else 0.
  private func awayFromEdge(_ label: Tensor, tolerance: Double) throws -> Tensor {
    let spacing = configuration.stage.preprocessing.spacing
    let reach = (0..<3).map { Int((tolerance / spacing[$0]).rounded(.up)) }
    let mean = try label.paddedByRepeating([reach[2], reach[2], reach[1], reach[1], reach[0], reach[0]])
      .averagePool3d(kernel: reach.map { 2 * $0 + 1 }, stride: [1, 1, 1])
    return try mean.isLess(than: 0.02).to(.float32) + mean.isGreater(than: 0.98).to(.float32)
  }
}
