import Morphometry

/// How far the measured change of a piece lies from the true one, beyond what the masks' own intervals tell.
///
/// The figures come from a few simulated people (`tools/validate_change.py`, seed 3201); docs/change.md says what is known of them.
public struct ChangeErrors: Sendable {
  /// SD of the log ratio of the areas of two scans of one contrast over ``length``, and of two contrasts.
  public var same = 0.013
  public var other = 0.025
  /// SD that scans on other grids add.
  public var otherGrid = 0.005
  /// Share of the masks' own standard errors that two scans of one person do not have in common.
  public var own = 0.65
  /// Length of cord that the figures hold for, mm; an error that goes along ``correlated`` mm of cord shrinks with the length.
  static let length = 30.0
  static let correlated = 15.0

  /// The program's own figures.
  public init() {}

  /// SD of the log ratio of two areas.
  ///
  /// - Parameters:
  ///   - relative: Standard errors of the two areas as parts of them, which count where they are larger than the figures here.
  ///   - length: Of the piece, mm.
  func deviation(
    _ first: ChangeVisit, _ second: ChangeVisit, relative: [Double], length: Double
  ) -> Double {
    let isSame = first.contrast != nil && first.contrast == second.contrast
    let whole = isSame ? same : other
    // Half of the variance is common to the whole cord; the other half shrinks with the length.
    let share = 0.5 + 0.5 * (Self.length + Self.correlated) / (max(length, 1) + Self.correlated)
    var variance = whole * whole * share
    let slicings = [first, second].map { $0.measurements.centerline.slicing }
    let isOther =
      abs(slicings[0].spacing / slicings[1].spacing - 1) > 0.02 || abs(slicings[0].pixelArea / slicings[1].pixelArea - 1) > 0.02
    if isOther { variance += otherGrid * otherGrid }
    let own = own * own * relative.reduce(0) { $0 + $1 * $1 }
    return max(variance, own).squareRoot()
  }
}
