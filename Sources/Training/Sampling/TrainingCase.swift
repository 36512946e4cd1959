import Models
import Preprocessing
import Tensors
import Volumes

/// A scan and its label over one box, ready to be sampled, on the CPU.
///
/// It may cross tasks although a tensor may not: its tensors are never changed.
struct TrainingCase: @unchecked Sendable {
  /// [1, 2, X, Y, Z]: prepared intensities, and 1 for the field of view.
  let image: Tensor
  /// [1, 1, 2X, 2Y, Z]: occupancy in finer voxels, so that turning and warping do not blur it; see ``DataSettings/labelParts``.
  let label: Tensor
  /// Whether the label is true to the edge of the cord, as a simulated one is; see ``LabelledScan/edge``.
  let exact: Bool
  /// Voxels that are cord, for placing samples; the last ones are nearest to the head.
  let cord: [SIMD3<Int>]
  let shape: SIMD3<Int>

  init(_ prepared: PreparedCase, exact: Bool) throws {
    let image = try Tensor(prepared.image)
    self.image = try Tensor.cat([image, Tensor.ones(shape: image.shape)], dim: 1)
    label = try Tensor(prepared.label)
    (self.exact, cord, shape) = (exact, prepared.cord, prepared.image.grid.shape)
  }

  /// Reads a scan and its mask.
  ///
  /// - Throws: ``TrainingError``, naming the file.
  init(_ scan: LabelledScan, of data: TrainingData, _ configuration: TrainingConfiguration) throws {
    try self.init(PreparedCase(scan, of: data, configuration), exact: scan.edge != nil)
  }

  /// What it takes in memory, about.
  var bytes: Int { 4 * (image.count + label.count) }
}

/// What a case is made of: plain volumes.
struct PreparedCase {
  let image: Volume
  let label: Volume
  let cord: [SIMD3<Int>]

  /// - Parameters:
  ///   - image: A scan on its own grid.
  ///   - parts: How many voxels of the label lie in one of the image along each axis.
  ///   - label: Occupancy on any grid that is asked for.
  init(image: Volume, _ preprocessing: Preprocessing, parts: SIMD3<Int>, label: (Grid) -> Volume) throws {
    let prepared = try preprocessing(image)
    let occupancy = label(prepared.grid.divided(into: parts))
    // Half the largest value: coarse grids may hold no voxel that is all cord.
    let threshold = (occupancy.voxels.max() ?? 0) / 2
    let offsets = threshold > 0 ? occupancy.voxels.indices.filter { occupancy.voxels[$0] > threshold } : []
    (self.image, self.label) = (prepared, occupancy)
    let fine = occupancy.grid.shape
    let voxels = stride(from: 0, to: offsets.count, by: max(1, offsets.count / 4000)).map { i in
      SIMD3(offsets[i] % fine.x, offsets[i] / fine.x % fine.y, offsets[i] / fine.x / fine.y) / parts
    }
    cord = Self.upwards(voxels, Orientation(of: prepared.grid.affine))
  }

  /// Voxels in the order of their height; as they are where the third axis runs towards the head, for then they are in that order.
  private static func upwards(_ voxels: [SIMD3<Int>], _ orientation: Orientation) -> [SIMD3<Int>] {
    guard let (index, (_, sign)) = orientation.axes.enumerated().first(where: { $0.element.axis == 2 }), (index, sign) != (2, 1) else {
      return voxels
    }
    return voxels.sorted { ($0[index] - $1[index]) * sign < 0 }
  }

  /// Reads a scan and its mask.
  ///
  /// - Throws: ``TrainingError``, naming the file.
  init(_ scan: LabelledScan, of data: TrainingData, _ configuration: TrainingConfiguration) throws {
    do {
      let (image, label) = try data.read(scan)
      try self.init(image: image, configuration.stage.preprocessing, parts: configuration.data.labelParts) { grid in
        guard let edge = scan.edge else { return label.resampled(onto: grid) }
        // Interpolating between fractions would blur the edge that is learned; what overshoots is cut.
        let occupancy = label.redistributed(onto: grid).map { min(max($0, 0), 1) }
        return edge == .outline ? occupancy.outlined() : occupancy
      }
    } catch let error as PreprocessingError {
      throw TrainingError.scan(path: scan.image, reason: "\(error)")
    }
    if cord.isEmpty { throw TrainingError.emptyMask(path: scan.mask) }
  }
}
