import Models
import Preprocessing
import Tensors
import Volumes

/// What a segmenter says of one scan.
public struct Segmentation: Sendable {
  /// Fraction of each voxel that is cord, 0…1, on exactly the scan's grid.
  public let mask: Volume
  /// Where the model does not know: the standard deviation of occupancy over several ways to look at the scan, 0…0.5, on its grid;
  /// `nil` where it was not asked for.
  public internal(set) var uncertainty: Uncertainty?
  /// The sides of the field of view through which the cord leaves it.
  public let leaves: [Side]
  /// How many windows the network looked at, each once.
  public let windows: Int
  /// Where the time went.
  public internal(set) var timings: Timings

  /// How far several ways to look at a scan are apart.
  public struct Uncertainty: Sendable {
    /// Standard deviation of each voxel's occupancy, 0…0.5.
    public let map: Volume
    /// Standard deviation of the cord's volume as a share of it.
    public let volumeSpread: Double
  }

  /// Seconds of each part of the work.
  public struct Timings: Sendable {
    /// Finding the cord at low resolution, its network included.
    public internal(set) var localizing = 0.0
    /// The segmenter's network.
    public internal(set) var network = 0.0
    /// Bringing the scan onto the working grid, and blending windows.
    public internal(set) var preparing = 0.0
    /// Bringing occupancy back onto the scan's grid.
    public internal(set) var resampling = 0.0
    /// Looking in other ways, where uncertainty was asked for.
    public internal(set) var uncertainty = 0.0
  }
}

/// Segments scans with one model: load once, call for each scan.
public final class Segmenter {
  public let model: SegmentationModel
  /// What the convolutions compute in; bfloat16 is faster on processors that know it and a little less exact.
  public var precision: DType = .float32
  /// Looks everywhere instead of near where the localizer finds cord.
  public var searchesEverywhere = false
  /// Also finds out where the model does not know, which takes three times as long as the mask.
  public var findsUncertainty = false

  /// How far around the localized cord the network looks, mm: across the cord and along it.
  private let margin = (across: 9.0, along: 24.0)
  /// How much of the margin across is given up where that spares windows, mm. What the localizer found is often a millimeter too wide for one
  /// window; two side by side take twice the time, and areas are no nearer to the truth.
  private let spare = 6.0
  /// What is brighter than this belongs to some object; a faint haze joins nothing.
  private let faint: Float = 0.1
  /// How far from a voxel that is more cord than not others may be cord in part, mm.
  private let edge = 4.5
  /// A cord is no speck: less than this alone, all of it more cord than not, is a mistake, mm³.
  private let speck = 30.0
  /// Least ``Volume/sureness`` of a cord, and of a piece of mask that lies apart: cords have 0.95 and more, half a cord at the rim of a
  /// coarse scan 0.8; a leg's bones, where the localizer does not tell them from a cord, have 0.6 at most, what begins anew among the roots
  /// or in the brain mostly none.
  private let leastSureness: Float = 0.75
  /// Scans shorter than this from foot to head are lengthened, and how far, mm.
  private let (shortest, enough) = (30.0, 60.0)
  /// How often the windows are extended at the ends.
  private let most = 8

  /// - Parameters:
  ///   - model: Read once for many scans.
  ///   - precision: What the convolutions compute in.
  public init(_ model: SegmentationModel, precision: Precision = .float32) {
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
    var start = ContinuousClock.now
    let stage = try model.segmenter.frozen(in: precision)
    guard stage.description.blending == .occupancies else {
      guard !findsUncertainty else { throw InferenceError.noUncertainty }
      let (mask, windows) = try OutputBlending(stage: stage, precision: precision).mask(of: image, progress: progress)
      guard mask.voxels.contains(where: { $0 > 0.5 }) else { throw InferenceError.noCord(searchedEverywhere: true) }
      return Segmentation(mask: mask, leaves: mask.sidesReached(), windows: windows, timings: .init(network: start.secondsSince))
    }
    // Nothing is cord where there is nothing to see; networks go on into the dark.
    let box = image.filledBox()
    let filled = (box.shape == image.grid.shape ? image : image.box(lower: box.lower, shape: box.shape)).withoutEmptyNoise()
    func onScan(_ part: Volume) -> Volume {
      guard box.shape != image.grid.shape else { return part }
      return Volume(voxels: part.box(lower: .zero &- box.lower, shape: image.grid.shape).voxels, grid: image.grid)
    }
    let long = filled.lengthened(where: shortest, to: enough)
    let localizer = searchesEverywhere ? nil : try model.localizer?.frozen(in: precision)
    var timings = Segmentation.Timings()
    let window = try SlidingWindow(long, stage: stage, precision: precision, remembers: localizer != nil)
    let cord = try localizer.map { try Localizer(stage: $0, precision: precision).cord(in: long, beside: window) }
    timings.localizing = start.secondsSince
    if cord?.isEmpty == true { throw InferenceError.noCord(searchedEverywhere: false) }

    start = .now
    let (soft, windows) = try cord.map { try near($0, window, progress) } ?? everywhere(window, progress)
    timings.network = window.networkSeconds
    timings.preparing = start.secondsSince - window.networkSeconds
    // Whatever a network says of noise, a mask in which no voxel is more cord than not holds no cord.
    guard soft.voxels.contains(where: { $0 > 0.5 }) else { throw InferenceError.noCord(searchedEverywhere: localizer == nil) }
    // Who asks to look everywhere gets what is there.
    if localizer != nil, soft.sureness < leastSureness { throw InferenceError.doubtful(sureness: soft.sureness, least: leastSureness) }

    start = .now
    var mask = soft.redistributed(onto: filled.grid)
    // Sharp edges make it overshoot a little.
    mask.voxels.withUnsafeMutableBufferPointer { for i in $0.indices { $0[i] = min(max($0[i], 0), 1) } }
    mask.clear(whereEmpty: filled)
    timings.resampling = start.secondsSince
    var result = Segmentation(mask: onScan(mask), leaves: mask.sidesReached(), windows: windows.count, timings: timings)
    if findsUncertainty {
      start = .now
      let (deviation, volumeSpread) = try uncertainty(of: soft, windows, window, near: cord)
      result.uncertainty = .init(map: onScan(deviation.resampled(onto: filled.grid)), volumeSpread: volumeSpread)
      result.timings.uncertainty = start.secondsSince
    }
    return result
  }

  private typealias Seen = (soft: Volume, windows: [SIMD3<Int>])

  private func everywhere(_ window: SlidingWindow, _ progress: (Double) -> Void) throws -> Seen {
    let windows = Windows.covering(window.grid, patch: window.patch, overlap: 0.5)
    return (try window.occupancy(in: windows, progress: progress), windows)
  }

  private func near(_ cord: [SIMD3<Double>], _ window: SlidingWindow, _ progress: (Double) -> Void) throws -> Seen {
    let reach = voxels([margin.across, margin.across, margin.along] / window.grid.spacing)
    let spare = voxels([spare, spare, 0] / window.grid.spacing)
    let toVoxel = window.grid.affine.inverse
    func following(_ points: [SIMD3<Int>]) -> [SIMD3<Int>] {
      Windows.following(points, margin: reach, spare: spare, patch: window.patch, shape: window.grid.shape)
    }
    var windows = following(cord.map { voxels(toVoxel($0)) })
    var soft = try window.occupancy(in: windows, progress: progress)
    // At low resolution a faint end of the cord is easily lost: go on as far as the segmenter itself sees cord.
    for _ in 0..<most {
      let ways = Windows.waysOn(of: soft, in: window.grid, seenThrough: windows, patch: window.patch, step: reach.z / 2)
      let further = ways.flatMap(following).filter { !windows.contains($0) }
      guard !further.isEmpty else { break }
      windows += further
      soft = try window.occupancy(in: windows, progress: progress)
    }
    keepCord(in: &soft, near: cord)
    return (soft, windows)
  }

  /// Leaves what is cord of what was seen near the localizer's.
  private func keepCord(in soft: inout Volume, near cord: [SIMD3<Double>]) {
    soft.keepCord(above: faint, near: cord, within: Localizer.spacing)
    soft.keepEdges(within: edge, speck: speck, doubt: leastSureness)
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

extension ContinuousClock.Instant {
  /// Seconds since this moment.
  var secondsSince: Double { (ContinuousClock.now - self) / .seconds(1) }
}

/// Why a scan has no segmentation.
public enum InferenceError: Error, Hashable, CustomStringConvertible {
  /// Nothing in the scan looks like cord.
  case noCord(searchedEverywhere: Bool)
  /// Something looks a little like cord, but the model is nowhere sure of it.
  case doubtful(sureness: Float, least: Float)
  /// The model's outputs are blended before they are occupancies, so that ways to look cannot be compared.
  case noUncertainty

  public var description: String {
    switch self {
    case .doubtful(let sureness, let least):
      "no spinal cord was found in the field of view; of what resembles one most, the model is sure of \(Int(100 * sureness)) %, expected at "
        + "least \(Int(100 * least)) %; if it is one, --everywhere gives its mask"
    case .noUncertainty:
      "this model cannot say where it does not know (its outputs are blended, not its occupancies); leave out --uncertainty"
    case .noCord(searchedEverywhere: true): "no spinal cord was found in the field of view, though every voxel was looked at"
    case .noCord(searchedEverywhere: false):
      "no spinal cord was found in the field of view; if there is one, try again with --everywhere, which looks at every voxel"
    }
  }
}
