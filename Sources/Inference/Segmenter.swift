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
}

/// Segments scans with one model: load once, call for each scan.
public final class Segmenter {
  public let model: SegmentationModel
  /// What the convolutions compute in; bfloat16 is faster on processors that know it and differs in the third digit.
  public var precision: DType = .float32
  /// Looks everywhere instead of near where the localizer finds cord.
  public var searchesEverywhere = false

  /// How far around the localized cord the network looks, mm: across the cord and along it.
  private let margin = (across: 9.0, along: 24.0)

  public init(_ model: SegmentationModel) { self.model = model }

  /// The cord in a scan.
  ///
  /// - Parameters:
  ///   - image: A scan on any grid, of any contrast.
  ///   - progress: Called with the fraction done.
  /// - Throws: ``InferenceError/noCord``; `PreprocessingError` for an image without contrast; `TensorError` when memory runs out.
  public func segment(_ image: Volume, progress: (Double) -> Void = { _ in }) throws -> Segmentation {
    let stage = model.segmenter
    let grid = stage.description.preprocessing.workingGrid(for: image.grid)
    var windows: [SIMD3<Int>]
    if let localizer = model.localizer, !searchesEverywhere {
      let toVoxel = grid.affine.inverse
      let points = try Localizer(window: SlidingWindow(stage: localizer, precision: precision)).cord(in: image).map {
        toVoxel($0).rounded(.toNearestOrAwayFromZero)
      }
      .map { SIMD3(Int($0.x), Int($0.y), Int($0.z)) }
      guard !points.isEmpty else { throw InferenceError.noCord }
      let reach = (SIMD3(margin.across, margin.across, margin.along) / grid.spacing).rounded(.toNearestOrAwayFromZero)
      windows = Windows.following(points, margin: SIMD3(Int(reach.x), Int(reach.y), Int(reach.z)), patch: stage.patch, shape: grid.shape)
    } else {
      windows = Windows.covering((0..<grid.shape.x, 0..<grid.shape.y, 0..<grid.shape.z), patch: stage.patch, overlap: 0.5)
    }
    let soft = try SlidingWindow(stage: stage, precision: precision).run(image, windows: windows, progress: progress)
    return Segmentation(mask: soft.resampled(onto: image.grid), windows: windows.count)
  }
}

/// Why a scan has no segmentation.
public enum InferenceError: Error, Hashable, CustomStringConvertible {
  case noCord

  public var description: String {
    switch self {
    case .noCord: "no spinal cord was found in the field of view; if there is one, try again with --everywhere, which looks at every voxel"
    }
  }
}
