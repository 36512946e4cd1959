import Models
import Preprocessing
import Tensors
import Volumes

/// Segments scans with one model: load once, call for each scan.
public final class Segmenter {
  public let model: SegmentationModel
  /// What the convolutions compute in.
  public let precision: DType
  /// Looks everywhere instead of near where the localizer finds cord.
  public var searchesEverywhere = false
  /// Where no cord is found, looks whether there is one if the axes had other names, and says so.
  public var checksAxes = true
  /// Also finds out where the model does not know, which takes three times as long as the mask.
  public var findsUncertainty = false
  /// Also finds the canal, which changes nothing of the cord.
  public var findsCanal = false

  private var settings: PostProcessing { model.postProcessing }

  /// - Parameters:
  ///   - model: Read once for many scans.
  ///   - precision: What the convolutions compute in.
  public init(_ model: SegmentationModel, precision: Precision = .automatic) {
    ProcessTuning.apply()
    (self.model, self.precision) = (model, precision.dtype(on: model.segmenter.device, for: model))
  }

  /// The cord in a scan.
  ///
  /// - Parameters:
  ///   - image: A scan on any grid, of any contrast.
  ///   - progress: Called with the fraction done.
  /// - Throws: ``InferenceError``; `PreprocessingError` for an image without contrast; `TensorError` when memory runs out.
  public func segment(_ image: Volume, progress: (Double) -> Void = { _ in }) throws -> Segmentation {
    try Preprocessing.checkScale(of: image.grid)
    try Preprocessing.checkIsScan(image)
    do {
      return try segmentation(of: image, progress)
    } catch let error as InferenceError {
      if checksAxes, let axis = try axisOfCord(in: image) { throw InferenceError.misnamedAxes(superior: axis) }
      throw error
    }
  }

  /// The axis of the header along which a cord lies that is not found as the header names the axes; `nil` where there is none.
  private func axisOfCord(in image: Volume) throws -> String? {
    guard model.localizer != nil, !searchesEverywhere else { return nil }
    for order in [[1, 2, 0], [0, 2, 1], [2, 1, 0], [2, 0, 1]] {
      func renamed(_ vector: SIMD3<Double>) -> SIMD3<Double> { SIMD3(vector[order[0]], vector[order[1]], vector[order[2]]) }
      let (old, shape) = (image.grid.affine, image.grid.shape)
      let affine = Affine(x: renamed(old.x), y: renamed(old.y), z: renamed(old.z), origin: renamed(old.origin))
      let other = Volume(voxels: image.voxels, grid: Grid(shape: shape, affine: affine))
      let found = try? segmentation(of: other, { _ in })
      guard let direction = found?.mask.cordDirection, abs(direction.z) > 0.7 else { continue }
      return ["right–left", "anterior–posterior", "superior–inferior"][order[2]]
    }
    return nil
  }

  /// The cord in a scan, or in the part of one that a band without signal leaves.
  func segmentation(ofPart image: Volume, _ progress: (Double) -> Void) throws -> Segmentation {
    var start = ContinuousClock.now
    let network = try model.segmenter.frozen(in: precision)
    guard !findsCanal || network.canal != nil else { throw InferenceError.noCanal }
    guard network.description.blending == .occupancies else {
      guard !findsUncertainty else { throw InferenceError.noUncertainty }
      let (mask, windows) = try OutputBlending(network: network, precision: precision).mask(of: image, progress: progress)
      guard mask.voxels.contains(where: { $0 > 0.5 }) else { throw InferenceError.noCord(searchedEverywhere: true) }
      return Segmentation(
        mask: mask.withoutDust(below: settings.leastOccupancy), sidesCutByFieldOfView: mask.sidesReached(), windows: windows,
        timings: .init(network: start.secondsSince))
    }
    let box = image.filledBox()  // Nothing is cord where there is nothing to see; networks go on into the dark.
    let filled = (box.shape == image.grid.shape ? image : image.box(lower: box.lower, shape: box.shape)).withoutEmptyNoise()
    func onScan(_ part: Volume) -> Volume {
      guard box.shape != image.grid.shape else { return part }
      return Volume(voxels: part.box(lower: .zero &- box.lower, shape: image.grid.shape).voxels, grid: image.grid)
    }
    let long = filled.lengthened(where: settings.shortestScan, to: settings.lengthenedScan)
    let localizer = searchesEverywhere ? nil : try model.localizer?.frozen(in: precision)
    var timings = Segmentation.Timings()
    let window = try SlidingWindow(long, network: network, precision: precision, remembers: localizer != nil, findsCanal: findsCanal)
    let found = try localizer.map { try Localizer(network: $0, precision: precision, settings: settings).cord(in: long, beside: window) }
    let cord = found?.places
    timings.localizing = start.secondsSince
    if cord?.isEmpty == true { throw InferenceError.noCord(searchedEverywhere: false) }

    start = .now
    let (soft, windows, leftOut) = try cord.map { try near($0, window, progress) } ?? everywhere(window, progress)
    timings.network = window.networkSeconds
    timings.preparing = start.secondsSince - window.networkSeconds
    // Whatever a network says of noise, a mask in which no voxel is more cord than not holds no cord.
    guard soft.voxels.contains(where: { $0 > 0.5 }) else { throw InferenceError.noCord(searchedEverywhere: localizer == nil) }
    // Who asks to look everywhere gets what is there.
    let confidence = localizer == nil ? 1 : soft.confidence(above: settings.confidentOccupancy)
    if confidence < settings.minimumConfidence {
      throw InferenceError.doubtful(confidence: confidence, minimum: settings.minimumConfidence)
    }

    start = .now
    let mask = soft.onScan(filled)
    timings.resampling = start.secondsSince
    var result = Segmentation(
      mask: onScan(mask.withoutDust(below: settings.leastOccupancy)), sidesCutByFieldOfView: mask.sidesReached(), windows: windows.count,
      timings: timings)
    result.confidence = confidence
    result.notes =
      soft.remarks(on: leftOut + (found?.leftOut ?? []), least: settings.smallestVolume)
      + [result.mask.remarkOnAxes].compactMap { $0 }
    if findsCanal {
      result.canal = onScan(try canal(around: soft, windows, window).onScan(filled).withoutDust(below: settings.leastOccupancy))
    }
    if findsUncertainty {
      start = .now
      let (deviation, volumeSpread) = try uncertainty(of: soft, windows, window, near: cord)
      result.uncertainty = .init(map: onScan(deviation.resampled(onto: filled.grid)), volumeSpread: volumeSpread)
      result.timings.uncertainty = start.secondsSince
    }
    return result
  }

  private typealias Seen = (soft: Volume, windows: [SIMD3<Int>], leftOut: [LeftOut])

  private func everywhere(_ window: SlidingWindow, _ progress: (Double) -> Void) throws -> Seen {
    let windows = Windows.covering(window.grid, patch: window.patch, overlap: 0.5)
    return (try window.occupancy(in: windows, progress: progress), windows, [])
  }

  private func near(_ cord: [SIMD3<Double>], _ window: SlidingWindow, _ progress: (Double) -> Void) throws -> Seen {
    let reach = voxels([settings.marginAcross, settings.marginAcross, settings.marginAlong] / window.grid.spacing)
    let spare = voxels([settings.spareMargin, settings.spareMargin, 0] / window.grid.spacing)
    let toVoxel = window.grid.affine.inverse
    func following(_ points: [SIMD3<Int>]) -> [SIMD3<Int>] {
      Windows.following(points, margin: reach, spare: spare, patch: window.patch, shape: window.grid.shape)
    }
    var windows = following(cord.map { voxels(toVoxel($0)) })
    var soft = try window.occupancy(in: windows, progress: progress)
    // At low resolution a faint end of the cord is easily lost: go on as far as the segmenter itself sees cord.
    for _ in 0..<settings.extensions {
      let ways = Windows.continuations(of: soft, in: window.grid, seenThrough: windows, patch: window.patch, step: reach.z / 2)
      let further = ways.flatMap(following).filter { !windows.contains($0) }
      guard !further.isEmpty else { break }
      windows += further
      soft = try window.occupancy(in: windows, progress: progress)
    }
    let leftOut = keepCord(in: &soft, near: cord)
    return (soft, windows, leftOut)
  }

  /// Leaves what is cord of what was seen near the localizer's.
  @discardableResult
  private func keepCord(in soft: inout Volume, near cord: [SIMD3<Double>]) -> [LeftOut] {
    let seen = soft
    let away = soft.keepCord(above: settings.faintOccupancy, near: cord, within: settings.localizerSpacing)
    let doubtful = soft.keepEdges(settings)
    return (away + doubtful).compactMap { LeftOut($0, of: seen) }
  }

  /// The canal around the cord: the piece that holds it, and nothing less than the cord.
  private func canal(around soft: Volume, _ windows: [SIMD3<Int>], _ window: SlidingWindow) throws -> Volume {
    var canal = try window.canal(in: windows)
    for piece in canal.connectedComponents(above: settings.faintOccupancy) where !piece.contains(where: { soft.voxels[$0] > 0.5 }) {
      for offset in piece { canal.voxels[offset] = 0 }
    }
    for offset in canal.voxels.indices { canal.voxels[offset] = max(canal.voxels[offset], soft.voxels[offset]) }
    return canal
  }

  /// Looks again in other ways through the windows that held the cord.
  private func uncertainty(
    of soft: Volume, _ windows: [SIMD3<Int>], _ window: SlidingWindow, near cord: [SIMD3<Double>]?
  ) throws -> (deviation: Volume, volumeSpread: Double) {
    var disagreement = ViewDisagreement(soft)
    for view in View.others {
      var other = try window.occupancy(in: windows, as: view)
      if let cord { keepCord(in: &other, near: cord) }
      disagreement.add(other)
    }
    return (disagreement.deviation, disagreement.volumeSpread)
  }

  /// The voxel that holds a point.
  private func voxels(_ position: SIMD3<Double>) -> SIMD3<Int> {
    let nearest = position.rounded(.toNearestOrAwayFromZero)
    return SIMD3(Int(nearest.x), Int(nearest.y), Int(nearest.z))
  }
}

extension Volume {
  /// Occupancy on the working grid as occupancy of a scan's voxels.
  fileprivate func onScan(_ scan: Volume) -> Volume {
    var mask = redistributed(onto: scan.grid)
    // Sharp edges make it overshoot a little.
    mask.voxels.withUnsafeMutableBufferPointer { for i in $0.indices { $0[i] = min(max($0[i], 0), 1) } }
    mask.clear(whereEmpty: scan)
    return mask
  }
}

extension ContinuousClock.Instant {
  /// Seconds since this moment.
  var secondsSince: Double { (ContinuousClock.now - self) / .seconds(1) }
}
