import Volumes

/// The cord cut across, in one slice.
public struct CrossSection: Sendable, Hashable {
  /// Where the centerline crosses the slice, RAS+ world mm.
  public let center: SIMD3<Double>
  /// Direction of the cord: world unit vector towards the head.
  public let tangent: SIMD3<Double>
  /// What was measured.
  public let estimates: [Metric: Estimate]

  /// A measure with its interval; `nil` where the method does not know it.
  public subscript(metric: Metric) -> Estimate? { estimates[metric] }

  /// Area perpendicular to the cord, mm².
  public var area: Double { estimates[.area]!.value }
  /// Chord through the centroid along the cord's own anterior-posterior axis, mm.
  public var apDiameter: Double { estimates[.apDiameter]!.value }
  /// Chord through the centroid along the cord's own right-left axis, mm.
  public var rlDiameter: Double { estimates[.rlDiameter]!.value }
  /// Angle between the slice's normal and the cord in the sagittal plane, radians.
  public var apAngle: Double { estimates[.apAngle]!.value }
  /// The same in the coronal plane.
  public var rlAngle: Double { estimates[.rlAngle]!.value }
  /// Length of the cord within the slice, along the cord, mm.
  public var length: Double { estimates[.length]!.value }
}
