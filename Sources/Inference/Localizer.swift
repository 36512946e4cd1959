import Models
import Tensors
import Volumes

/// Finds the cord coarsely over the whole field of view.
struct Localizer {
  let stage: Stage
  let precision: DType

  /// Distance between the centers that it gives, about, mm.
  static let spacing = 4.0

  /// Occupancy above which a coarse voxel counts as cord.
  private let threshold: Float = 0.3
  /// Components below this fraction of the largest one are taken for mistakes; above it, for a cord cut in two by an artefact.
  private let smallestShare = 0.2
  /// Less cord than this is no cord, mm³: a single slice of 2 mm holds half as much again.
  private let smallestVolume = 100.0

  /// Centers of the coarse voxels that are cord, world mm; empty when there is none.
  ///
  /// - Parameter segmenter: Looks at the same scan.
  func cord(in image: Volume, beside segmenter: SlidingWindow) throws -> [SIMD3<Double>] {
    let window = try SlidingWindow(image, stage: stage, precision: precision, beside: segmenter)
    let coarse = try window.occupancy(in: Windows.covering(window.grid, patch: window.patch, overlap: 0.25))
    let components = coarse.connectedComponents(above: threshold)
    func volume(_ component: [Int]) -> Double { component.reduce(0) { $0 + Double(coarse.voxels[$1]) } * coarse.grid.voxelVolume }
    guard let largest = components.first.map(volume), largest >= smallestVolume else { return [] }
    let size = coarse.grid.shape
    return components.filter { volume($0) >= smallestShare * largest }.joined().map { offset in
      coarse.grid.world([Double(offset % size.x), Double(offset / size.x % size.y), Double(offset / size.x / size.y)])
    }
  }
}
