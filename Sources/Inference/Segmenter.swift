import Models
import Preprocessing
import Tensors
import Volumes

/// What a segmenter says of one scan.
public struct Segmentation: Sendable {
  /// Fraction of each voxel that is cord, 0…1, on exactly the scan's grid.
  public let mask: Volume
  /// How many windows the network looked at.
  public let windows: Int
  /// Where the time went.
  public let timings: Timings

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
  }
}

/// Segments scans with one model: load once, call for each scan.
public final class Segmenter {
  public let model: SegmentationModel
  /// What the convolutions compute in; bfloat16 is faster on processors that know it and a little less exact.
  public var precision: DType = .float32
  /// Looks everywhere instead of near where the localizer finds cord.
  public var searchesEverywhere = false

  /// How far around the localized cord the network looks, mm: across the cord and along it.
  private let margin = (across: 9.0, along: 24.0)
  /// What is brighter than this belongs to some object; a faint haze joins nothing.
  private let faint: Float = 0.1
  /// How often the windows are extended at the ends.
  private let most = 8

  public init(_ model: SegmentationModel) { self.model = model }

  /// The cord in a scan.
  ///
  /// - Parameters:
  ///   - image: A scan on any grid, of any contrast.
  ///   - progress: Called with the fraction done.
  /// - Throws: ``InferenceError/noCord(searchedEverywhere:)``; `PreprocessingError` for an image without contrast; `TensorError` when memory runs out.
  public func segment(_ image: Volume, progress: (Double) -> Void = { _ in }) throws -> Segmentation {
    try Preprocessing.checkScale(of: image.grid)
    var start = ContinuousClock.now
    guard model.segmenter.description.blending == .occupancies else {
      let (mask, windows) = try OutputBlending(stage: model.segmenter, precision: precision).mask(of: image, progress: progress)
      guard mask.voxels.contains(where: { $0 > 0.5 }) else { throw InferenceError.noCord(searchedEverywhere: true) }
      return Segmentation(mask: mask, windows: windows, timings: .init(network: start.secondsSince))
    }
    let localizer = searchesEverywhere ? nil : model.localizer
    var timings = Segmentation.Timings()
    let cord = try localizer.map { try Localizer(stage: $0, precision: precision).cord(in: image) }
    timings.localizing = start.secondsSince
    if cord?.isEmpty == true { throw InferenceError.noCord(searchedEverywhere: false) }

    start = .now
    let window = SlidingWindow(image, stage: model.segmenter, precision: precision, remembers: cord != nil)
    let (soft, windows) = try cord.map { try near($0, window, progress) } ?? everywhere(window, progress)
    timings.network = window.networkSeconds
    timings.preparing = start.secondsSince - window.networkSeconds
    // Whatever a network says of noise, a mask in which no voxel is more cord than not holds no cord.
    guard soft.voxels.contains(where: { $0 > 0.5 }) else { throw InferenceError.noCord(searchedEverywhere: localizer == nil) }

    start = .now
    let mask = soft.resampled(onto: image.grid)
    timings.resampling = start.secondsSince
    return Segmentation(mask: mask, windows: windows, timings: timings)
  }

  private func everywhere(_ window: SlidingWindow, _ progress: (Double) -> Void) throws -> (soft: Volume, windows: Int) {
    let windows = Windows.covering(window.grid, patch: window.patch, overlap: 0.5)
    return (try window.occupancy(in: windows, progress: progress), windows.count)
  }

  private func near(_ cord: [SIMD3<Double>], _ window: SlidingWindow, _ progress: (Double) -> Void) throws -> (soft: Volume, windows: Int) {
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
    soft.keepComponents(above: faint, near: cord, within: Localizer.spacing)
    return (soft, windows.count)
  }

  /// The voxel that holds a point.
  private func voxels(_ position: SIMD3<Double>) -> SIMD3<Int> {
    let nearest = position.rounded(.toNearestOrAwayFromZero)
    return SIMD3(Int(nearest.x), Int(nearest.y), Int(nearest.z))
  }
}

extension Volume {
  /// Sets to zero every connected piece that holds none of the given places: a vein in a window's corner is no cord.
  ///
  /// - Parameters:
  ///   - threshold: Voxels above it are joined into pieces.
  ///   - places: World positions, mm.
  ///   - distance: How near to a place a voxel must be along each world axis, mm.
  mutating func keepComponents(above threshold: Float, near places: [SIMD3<Double>], within distance: Double) {
    let components = connectedComponents(above: threshold)
    guard components.count > 1 else { return }
    // Places and voxels meet in cells of the world.
    func cell(_ position: SIMD3<Double>) -> SIMD3<Int> {
      let index = (position / distance).rounded(.down)
      return SIMD3(Int(index.x), Int(index.y), Int(index.z))
    }
    let cells = Set(places.map(cell))
    let (width, plane) = (grid.shape.x, grid.shape.x * grid.shape.y)
    for component in components.dropFirst() {
      let near = component.contains { offset in
        cells.contains(cell(grid.world(SIMD3(Double(offset % width), Double(offset % plane / width), Double(offset / plane)))))
      }
      if !near { for offset in component { voxels[offset] = 0 } }
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

  public var description: String {
    switch self {
    case .noCord(searchedEverywhere: true): "no spinal cord was found in the field of view, though every voxel was looked at"
    case .noCord(searchedEverywhere: false):
      "no spinal cord was found in the field of view; if there is one, try again with --everywhere, which looks at every voxel"
    }
  }
}
