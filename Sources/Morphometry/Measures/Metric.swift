/// What is measured of a cross-section.
///
/// The raw values are stable names for files. Angles are in radians here; `docs/morphometry.md` has the formulas.
public enum Metric: String, CaseIterable, Sendable, Codable, Hashable {
  /// Area perpendicular to the cord, mm².
  case area
  /// Chord through the centroid along the cord's own anterior-posterior and right-left axis, mm.
  case apDiameter, rlDiameter
  /// The part of ``apDiameter`` in front of and behind the centroid, mm.
  case anteriorLength, posteriorLength
  /// Axis of the ellipse with the same second moments, mm: the one nearer to anterior-posterior, and the other.
  case apDiameterEllipse, rlDiameterEllipse
  /// Of that ellipse: distance of the foci over the major axis, 0 (circle) to 1.
  case eccentricity
  /// Angle of that ellipse's right-left axis to the person's right-left, radians; positive when its right end is anterior.
  case orientation
  /// Area over the area of the convex hull, 0 to 1.
  case solidity
  /// Length of the contour, mm.
  case perimeter
  /// Angle between the slice's normal and the cord in the sagittal plane, radians; positive when the cord leans anteriorly on
  /// its way to the head.
  case apAngle
  /// The same in the coronal plane; positive when the cord leans to the right.
  case rlAngle
  /// Overlap (Dice) of the cross-section and its mirror image, left against right, 0 to 1.
  case symmetryRL
  /// The same, anterior against posterior.
  case symmetryAP
  /// Area of a quadrant about the centroid, mm².
  case anteriorRight, anteriorLeft, posteriorRight, posteriorLeft
  /// Length of the cord in the slice, along the cord, mm.
  case length
  /// Volume of the cord in the slice, mm³.
  case volume

  /// Whether slices add up, like lengths; else they are averaged.
  public var isAdditive: Bool { self == .length || self == .volume }

  /// Whether it is an angle, in radians.
  public var isAngle: Bool { self == .apAngle || self == .rlAngle || self == .orientation }

  /// The values that are possible.
  public var limits: ClosedRange<Double> {
    switch self {
    case .eccentricity, .solidity, .symmetryRL, .symmetryAP: 0...1
    case .apAngle, .rlAngle, .orientation: -.pi / 2 ... .pi / 2
    default: 0 ... .infinity
    }
  }
}
