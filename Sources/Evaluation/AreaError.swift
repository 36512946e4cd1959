import Morphometry

/// Area of the cord in a prediction and in its reference, over the same part of the cord.
public struct AreaError: Sendable, Hashable {
  /// Vertebral levels; `nil`: the slices that both masks hold, without those at the ends of cord or image.
  public let levels: ClosedRange<Int>?
  /// Mean area perpendicular to the cord, mm².
  public let predicted, reference: Double
  /// Prediction minus reference, mm².
  public var error: Double { predicted - reference }
  /// The same as a share of the reference.
  public var relative: Double { predicted / reference - 1 }

  public init(levels: ClosedRange<Int>?, predicted: Double, reference: Double) {
    (self.levels, self.predicted, self.reference) = (levels, predicted, reference)
  }

  /// Compares over the slices that both hold.
  ///
  /// - Throws: ``NotComputable`` where there is no such slice.
  static func overSlices(_ prediction: CordAreas, _ reference: CordAreas) throws(NotComputable) -> AreaError {
    let ends = CordAreas.ends
    let shared = zip(prediction.measurements, reference.measurements).filter { mine, known in
      mine.section != nil && known.section != nil && mine.flags.isDisjoint(with: ends) && known.flags.isDisjoint(with: ends)
    }.map { ($0.0.slice, 1.0) }
    guard let mine = prediction.measurements.summary(over: shared), let known = reference.measurements.summary(over: shared) else {
      throw NotComputable("no slice inside the cord is held by both masks")
    }
    return AreaError(levels: nil, predicted: mine.area.mean, reference: known.area.mean)
  }
}
