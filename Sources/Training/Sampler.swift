import Augmentation
import Models
import Tensors
import Volumes

/// What the network sees and should say, [N, 1, X, Y, Z] each.
struct Sample {
  /// Intensities, normalized.
  var image: Tensor
  /// Occupancy.
  var label: Tensor
  /// 1 where the label is to be believed, else 0.
  var trust: Tensor

  /// Samples as one batch.
  init(_ samples: [Sample]) throws {
    self.init(
      image: try Tensor.cat(samples.map(\.image), dim: 0), label: try Tensor.cat(samples.map(\.label), dim: 0),
      trust: try Tensor.cat(samples.map(\.trust), dim: 0))
  }

  init(image: Tensor, label: Tensor, trust: Tensor) { (self.image, self.label, self.trust) = (image, label, trust) }
}

/// Draws batches of changed patches from a pool.
struct Sampler {
  let configuration: TrainingConfiguration
  let pool: CasePool
  let stepsPerEpoch: Int
  /// This process's part of every batch, of how many.
  var share: (rank: Int, of: Int) = (0, 1)

  /// One batch.
  ///
  /// - Parameter part: Which of the batches that are added up for the step.
  func batch(epoch: Int, step: Int, part: Int = 0) async throws -> Sample {
    var samples: [Sample] = []
    for index in indices(step: step, part: part) { samples.append(try await sample(epoch: epoch, index: index)) }
    return try Sample(samples)
  }

  /// Turns to an epoch: starts making the simulated scans that it and the next one need, in the order of need.
  func enter(epoch: Int) {
    pool.enter(epoch: epoch)
    for epoch in epoch...min(epoch + 1, configuration.schedule.epochs - 1) {
      for step in 0..<stepsPerEpoch {
        for choice in choices(epoch: epoch, step: step) { if case .simulated = choice { pool.prepare(choice) } }
      }
    }
  }

  /// Starts reading what a later step needs.
  func prepare(epoch: Int, step: Int) {
    guard step < stepsPerEpoch else { return }
    for choice in choices(epoch: epoch, step: step) { pool.prepare(choice) }
  }

  /// The cases that a step shows to this process.
  func choices(epoch: Int, step: Int) -> [CasePool.Choice] {
    (0..<(configuration.schedule.accumulation ?? 1)).flatMap { part in
      indices(step: step, part: part).map { index in
        var generator = pool.generator(epoch: epoch, index: index)
        return pool.draw(&generator, epoch: epoch, sample: number(epoch: epoch, index: index))
      }
    }
  }

  /// Numbers of this process's samples in the epoch: however many processes there are, a step sees the same ones.
  private func indices(step: Int, part: Int) -> Range<Int> {
    let batch = configuration.schedule.batch
    let all = configuration.schedule.samplesPerStep * share.of
    let first = step * all + (part * share.of + share.rank) * batch
    return first..<first + batch
  }

  /// Number of a sample in the whole run.
  private func number(epoch: Int, index: Int) -> Int {
    epoch * stepsPerEpoch * configuration.schedule.samplesPerStep * share.of + index
  }

  func sample(epoch: Int, index: Int) async throws -> Sample {
    var generator = pool.generator(epoch: epoch, index: index)
    let choice = pool.draw(&generator, epoch: epoch, sample: number(epoch: epoch, index: index))
    let source = try await pool.take(choice)
    let center = Self.center(in: source, configuration, generator: &generator)
    switch configuration.augmentation.set {
    case .softcord: return try changed(source, center, generator: &generator)
    case .paper: return try published(source, center, asRun: false, generator: &generator)
    case .paperAsRun: return try published(source, center, asRun: true, generator: &generator)
    case .none: return try Self.unchanged(source, at: center, configuration)
    }
  }

  private func changed(_ source: TrainingCase, _ center: SIMD3<Double>, generator: inout Generator) throws -> Sample {
    var (settings, center) = (configuration.augmentation, center)
    if source.exact, let share = configuration.data.simulation.unchanged, generator.chance(share) {
      settings = .mirrored(settings.mirror)
      // Between voxels, interpolation would blur.
      center = Self.onVoxels(center, configuration)
    }
    let transform = SpatialTransform(center: center, settings, generator: &generator)
    let look = IntensityTransform(settings, generator: &generator)
    let patch = try Self.patch(source, transform, configuration)
    let seen = try look(image: patch.image, label: patch.label, inside: patch.inside)
    var trust = seen.inside
    // A cord that was painted anew ends where its label says.
    if look.cord == nil { trust = try trust * Self.trust(patch.label, source, configuration) }
    return try Sample(image: seen.image.zScored(), label: patch.label * seen.inside, trust: trust)
  }

  private func published(_ source: TrainingCase, _ center: SIMD3<Double>, asRun: Bool, generator: inout Generator) throws -> Sample {
    let transform = PaperTransform(asRun: asRun, shape: configuration.stage.patch, generator: &generator)
    let patch = try Self.patch(source, SpatialTransform(center: center), configuration)
    let seen = try transform(image: patch.image, label: patch.label)
    return try Sample(
      image: seen.image.zScored() * transform.gain, label: seen.label, trust: Tensor.ones(shape: seen.label.shape, on: seen.label.device))
  }
}

extension Sampler {
  /// A patch as it is, where a drawn one would most likely lie.
  static func unchanged(_ source: TrainingCase, _ configuration: TrainingConfiguration) throws -> Sample {
    let near = source.cord.isEmpty ? middle(of: source, configuration) : SIMD3<Double>(source.cord[source.cord.count / 2])
    return try unchanged(
      source, at: configuration.data.placement == .centered ? middle(of: source, configuration) : near, configuration)
  }

  private static func unchanged(
    _ source: TrainingCase, at center: SIMD3<Double>, _ configuration: TrainingConfiguration
  ) throws -> Sample {
    let patch = try patch(source, SpatialTransform(center: center), configuration)
    return try Sample(
      image: patch.image.zScored(), label: patch.label * patch.inside, trust: patch.inside * trust(patch.label, source, configuration))
  }

  private static func center(
    in source: TrainingCase, _ configuration: TrainingConfiguration, generator: inout Generator
  ) -> SIMD3<Double> {
    if configuration.data.placement == .centered { return middle(of: source, configuration) }
    var center = SIMD3<Double>.zero
    if !source.cord.isEmpty, generator.chance(configuration.data.nearCord) {
      // The list goes upwards: the first and the last ones are where the cord ends, or leaves the scan.
      let (count, end) = (source.cord.count, source.cord.count / 20 + 1)
      var some = 0..<count
      if let share = configuration.data.nearTop, generator.chance(share) {
        some = count - end..<count
      } else if let share = configuration.data.nearTip, generator.chance(share) {
        some = 0..<end
      }
      center = SIMD3<Double>(source.cord[some.lowerBound + Int(generator.uniform(0, Double(some.count)))])
      for axis in 0..<3 { center[axis] += generator.normal(0, configuration.data.spread) / configuration.stage.preprocessing.spacing[axis] }
    } else {
      for axis in 0..<3 { center[axis] = generator.uniform(0, Double(source.shape[axis])) - 0.5 }
    }
    return center
  }

  /// The nearest center whose patch holds voxels of the scan as they are.
  private static func onVoxels(_ center: SIMD3<Double>, _ configuration: TrainingConfiguration) -> SIMD3<Double> {
    let half = (SIMD3<Double>(SIMD3(configuration.stage.patch[0], configuration.stage.patch[1], configuration.stage.patch[2])) - 1) / 2
    return (center - half).rounded(.toNearestOrAwayFromZero) + half
  }

  /// Center of the patch in the middle of a scan; its voxels are voxels of the scan.
  private static func middle(of source: TrainingCase, _ configuration: TrainingConfiguration) -> SIMD3<Double> {
    var center = SIMD3<Double>.zero
    for axis in 0..<3 {
      let size = configuration.stage.patch[axis]
      center[axis] = Double(source.shape[axis] / 2 - size / 2) + Double(size - 1) / 2
    }
    return center
  }

  private static func patch(
    _ source: TrainingCase, _ transform: SpatialTransform, _ configuration: TrainingConfiguration
  ) throws -> (image: Tensor, label: Tensor, inside: Tensor) {
    let positions = try transform.positions(
      in: Array(source.image.shape[2...]), patch: configuration.stage.patch, spacing: configuration.stage.preprocessing.spacing,
      on: source.image.device)
    let image = try source.image.gridSampled(positions, alignCorners: false)
    return (
      try image.narrowed(dim: 1, start: 0, length: 1), try source.label.gridSampled(positions, alignCorners: false),
      try image.narrowed(dim: 1, start: 1, length: 1).isGreater(than: 0.5).to(.float32)
    )
  }

  /// 1 where all voxels within the tolerance of a drawn mask's edge agree, else 0; 1 everywhere without a tolerance.
  private static func trust(_ label: Tensor, _ source: TrainingCase, _ configuration: TrainingConfiguration) throws -> Tensor {
    guard let tolerance = configuration.data.edgeTolerance, !source.exact else {
      return try Tensor.ones(shape: label.shape, on: label.device)
    }
    let spacing = configuration.stage.preprocessing.spacing
    let reach = (0..<3).map { Int((tolerance / spacing[$0]).rounded(.up)) }
    let mean = try label.paddedByRepeating([reach[2], reach[2], reach[1], reach[1], reach[0], reach[0]])
      .averagePool3d(kernel: reach.map { 2 * $0 + 1 }, stride: [1, 1, 1])
    return try mean.isLess(than: 0.02).to(.float32) + mean.isGreater(than: 0.98).to(.float32)
  }
}
