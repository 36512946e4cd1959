import Foundation
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
  ///   - image: The scan on the mask's grid, in which the person's front is seen for the quadrants; `nil` takes the grid's axes.
  /// - Throws: ``MorphometryError``.
  public static func measure(
    mask: Volume, settings: MeasurementSettings = MeasurementSettings(), along centerline: Centerline? = nil, image: Volume? = nil
  ) throws(MorphometryError) -> CordMeasurements {
    if let image, image.grid.shape != mask.grid.shape {
      throw .otherGrid(what: "image", shape: image.grid.shape, expected: mask.grid.shape)
    }
    if let centerline, centerline.slicing.count != Slicing(of: mask.grid).count {
      throw .otherGrid(what: "centerline", shape: [1, 1, centerline.slicing.count], expected: mask.grid.shape)
    }
    let cord = try Cord(mask, radius: settings.radius)
    let centerline = centerline ?? cord.centerline
    let slicing = centerline.slicing
    let sections: [CrossSection?]
    var correlation: Correlation?
    switch settings.method {
    case .exact:
      let exact = ExactMethod(cord, along: centerline, grid: mask.grid, image: image)
      (sections, correlation) = (exact.sections(), exact.correlation)
    case .sct: sections = SCTMethod(mask).sections()
    }
    let slices = (0..<slicing.count).map { slice in
      let level = slicing.slice(ofLevel: slice)
      return SliceMeasurement(
        slice: slice, section: sections[level],
        flags: cord.flags(level: level, sections: sections, centerline: centerline, settings: settings))
    }
    return CordMeasurements(method: settings.method, centerline: centerline, slices: slices, correlation: correlation)
  }
}

extension Cord {
  /// Relative difference of a slice's area from the median of its neighbours that is a jump.
  static let jump = 0.15

  /// What a reader of a slice's measures should know.
  func flags(
    level: Int, sections: [CrossSection?], centerline: Centerline, settings: MeasurementSettings
  ) -> Flags {
    var flags: Flags = holdsOther[level] ? .otherObject : []
    guard let section = sections[level] else { return flags }
    let isLast = level == 0 || level == sections.count - 1
    if isLast { flags.insert(.endOfImage) }
    if level > 0 && sections[level - 1] == nil || level + 1 < sections.count && sections[level + 1] == nil { flags.insert(.endOfCord) }
    if levels[level].contains(where: \.isAtSide) { flags.insert(.cutAtSide) }
    if sureness(level: level) < settings.confidence { flags.insert(.lowConfidence) }
    if forks(level: level) { flags.insert(.fork) }
    if !centerline.hasDirection { flags.insert(.noDirection) }
    if section.tangent.dot(centerline.slicing.normal) < cos(settings.steepest) { flags.insert(.steep) }
    let neighbours = [-2, -1, 1, 2].compactMap { sections.indices.contains(level + $0) ? sections[level + $0]?.area : nil }.sorted()
    if neighbours.count >= 2 {
      let middle = (neighbours[(neighbours.count - 1) / 2] + neighbours[neighbours.count / 2]) / 2
      if abs(section.area / middle - 1) > Self.jump { flags.insert(.jump) }
    }
    return flags
  }
}
