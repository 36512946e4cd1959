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
  /// What is brighter than this belongs to some object; a faint haze joins nothing.
  private let faint: Float = 0.1
  /// Least ``Volume/sureness`` of a cord. Most have 0.98 and more; a leg's bones have up to 0.949 where the localizer does not tell them from a cord.
  private let leastSureness: Float = 0.95
  /// How often the windows are extended at the ends.
  private let most = 8

  public init(_ model: SegmentationModel) { self.model = model }

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
    let localizer = searchesEverywhere ? nil : try model.localizer?.frozen(in: precision)
    var timings = Segmentation.Timings()
    let cord = try localizer.map { try Localizer(stage: $0, precision: precision).cord(in: image) }
    timings.localizing = start.secondsSince
    if cord?.isEmpty == true { throw InferenceError.noCord(searchedEverywhere: false) }

    start = .now
    let window = try SlidingWindow(image, stage: stage, precision: precision, remembers: cord != nil)
    let (soft, windows) = try cord.map { try near($0, window, progress) } ?? everywhere(window, progress)
    timings.network = window.networkSeconds
    timings.preparing = start.secondsSince - window.networkSeconds
    // Whatever a network says of noise, a mask in which no voxel is more cord than not holds no cord.
    guard soft.voxels.contains(where: { $0 > 0.5 }) else { throw InferenceError.noCord(searchedEverywhere: localizer == nil) }
    // Who asks to look everywhere gets what is there.
    if localizer != nil, soft.sureness < leastSureness { throw InferenceError.doubtful(sureness: soft.sureness, least: leastSureness) }

    start = .now
    var mask = soft.redistributed(onto: image.grid)
    // Sharp edges make it overshoot a little.
    mask.voxels.withUnsafeMutableBufferPointer { for i in $0.indices { $0[i] = min(max($0[i], 0), 1) } }
    timings.resampling = start.secondsSince
    var result = Segmentation(mask: mask, leaves: mask.sidesReached(), windows: windows.count, timings: timings)
    if findsUncertainty {
      start = .now
      result.uncertainty = try uncertainty(of: soft, windows, window, near: cord, on: image.grid)
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
    let toVoxel = window.grid.affine.inverse
    var windows = Windows.following(cord.map { voxels(toVoxel($0)) }, margin: reach, patch: window.patch, shape: window.grid.shape)
    var soft = try window.occupancy(in: windows, progress: progress)
    // At low resolution a faint end of the cord is easily lost: go on as far as the segmenter itself sees cord.
    for _ in 0..<most {
      let further = Windows.ends(of: soft, in: window.grid, within: reach.z / 2).flatMap {
        Windows.following($0, margin: reach, patch: window.patch, shape: window.grid.shape)
      }.filter { !windows.contains($0) }
      guard !further.isEmpty else { break }
      windows += further
      soft = try window.occupancy(in: windows, progress: progress)
    }
    soft.keepCord(above: faint, near: cord, within: Localizer.spacing)
    return (soft, windows)
  }

  /// Looks again in other ways through the windows that held the cord.
  private func uncertainty(
    of soft: Volume, _ windows: [SIMD3<Int>], _ window: SlidingWindow, near cord: [SIMD3<Double>]?, on grid: Grid
  ) throws -> Segmentation.Uncertainty {
    var disagreement = ViewDisagreement(soft)
    for view in View.others {
      var other = try window.occupancy(in: windows, as: view)
      if let cord { other.keepCord(above: faint, near: cord, within: Localizer.spacing) }
      disagreement.add(other)
    }
    return Segmentation.Uncertainty(map: disagreement.deviation.resampled(onto: grid), volumeSpread: disagreement.volumeSpread)
  }

  /// The voxel that holds a point.
  private func voxels(_ position: SIMD3<Double>) -> SIMD3<Int> {
    let nearest = position.rounded(.toNearestOrAwayFromZero)
    return SIMD3(Int(nearest.x), Int(nearest.y), Int(nearest.z))
  }
}

extension Volume {
  /// Sets to zero every connected piece that is no cord: one that holds none of the given places, as a vein in a window's corner, and one
  /// that lies beside a larger piece. There is one cord at each height, so of two pieces that share most of their slices one is something else.
  ///
  /// - Parameters:
  ///   - threshold: Voxels above it are joined into pieces.
  ///   - places: World positions, mm.
  ///   - distance: How near to a place a voxel must be along each world axis, mm.
  mutating func keepCord(above threshold: Float, near places: [SIMD3<Double>], within distance: Double) {
    let components = connectedComponents(above: threshold)
    guard components.count > 1 else { return }
    // Places and voxels meet in cells of the world.
    func cell(_ position: SIMD3<Double>) -> SIMD3<Int> {
      let index = (position / distance).rounded(.down)
      return SIMD3(Int(index.x), Int(index.y), Int(index.z))
    }
    let cells = Set(places.map(cell))
    let (width, plane) = (grid.shape.x, grid.shape.x * grid.shape.y)
    func isNear(_ offset: Int) -> Bool {
      cells.contains(cell(grid.world(SIMD3(Double(offset % width), Double(offset % plane / width), Double(offset / plane)))))
    }
    var taken = Set<Int>()
    for (number, component) in components.enumerated() {
      let slices = Set(component.map { $0 / plane })
      if number == 0 || component.contains(where: isNear), 2 * slices.intersection(taken).count <= slices.count {
        taken.formUnion(slices)
      } else {
        for offset in component { voxels[offset] = 0 }
      }
    }
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
      "no spinal cord was found in the field of view; what resembles one most is taken for \(sureness) cord at its surest, expected at "
        + "least \(least); if it is one, --everywhere gives its mask"
    case .noUncertainty:
      "this model cannot say where it does not know (its outputs are blended, not its occupancies); leave out --uncertainty"
    case .noCord(searchedEverywhere: true): "no spinal cord was found in the field of view, though every voxel was looked at"
    case .noCord(searchedEverywhere: false):
      "no spinal cord was found in the field of view; if there is one, try again with --everywhere, which looks at every voxel"
    }
  }
}
