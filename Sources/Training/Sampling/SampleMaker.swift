import Augmentation
import Models
import Numerics
import Tensors
import Volumes

/// Makes samples of cases: a place in the scan, and what is changed there.
struct SampleMaker: Sendable {
  let configuration: TrainingConfiguration

  /// A patch of a case, changed as the configuration says.
  ///
  /// - Parameter generator: Its draws decide everything.
  func sample(of source: TrainingCase, _ generator: Generator) throws -> Sample {
    var generator = generator
    let center = center(in: source, generator: &generator)
    switch configuration.augmentation.set {
    case .softcord: return try changed(source, center, generator: &generator)
    case .paper: return try published(source, center, asRun: false, generator: &generator)
    case .paperAsRun: return try published(source, center, asRun: true, generator: &generator)
    case .none: return try unchanged(source, at: center)
    }
  }

  /// A patch as it is, where a drawn one would most likely lie.
  func unchanged(_ source: TrainingCase) throws -> Sample {
    let near = source.cord.isEmpty ? middle(of: source) : SIMD3<Double>(source.cord[source.cord.count / 2])
    return try unchanged(source, at: configuration.data.placement == .centered ? middle(of: source) : near)
  }

  private func changed(_ source: TrainingCase, _ center: SIMD3<Double>, generator: inout Generator) throws -> Sample {
    var (settings, center) = (configuration.augmentation, center)
    if source.exact, let share = configuration.data.simulation.unchanged, generator.chance(share) {
      settings = settings.sharp
      // Between voxels, interpolation would blur.
      center = onVoxels(center)
    }
    let transform = SpatialTransform(center: center, settings, generator: &generator)
    let look = IntensityTransform(settings, generator: &generator)
    let patch = try self.patch(source, transform)
    let seen = try look(image: patch.image, label: patch.label, inside: patch.inside)
    var trust = seen.inside
    // A cord that was painted anew ends where its label says.
    if look.cord == nil { trust = try trust * self.trust(patch.label, source) }
    return try Sample(image: seen.image.zScored(), label: patch.label * seen.inside, trust: trust)
  }

  private func published(_ source: TrainingCase, _ center: SIMD3<Double>, asRun: Bool, generator: inout Generator) throws -> Sample {
    let transform = PaperTransform(asRun: asRun, shape: configuration.stage.patch, generator: &generator)
    let patch = try self.patch(source, SpatialTransform(center: center))
    let seen = try transform(image: patch.image, label: patch.label)
    return try Sample(
      image: seen.image.zScored() * transform.gain, label: seen.label, trust: Tensor.ones(shape: seen.label.shape, on: seen.label.device))
  }

  private func unchanged(_ source: TrainingCase, at center: SIMD3<Double>) throws -> Sample {
    let patch = try self.patch(source, SpatialTransform(center: center))
    return try Sample(image: patch.image.zScored(), label: patch.label * patch.inside, trust: patch.inside * trust(patch.label, source))
  }

  private func center(in source: TrainingCase, generator: inout Generator) -> SIMD3<Double> {
    if configuration.data.placement == .centered { return middle(of: source) }
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
  private func onVoxels(_ center: SIMD3<Double>) -> SIMD3<Double> {
    let half = (SIMD3<Double>(SIMD3(configuration.stage.patch[0], configuration.stage.patch[1], configuration.stage.patch[2])) - 1) / 2
    return (center - half).rounded(.toNearestOrAwayFromZero) + half
  }

  /// Center of the patch in the middle of a scan; its voxels are voxels of the scan.
  private func middle(of source: TrainingCase) -> SIMD3<Double> {
    var center = SIMD3<Double>.zero
    for axis in 0..<3 {
      let size = configuration.stage.patch[axis]
      center[axis] = Double(source.shape[axis] / 2 - size / 2) + Double(size - 1) / 2
    }
    return center
  }

  /// Image, occupancy and field of view, of the patch's size.
  func patch(
    _ source: TrainingCase, _ transform: SpatialTransform
  ) throws -> (image: Tensor, label: Tensor, inside: Tensor) {
    if let cut = transform.cut(patch: configuration.stage.patch, from: Array(source.image.shape[2...])) {
      let image = try self.box(of: source.image, of: source, cut)
      return try (
        image.narrowed(dim: 1, start: 0, length: 1), box(of: source.label, of: source, cut), image.narrowed(dim: 1, start: 1, length: 1)
      )
    }
    let positions = try transform.positions(
      in: Array(source.image.shape[2...]), patch: configuration.stage.patch, spacing: configuration.stage.preprocessing.spacing,
      on: source.image.device)
    let image = try source.image.gridSampled(positions, alignCorners: false)
    return (
      try image.narrowed(dim: 1, start: 0, length: 1), try source.label.gridSampled(positions, alignCorners: false),
      try image.narrowed(dim: 1, start: 1, length: 1).isGreater(than: 0.5).to(.float32)
    )
  }

  /// A patch that is cut out; 0 outside of the scan.
  ///
  /// - Parameter tensor: The scan's image, or its label: the mean of its finer voxels is what lies in the middle between them.
  private func box(of tensor: Tensor, of source: TrainingCase, _ cut: (first: SIMD3<Int>, isMirrored: Bool)) throws -> Tensor {
    let (size, patch) = (tensor.shape, configuration.stage.patch)
    let parts = (0..<3).map { size[2 + $0] / source.image.shape[2 + $0] }
    let amounts = [2, 1, 0].flatMap { axis -> [Int] in
      let first = cut.first[axis] * parts[axis]
      return [-first, first + patch[axis] * parts[axis] - size[2 + axis]]
    }
    var box = try tensor.padded(amounts)
    if parts != [1, 1, 1] { box = try box.averagePool3d(kernel: parts) }
    return cut.isMirrored ? try box.flipped(dims: [2]) : box
  }

  /// 1 where all voxels within the tolerance of a drawn mask's edge agree, else 0; 1 everywhere without a tolerance.
  private func trust(_ label: Tensor, _ source: TrainingCase) throws -> Tensor {
    guard let tolerance = configuration.data.edgeTolerance, !source.exact else {
      return try Tensor.ones(shape: label.shape, on: label.device)
    }
    let spacing = configuration.stage.preprocessing.spacing
    let reach = (0..<3).map { Int((tolerance / spacing[$0]).rounded(.up)) }
    var mean = try label.paddedByRepeating([reach[2], reach[2], reach[1], reach[1], reach[0], reach[0]])
    for axis in 0..<3 {
      var kernel = [1, 1, 1]
      kernel[axis] = 2 * reach[axis] + 1
      mean = try mean.averagePool3d(kernel: kernel, stride: [1, 1, 1])
    }
    return try mean.isLess(than: 0.02).to(.float32) + mean.isGreater(than: 0.98).to(.float32)
  }
}
