import Models
import Morphometry
import NIfTI
import Preprocessing
import Tensors
import Volumes

/// A scan and its label over one box, ready to be sampled.
struct TrainingCase {
  /// [1, 2, X, Y, Z]: prepared intensities, and 1 for the field of view.
  let image: Tensor
  /// [1, 1, 2X, 2Y, Z]: occupancy in finer voxels, so that turning and warping do not blur it.
  let label: Tensor
  /// Whether the label is true to the edge of the cord, as only a simulated one is.
  let exact: Bool
  /// Voxels that are cord, for placing samples.
  let cord: [SIMD3<Int>]
  let shape: SIMD3<Int>

  init(_ prepared: PreparedCase, exact: Bool, on device: Device) throws {
    let image = try Tensor(prepared.image, on: device)
    self.image = try Tensor.cat([image, Tensor.ones(shape: image.shape, on: device)], dim: 1)
    label = try Tensor(prepared.label, on: device)
    (self.exact, cord, shape) = (exact, prepared.cord, prepared.image.grid.shape)
  }
}

/// The part of a case that may cross tasks: plain volumes.
struct PreparedCase: Sendable {
  let image: Volume
  let label: Volume
  let cord: [SIMD3<Int>]

  /// How many voxels of the label lie in one of the image along each axis: across the cord its edge needs them.
  private static let parts = SIMD3(2, 2, 1)

  /// - Parameters:
  ///   - image: A scan on its own grid.
  ///   - label: Occupancy on any grid that is asked for.
  init(image: Volume, _ preprocessing: Preprocessing, label: (Grid) -> Volume) throws {
    let prepared = try preprocessing(image)
    let occupancy = label(prepared.grid.divided(into: Self.parts))
    // Half the largest value: coarse grids may hold no voxel that is all cord.
    let threshold = (occupancy.voxels.max() ?? 0) / 2
    let offsets = threshold > 0 ? occupancy.voxels.indices.filter { occupancy.voxels[$0] > threshold } : []
    (self.image, self.label) = (prepared, occupancy)
    let fine = occupancy.grid.shape
    cord = stride(from: 0, to: offsets.count, by: max(1, offsets.count / 4000)).map { i in
      SIMD3(offsets[i] % fine.x, offsets[i] / fine.x % fine.y, offsets[i] / fine.x / fine.y) / Self.parts
    }
  }

  /// Reads a scan and its mask.
  init(_ scan: LabelledScan, root: String, _ preprocessing: Preprocessing) throws {
    let (image, mask) = try scan.read(root: root)
    do {
      try self.init(image: image, preprocessing) { mask.resampled(onto: $0) }
    } catch let error as PreprocessingError {
      throw TrainingError.scan(path: scan.image, reason: "\(error)")
    }
    if cord.isEmpty { throw TrainingError.emptyMask(path: scan.mask) }
  }
}

extension LabelledScan {
  /// The scan and its mask on one grid, without slices that nobody annotated.
  func read(root: String) throws -> (image: Volume, mask: Volume) {
    let image = try NIfTI.read(root + "/" + self.image).volume
    var mask = try NIfTI.read(root + "/" + self.mask).volume
    guard image.grid.matches(mask.grid, tolerance: 0.1) else { throw TrainingError.gridMismatch(image: self.image, mask: self.mask) }
    mask = Volume(voxels: mask.voxels.map { min(max($0, 0), 1) }, grid: image.grid)
    guard partial == true else { return (image, mask) }
    let (axis, slices) = mask.annotatedSlices
    guard let first = slices.min(), let last = slices.max() else { throw TrainingError.emptyMask(path: self.mask) }
    guard slices.count == last - first + 1 else { throw TrainingError.gaps(path: self.mask, slices: slices.count, of: last - first + 1) }
    var (lower, size) = (SIMD3<Int>.zero, image.grid.shape)
    lower[axis] = first
    size[axis] = last - first + 1
    return (image.box(lower: lower, shape: size), mask.box(lower: lower, shape: size))
  }
}
