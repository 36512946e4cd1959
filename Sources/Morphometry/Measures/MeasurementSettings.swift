/// How cross-sections are measured.
public enum MeasurementMethod: String, CaseIterable, Sendable, Codable {
  /// Exact on soft masks: the mask as it is, carried along the cord onto the plane perpendicular to it.
  case exact
  /// The published recipe of the Spinal Cord Toolbox, for comparison; see `docs/morphometry.md`.
  case sct
}

/// What decides how a mask is measured.
public struct MeasurementSettings: Sendable, Hashable {
  /// How cross-sections are measured.
  public var method: MeasurementMethod
  /// Farthest tissue from the centerline, mm; ``cordRadius`` or ``canalRadius``.
  public var radius: Double
  /// Sureness below which a slice is flagged, 0...1: the median of the mask inside the cord.
  public var confidence: Double
  /// Angle between the cord and the slice's normal above which a slice is flagged, radians.
  public var steepest: Double

  /// Cord: the cervical enlargement reaches 8 mm, and blur adds some.
  public static let cordRadius = 12.0
  /// Spinal canal: up to 15 mm from the middle of the cord.
  public static let canalRadius = 20.0

  public init(
    method: MeasurementMethod = .exact, radius: Double = cordRadius, confidence: Double = 0.9, steepest: Double = 45.5 * .pi / 180
  ) {
    (self.method, self.radius, self.confidence, self.steepest) = (method, radius, confidence, steepest)
  }
}
