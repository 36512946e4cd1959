import Volumes

/// Measures of the spinal cord from its mask.
public enum Morphometry {
  /// Measures the cord in every slice.
  ///
  /// Slices are those of the mask's own grid across its axis closest to superior-inferior; the way the voxels are stored does not
  /// matter. Only the cord counts: islands and faint tails do not (see ``Centerline``).
  ///
  /// - Parameters:
  ///   - mask: The cord's share of each voxel, in [0, 1]. The exact method takes it as it is, never stretched to reach 1.
  ///   - settings: Method and limits.
  ///   - centerline: The curve to cut across, e.g. the cord's when its canal is measured; `nil` fits it to the mask. It must come from
  ///     a mask on the same grid.
  ///   - image: The scan on the mask's grid, from which the person's left-right symmetry is seen; `nil` takes the mask's.
  /// - Throws: ``MorphometryError``.
  public static func measure(
    mask: Volume, settings: MeasurementSettings = MeasurementSettings(), along centerline: Centerline? = nil, image: Volume? = nil
  ) throws(MorphometryError) -> CordMeasurements {
    let cord = try Cord(mask)
    let slicing = cord.centerline.slicing
    let slices = (0..<slicing.count).map { slice in
      let section = CrossSection(
        cord.levels[slicing.slice(ofLevel: slice)], slice: slice, centerline: cord.centerline, grid: mask.grid,
        isBinary: cord.isBinary)
      var flags: Flags = []
      if section != nil, slice == 0 || slice == slicing.count - 1 { flags.insert(.endOfImage) }
      if cord.levels[slicing.slice(ofLevel: slice)].contains(where: \.isAtSide) { flags.insert(.cutAtSide) }
      return SliceMeasurement(slice: slice, section: section, flags: flags)
    }
    return CordMeasurements(method: settings.method, centerline: cord.centerline, slices: slices, correlation: Correlation())
  }
}
