import Volumes

/// What was measured in one slice of a mask.
public struct SliceMeasurement: Sendable, Hashable {
  /// Slice number in the mask's own grid, along its axis closest to superior-inferior.
  public let slice: Int
  /// The cord in this slice; `nil` where there is none.
  public let section: CrossSection?
  /// Whether the image ends with this slice while the cord goes on.
  public let isCutByFieldOfView: Bool
}

/// Measures of the spinal cord from its mask.
public enum Morphometry {
  /// Measures the cord in every slice.
  ///
  /// Slices are the planes of the mask's own grid across its axis closest to superior-inferior, so nothing is interpolated;
  /// the way the voxels are stored does not matter. Only the cord counts: islands and faint tails do not (see ``Centerline``).
  ///
  /// - Parameter mask: The cord's share of each voxel, in [0, 1]. It is taken as it is, never stretched to reach 1.
  /// - Returns: One measurement for each slice of the grid, by slice number.
  /// - Throws: ``MorphometryError``.
  ///
  /// Source: Bédard et al. 2025; SCT `process_seg.compute_shape`, which shrinks each slice by the cosines of both angles instead.
  public static func measure(mask: Volume) throws(MorphometryError) -> [SliceMeasurement] {
    let cord = try Cord(mask)
    let slicing = cord.centerline.slicing
    return (0..<slicing.count).map { slice in
      let section = CrossSection(
        cord.levels[slicing.slice(ofLevel: slice)], slice: slice, centerline: cord.centerline, grid: mask.grid,
        isBinary: cord.isBinary)
      let isLast = slice == 0 || slice == slicing.count - 1
      return SliceMeasurement(slice: slice, section: section, isCutByFieldOfView: isLast && section != nil)
    }
  }
}
