import Models
import Tensors
import Volumes

/// Finds the cord coarsely over the whole field of view.
struct Localizer {
  let network: LoadedNetwork
  let precision: DType
  let settings: PostProcessing

  /// Centers of the coarse voxels that are cord, world mm, empty when there is none; and what else resembles it.
  ///
  /// - Parameter segmenter: Looks at the same scan.
  func cord(in image: Volume, beside segmenter: SlidingWindow) throws -> (places: [SIMD3<Double>], leftOut: [LeftOut]) {
    let window = try SlidingWindow(image, network: network, precision: precision, beside: segmenter)
    let coarse = try window.occupancy(in: Windows.covering(window.grid, patch: window.patch, overlap: settings.localizerOverlap))
    let (cord, others) = coarse.cordPieces(settings)
    let leftOut = others.compactMap { LeftOut($0, of: coarse, above: settings.localizerThreshold) }
    return (cord.joined().map { coarse.position(of: $0) }, leftOut)
  }
}

extension Volume {
  /// The pieces of a localizer's occupancy that are cord, as offsets of their voxels: the largest one; those that are not much smaller, for an
  /// artefact may cut a cord in two; and, of whatever size, those that the cord's course leads to beyond a gap.
  ///
  /// - Returns: These, and the other ones that are large enough to be cord.
  func cordPieces(_ settings: PostProcessing) -> (cord: [[Int]], others: [[Int]]) {
    let pieces = connectedComponents(above: settings.localizerThreshold).map { CoarsePiece($0, of: self) }
      .filter { $0.volume >= settings.smallestVolume }
    guard let largest = pieces.first?.volume else { return ([], []) }
    var taken = pieces.filter { $0.volume >= settings.smallestShare * largest }
    var others = pieces.filter { $0.volume < settings.smallestShare * largest }
    while let index = others.firstIndex(where: { $0.continues(taken) }) { taken.append(others.remove(at: index)) }
    return (taken.map(\.voxels), others.map(\.voxels))
  }

  /// World position of a voxel's center.
  func position(of offset: Int) -> SIMD3<Double> {
    let size = grid.shape
    return grid.world([Double(offset % size.x), Double(offset / size.x % size.y), Double(offset / size.x / size.y)])
  }
}

/// A piece of a localizer's occupancy: on a grid whose z runs along the body.
private struct CoarsePiece {
  let voxels: [Int]
  /// mm³.
  let volume: Double
  /// Center of each slice, world mm, by the slice's index.
  let centers: [Int: SIMD3<Double>]

  init(_ voxels: [Int], of coarse: Volume) {
    self.voxels = voxels
    volume = voxels.reduce(0) { $0 + Double(coarse.voxels[$1]) } * coarse.grid.voxelVolume
    let plane = coarse.grid.shape.x * coarse.grid.shape.y
    centers = Dictionary(grouping: voxels) { $0 / plane }.mapValues { slice in
      slice.reduce(SIMD3<Double>.zero) { $0 + coarse.position(of: $1) } / Double(slice.count)
    }
  }

  /// Whether this lies above or below all other pieces, where a cord may lead to from the next of them.
  func continues(_ others: [CoarsePiece]) -> Bool {
    let (lowest, highest) = (centers.keys.min()!, centers.keys.max()!)
    let taken = others.flatMap(\.centers)
    guard !taken.contains(where: { (lowest...highest).contains($0.key) }) else { return false }
    let below = taken.filter { $0.key < lowest }.max { $0.key < $1.key }
    let above = taken.filter { $0.key > highest }.min { $0.key < $1.key }
    return [below.map { ($0.value, centers[lowest]!) }, above.map { ($0.value, centers[highest]!) }].compactMap { $0 }
      .contains { Self.isCourse($0 - $1) }
  }

  /// Whether a cord may go this way where it is not seen: along the body at most as far as two vertebrae are long, leaning by at most 45°,
  /// give or take a centimeter.
  private static func isCourse(_ way: SIMD3<Double>) -> Bool {
    let along = abs(way.z)
    return along <= 80 && (way.x * way.x + way.y * way.y).squareRoot() <= along + 10
  }
}
