import Morphometry
import Volumes

/// What tells vertebral levels apart.
public enum LevelLabels: Sendable {
  /// Voxels of discs, on any grid.
  case discs(Volume, numbering: LabelNumbering? = nil)
  /// An image whose voxels carry the number of their vertebra, on any grid.
  case levels(Volume, numbering: LabelNumbering? = nil)
}

/// Areas of a mask's cord by vertebral level.
public struct CordAreas: Sendable {
  public let measurements: CordMeasurements
  public let axis: CordAxis
  /// `nil` where no labels were given.
  public let map: LevelMap?

  /// Measures a mask.
  ///
  /// - Parameters:
  ///   - mask: The cord's share of each voxel.
  ///   - labels: `nil` where levels are not known.
  ///   - method: How cross-sections are measured.
  /// - Throws: `MorphometryError` of the mask, `LevelError` of the labels.
  public init(of mask: Volume, labels: LevelLabels? = nil, method: MeasurementMethod = .exact) throws {
    measurements = try Morphometry.measure(mask: mask, settings: MeasurementSettings(method: method))
    axis = CordAxis(measurements.centerline)
    switch labels {
    case .discs(let volume, let numbering): map = try LevelMap(discs: Labels(in: volume), numbering: numbering, on: axis)
    case .levels(let volume, let numbering): map = try LevelMap(mask: Labels(in: volume), numbering: numbering, on: axis)
    case nil: map = nil
    }
  }

  /// Levels that lie in the cord with both ends.
  public var completeLevels: [Int] {
    guard let map else { return [] }
    return map.levels(within: axis.extent).filter { map.piece(ofLevels: $0...$0, within: axis.extent)?.isComplete == true }
  }

  /// Mean area over a range of levels, mm².
  ///
  /// - Parameter least: So much of the levels is enough, mm, where the scan does not hold all of them; without it all must be there.
  /// - Returns: Not computable where the levels are not known or not in the cord.
  public func area(of levels: ClosedRange<Int>, least: Double? = nil) -> Outcome<Estimate> {
    guard let map else { return .failure(NotComputable("no labels of discs or levels were given")) }
    let name = Self.name(of: levels)
    guard let piece = map.piece(ofLevels: levels, within: axis.extent) else {
      return .failure(NotComputable("\(name) does not lie between known borders in this cord"))
    }
    let held = piece.places.upperBound - piece.places.lowerBound
    guard piece.isComplete || least.map({ held >= $0 }) == true else { return .failure(NotComputable("\(name) is not wholly in this cord")) }
    guard let summary = measurements.summary(of: piece.places, on: axis) else { return .failure(NotComputable("\(name) holds no cord")) }
    return .success(summary.area.estimate)
  }

  /// Mean area over all slices but those at the ends of cord or image, mm².
  public var wholeArea: Outcome<Estimate> {
    let inside = measurements.filter { $0.section != nil && $0.flags.isDisjoint(with: Self.ends) }.map { ($0.slice, 1.0) }
    guard let summary = measurements.summary(over: inside) else { return .failure(NotComputable("no slice lies inside the cord")) }
    return .success(summary.area.estimate)
  }

  /// Slices that may be filled in part.
  static let ends: Flags = [.endOfImage, .endOfCord]

  /// `C2` or `C2–C3`.
  public static func name(of levels: ClosedRange<Int>) -> String {
    let ends = [levels.lowerBound, levels.upperBound].map(LabelNumbering.name(ofLevel:))
    return levels.count == 1 ? ends[0] : ends.joined(separator: "–")
  }
}
