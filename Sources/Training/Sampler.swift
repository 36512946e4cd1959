import Augmentation
import Models
import Tensors
import Volumes

/// Draws batches of changed patches from a pool.
struct Sampler {
  let configuration: TrainingConfiguration
  let pool: CasePool

  /// One batch: z-scored images and labels, [N, 1, X, Y, Z].
  func batch(epoch: Int, step: Int) throws -> (images: Tensor, labels: Tensor) {
    let size = configuration.schedule.batch
    let samples = try (0..<size).map { try sample(epoch: epoch, index: step * size + $0) }
    return try (Tensor.cat(samples.map(\.image), dim: 0).zScored(), Tensor.cat(samples.map(\.label), dim: 0))
  }

  func sample(epoch: Int, index: Int) throws -> (image: Tensor, label: Tensor) {
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
    let moved = try SpatialTransform(center: center, settings, generator: &generator)(source.channels, patch: patch, spacing: spacing)
    return try IntensityTransform(settings, generator: &generator)(
      image: moved.narrowed(dim: 1, start: 0, length: 1), label: moved.narrowed(dim: 1, start: 1, length: 1))
  }
}
