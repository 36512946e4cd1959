import Foundation
import Registration

/// Why a contrast is left out of a person's soft ground truth.
public enum Disagreement: Error, Sendable, Hashable, Codable, CustomStringConvertible {
  /// The mask holds nothing.
  case empty
  /// Nothing of the cord is in the field of view of both the contrast and the reference.
  case apart
  /// Too few slices hold cord.
  case short(slices: Int)
  /// Some slices of the mask lie aside from the others.
  case jumped(slices: ClosedRange<Int>, distance: Double)
  /// The gray levels put the cord elsewhere than the mask.
  case misplaced(distance: Double)
  /// The mask covers only a part of the cord that the image shows.
  case partial(share: Double)
  /// The cord's outline is not that of the other contrasts.
  case otherShape(distance: Double, expected: Double)
  /// The image around the cord is not that of the same person.
  case otherImage(similarity: Double, expected: Double)

  public var description: String {
    func mm(_ value: Double) -> String { String(format: "%.1f mm", value) }
    switch self {
    case .empty: return "the mask is empty; check that somebody drew it"
    case .apart: return "it shows no part of the cord that the reference shows; check the positions in both headers"
    case .short(let slices): return "only \(slices) slices of the mask hold cord; at least \(Preparation.fewestSlices) are needed"
    case .jumped(let slices, let distance):
      return "slices \(slices.lowerBound) to \(slices.upperBound) of the mask lie \(mm(distance)) aside of the others; correct the mask"
    case .misplaced(let distance):
      return "the image shows the cord \(mm(distance)) beside the mask; check that mask and image belong together"
    case .partial(let share):
      return String(format: "the mask covers %.0f %% of the cord that the image shows; complete it", share * 100)
    case .otherShape(let distance, let expected):
      return "its outline is \(mm(distance)) off the other contrasts', expected at most \(mm(expected)); is it the same person?"
    case .otherImage(let similarity, let expected):
      return String(
        format: "the image agrees with the reference by %.2f, expected at least %.2f; is it the same person?", similarity, expected)
    }
  }
}
