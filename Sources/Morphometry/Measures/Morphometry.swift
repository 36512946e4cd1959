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
    // SCT's recipe takes the header at its word.
    let direction = centerline == nil && settings.method == .exact ? try CordDirection(of: mask) : nil
    let cord = try Cord(mask, radius: settings.radius, slicing: centerline?.slicing ?? direction?.slicing)
    let centerline = centerline ?? cord.centerline
    if let direction, !direction.isTold, let angle = cord.meanAngle, angle > settings.steepest { throw .steep(angle: angle) }
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
        flags: cord.flags(level: level, sections: sections, centerline: centerline, settings: settings)
          .union(direction?.isMisnamed == true && sections[level] != nil ? .axes : []))
    }
    return CordMeasurements(
      method: settings.method, centerline: centerline, slices: slices, leftOut: cord.leftOut, haze: cord.haze.map(Double.init),
      correlation: correlation)
  }
}

extension Cord {
  /// Mean angle between the cord and the slices' normal, radians; `nil` where it has no direction.
  var meanAngle: Double? {
    guard centerline.hasDirection else { return nil }
    let held = levels.indices.filter { !levels[$0].isEmpty }
    let slices = held.map { Double(centerline.slicing.slice(ofLevel: $0)) }
    let sum = slices.reduce(0) { $0 + acos(min(1, centerline.tangent(atSlice: $1).dot(centerline.slicing.normal))) }
    return sum / Double(held.count)
  }

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
    let (below, above) = (sections[..<level], sections[(level + 1)...])
    for (next, others) in [(below.last, below), (above.first, above)] {
      guard let next, next == nil else { continue }
      flags.insert(.endOfCord)
      if others.contains(where: { $0 != nil }) { flags.insert(.gap) }
    }
    if haze != nil { flags.insert(.haze) }
    if levels[level].contains(where: \.isAtSide) { flags.insert(.cutAtSide) }
    if confidence(level: level) < settings.confidence { flags.insert(.lowConfidence) }
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
