import Volumes

/// Why an image is not the mask, or not the scan, that it was given as.
public enum MaskError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Several volumes: a mask is never averaged.
  case severalVolumes(path: String, shape: [Int], count: Int, canChoose: Bool)
  /// Values that are no shares of voxels.
  case values(path: String, OccupancyError)
  /// No voxel is above 0.
  case empty(path: String)
  /// The mask does not lie on the image's voxels.
  case otherGrid(path: String, image: String, found: Grid, expected: Grid)
  /// A mask or a map of labels where a scan was expected.
  case noScan(path: String, look: ImageLook)

  public var description: String {
    switch self {
    case .severalVolumes(let path, let shape, let count, let canChoose):
      "\(path): \(count) volumes (\(shape.map(String.init).joined(separator: " × "))) where one mask was expected, and a mask is never averaged; "
        + (canChoose ? "choose one by --volume 0 to \(count - 1)" : "save the one that is the cord as a file of its own")
    case .values(let path, let error): "\(path): \(error)"
    case .empty(let path): "\(path): the mask is empty: no voxel is above 0; check that somebody drew it, or that a cord was found"
    case .otherGrid(let path, let image, let found, let expected):
      "\(path): its grid differs from that of \(image): \(Self.difference(found, expected))"
    case .noScan(let path, let look): "\(path): \(look)"
    }
  }

  private static func difference(_ found: Grid, _ expected: Grid) -> String {
    func text(_ grid: Grid) -> String { "\(grid.shape.x) × \(grid.shape.y) × \(grid.shape.z)" }
    if found.reoriented(to: expected.orientation).matches(expected, tolerance: 0.1) {
      return "the same voxels stored in another orientation (\(found.orientation) and \(expected.orientation)); reorient one of them"
    }
    if found.shape == expected.shape { return "the same shape (\(text(found))) at another place; draw the mask on the image itself" }
    return "\(text(found)) and \(text(expected)) voxels; draw the mask on the image itself, or resample it linearly"
  }
}
