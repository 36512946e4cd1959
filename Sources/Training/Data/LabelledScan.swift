import NIfTI
import Volumes

/// A scan with its mask.
public struct LabelledScan: Sendable, Hashable, Codable {
  public var image: String
  public var mask: String
  /// Name in logs; the image's path when absent.
  public var name: String?
  /// Who was scanned: nobody may be in training and in validation.
  public var person: String
  /// How often this scan is drawn, relative to others.
  public var weight: Double?
  /// Slices without any mask voxel are unknown, not empty: they are left out.
  public var partial: Bool?
  /// The mask is to be believed to its edge: ``DataSettings/edgeTolerance`` does not hold for it, and ``SimulationSettings/unchanged`` does.
  public var edge: LabelEdge?
  /// What was acquired: `T2w`, `flip-1_mt-on_MTS`.
  public var contrast: String?
  /// The number that is cord where the mask is a map of several labels; absent, the mask is one of occupancy.
  public var value: Int?
  /// What it is for; absent, ``Split`` decides.
  public var side: Side?

  public init(
    image: String, mask: String, name: String? = nil, person: String, partial: Bool? = nil, contrast: String? = nil, value: Int? = nil
  ) {
    (self.image, self.mask, self.name, self.person) = (image, mask, name, person)
    (self.partial, self.contrast, self.value) = (partial, contrast, value)
  }

  public var label: String { name ?? image }
}

extension LabelledScan {
  /// The scan and its mask on one grid, without slices that nobody annotated, and notes on what of the scan's file is not taken as it stands.
  ///
  /// - Throws: ``TrainingError``, naming the file; `MaskError`, `NIfTIError`.
  func read(root: String) throws -> (image: Volume, mask: Volume, notes: [String]) {
    let stored = try NIfTI.read(located(self.image, root: root))
    let image = stored.volume
    var mask = try readMask(root: root)
    guard image.grid.matches(mask.grid, tolerance: 0.1) else {
      throw TrainingError.gridMismatch(image: self.image, mask: self.mask, expected: image.grid, found: mask.grid)
    }
    guard mask.voxels.contains(where: { $0 > 0 }) else { throw TrainingError.emptyMask(path: self.mask) }
    mask = Volume(voxels: mask.voxels, grid: image.grid)
    guard partial == true else { return (image, mask, stored.notes) }
    let (axis, slices) = mask.annotatedSlices
    guard let first = slices.min(), let last = slices.max() else { throw TrainingError.emptyMask(path: self.mask) }
    guard slices.count == last - first + 1 else { throw TrainingError.gaps(path: self.mask, slices: slices.count, of: last - first + 1) }
    var (lower, size) = (SIMD3<Int>.zero, image.grid.shape)
    lower[axis] = first
    size[axis] = last - first + 1
    return (image.box(lower: lower, shape: size), mask.box(lower: lower, shape: size), stored.notes)
  }

  /// The mask alone, in 0…1.
  ///
  /// - Throws: `MaskError`, `NIfTIError`.
  func readMask(root: String) throws -> Volume {
    guard let value else { return try NIfTI.mask(located(mask, root: root)).volume }
    return try NIfTI.labels(located(mask, root: root)).volume.map { $0.rounded() == Float(value) ? 1 : 0 }
  }
}
