import Registration
import Volumes

/// One contrast of a person: an image and somebody's mask of the cord on the same grid.
public struct ContrastScan: Sendable {
  /// Name of the contrast, the same for every person: `T2w`, `flip-1_mt-on_MTS`.
  public let name: String
  /// Gray levels; `nil` where only the mask is known.
  public let image: Volume?
  /// Occupancy in [0, 1], binary or soft.
  public let mask: Volume

  public init(name: String, image: Volume?, mask: Volume) {
    precondition(image.map { $0.grid.shape == mask.grid.shape } ?? true, "image and mask share a grid")
    (self.name, self.image, self.mask) = (name, image, mask)
  }
}

/// The soft ground truth of one contrast, on its own grid.
public struct SoftTruth: Sendable {
  public let name: String
  /// Fraction of each voxel that is cord, [0, 1].
  public let soft: Volume
  /// Where the soft mask speaks, [0, 1]: see the method.
  public let coverage: Volume
  /// Where each slice lies in the reference contrast's world.
  public let alignment: Alignment

  public init(name: String, soft: Volume, coverage: Volume, alignment: Alignment) {
    (self.name, self.soft, self.coverage, self.alignment) = (name, soft, coverage, alignment)
  }

  /// Voxels of which more than half is cord.
  public var binary: Volume { soft.binarized(above: 0.5) }
}
