import Volumes

// Preprocessing of a scan as a whole, for networks that look at every voxel.
extension Preprocessing {
  /// The part of a scan that is prepared: reoriented, without empty rims where those are cut off.
  public func field(of image: Volume) -> Volume {
    let oriented = orientation.map { image.reoriented(to: $0) } ?? image
    return cropsEmptyRims ? oriented.withoutEmptyRims : oriented
  }

  /// Values on the working grid of a ``field(of:)`` brought back to that field's voxels, as ``resampling`` does it.
  public func restored(_ values: Volume, to field: Grid) -> Volume {
    guard resampling == .spline else { return values.resampled(onto: field) }
    let order = Self.order(.linear, from: spacing, to: field.spacing)
    return Volume(voxels: values.resized(to: field.shape, order: order).voxels, grid: field)
  }

  /// Whole voxels of about the spacing asked for that fill a field of view.
  func resizedShape(_ grid: Grid) -> SIMD3<Int> {
    let exact = grid.spacing / spacing * SIMD3<Double>(grid.shape)
    let whole = exact.rounded(.toNearestOrEven)
    return SIMD3(max(1, Int(whole.x)), max(1, Int(whole.y)), max(1, Int(whole.z)))
  }

  /// Intensities normalized, then brought onto the working grid, of which the central part is kept.
  func normalizedAndResampled(_ image: Volume) throws(PreprocessingError) -> Volume {
    let grid = workingGrid(for: image.grid)
    let normal = try normalization(orientation.map { image.reoriented(to: $0) } ?? image)
    let whole: Volume
    switch resampling {
    case .linear: whole = normal.resampled(onto: grid)
    case .spline:
      let order = Self.order(.cubic, from: normal.grid.spacing, to: spacing)
      whole = Volume(voxels: normal.resized(to: grid.shape, order: order).voxels, grid: grid)
    }
    guard let fieldOfView else { return whole }
    var size = grid.shape
    for axis in 0..<3 where fieldOfView[axis] > 0 { size[axis] = fieldOfView[axis] }
    let difference = grid.shape &- size
    return whole.box(lower: SIMD3(difference.x / 2, difference.y / 2, difference.z / 2), shape: size)
  }

  /// How along each axis: across the slices of a scan, or of a working grid, whose slices are more than three times as thick as its
  /// pixels are wide, the nearest slice is taken.
  ///
  /// Source: nnU-Net `default_resampling.py`, `determine_do_sep_z_and_axis`.
  static func order(_ smooth: ResizingOrder, from old: SIMD3<Double>, to new: SIMD3<Double>) -> [ResizingOrder] {
    var order = [ResizingOrder](repeating: smooth, count: 3)
    if let thick = [old, new].first(where: { $0.max() / $0.min() > 3 }) {
      let thickest = (0..<3).filter { thick.max() / thick[$0] < 1.0001 }
      if thickest.count == 1 { order[thickest[0]] = .nearest }
    }
    return order
  }
}

extension Volume {
  /// The smallest box that holds all voxels that are not zero; all of an empty volume.
  fileprivate var withoutEmptyRims: Volume {
    let shape = grid.shape
    var (lower, upper) = (shape, SIMD3(repeating: -1))
    for z in 0..<shape.z {
      for y in 0..<shape.y {
        for x in 0..<shape.x where self[x, y, z] != 0 {
          lower = pointwiseMin(lower, [x, y, z])
          upper = pointwiseMax(upper, [x, y, z])
        }
      }
    }
    guard upper.x >= 0, lower != .zero || upper != shape &- 1 else { return self }
    return box(lower: lower, shape: upper &- lower &+ 1)
  }
}
