/// What a reader of a measure should know.
public struct Flags: OptionSet, Sendable, Hashable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// The image ends with this slice while the cord goes on.
  public static let endOfImage = Flags(rawValue: 1 << 0)
  /// A side of the image cuts the cord, so that a part of it is missing.
  public static let cutAtSide = Flags(rawValue: 1 << 1)
  /// The mask ends here, inside the image, or has a gap: the slice may be filled in part.
  public static let endOfCord = Flags(rawValue: 1 << 2)
  /// The mask fades here: half of what lies inside the cord is below ``MeasurementSettings/confidence``.
  public static let lowConfidence = Flags(rawValue: 1 << 3)
  /// The area jumps against the neighbouring slices.
  public static let jump = Flags(rawValue: 1 << 4)
  /// The slice holds something else than the cord, which was left out.
  public static let otherObject = Flags(rawValue: 1 << 5)
  /// The cord itself comes in several pieces in this slice.
  public static let fork = Flags(rawValue: 1 << 6)
  /// The cord is steeper to the slice than ``MeasurementSettings/steepest``.
  public static let steep = Flags(rawValue: 1 << 7)
  /// Too few slices for a direction: the cord is taken to be perpendicular to the slice.
  public static let noDirection = Flags(rawValue: 1 << 8)
  /// A part of the level or range that was asked for was not measured.
  public static let incomplete = Flags(rawValue: 1 << 9)
  /// A level that was asked for does not lie between two known borders within the cord.
  public static let levelIncomplete = Flags(rawValue: 1 << 10)
  /// The cord has a gap here: beside this slice, or within what was asked for.
  public static let gap = Flags(rawValue: 1 << 11)
  /// The mask is not 0 around the cord but has a faint value, which was not counted.
  public static let haze = Flags(rawValue: 1 << 12)
  /// The cord runs along an axis that the header calls right-left or anterior-posterior: areas are right, names of sides may be wrong.
  public static let axes = Flags(rawValue: 1 << 13)
  /// The numbers of the levels are less sure than 95 %.
  public static let uncertainLevels = Flags(rawValue: 1 << 14)

  /// Every flag with its stable name, in the order of ``names``.
  public static let all: [(flag: Flags, name: String)] = [
    (.endOfImage, "end_of_image"), (.cutAtSide, "cut_at_side"), (.endOfCord, "end_of_cord"), (.lowConfidence, "low_confidence"),
    (.jump, "jump"), (.otherObject, "other_object"), (.fork, "fork"), (.steep, "steep"), (.noDirection, "no_direction"),
    (.incomplete, "incomplete"), (.levelIncomplete, "level_incomplete"), (.gap, "gap"), (.haze, "haze"), (.axes, "axes"),
    (.uncertainLevels, "uncertain_levels"),
  ]

  /// Stable names of the flags that are set, for files.
  public var names: [String] { Self.all.filter { contains($0.flag) }.map(\.name) }
}
