import Morphometry
import Volumes

/// How well a model segments one scan whose mask is known.
public struct Score: Sendable, Codable {
  public var name: String
  /// What was acquired, where that is known.
  public var contrast: String?
  /// Overlap of both masks cut at 0.5.
  public var dice: Double
  /// 2·Σpg / (Σp² + Σg²).
  public var softDice: Double
  /// Σp / Σg − 1.
  public var volumeError: Double
  /// Σ|p − g| / Σg: what is said in the wrong place or by the wrong amount, relative to the cord.
  public var softError: Double?
  /// Mean area across the cord relative to the reference's, minus one, over the slices that both measure; `nil` where none can be.
  public var areaError: Double?

  /// - Parameters:
  ///   - prediction: Occupancy.
  ///   - reference: Occupancy or a drawn mask on the same voxels.
  ///   - partial: Slices that the reference leaves empty are unknown.
  init(_ name: String, contrast: String?, prediction: Volume, reference: Volume, partial: Bool) {
    let agreement = Agreement(of: prediction, with: reference, partial: partial)
    (self.name, self.contrast) = (name, contrast)
    (dice, softDice, volumeError) = (agreement.dice, agreement.softDice, agreement.volumeError)
    softError = Self.softError(prediction, reference, partial: partial)
    areaError = Self.areaError(prediction, reference)
  }

  /// One minus the mean soft Dice; `nil` without scores.
  static func meanError(_ scores: [Score]) -> Double? {
    scores.isEmpty ? nil : 1 - scores.reduce(0) { $0 + $1.softDice } / Double(scores.count)
  }

  private static func softError(_ prediction: Volume, _ reference: Volume, partial: Bool) -> Double? {
    let annotated = partial ? reference.annotatedSlices : nil
    let shape = reference.grid.shape
    let stride = annotated.map { [1, shape.x, shape.x * shape.y][$0.axis] }
    var (difference, sum) = (0.0, 0.0)
    for offset in reference.voxels.indices where prediction.voxels[offset] != 0 || reference.voxels[offset] != 0 {
      if let annotated, let stride, !annotated.slices.contains(offset / stride % shape[annotated.axis]) { continue }
      difference += Double(abs(prediction.voxels[offset] - reference.voxels[offset]))
      sum += Double(reference.voxels[offset])
    }
    return sum > 0 ? difference / sum : nil
  }

  private static func areaError(_ prediction: Volume, _ reference: Volume) -> Double? {
    guard let found = try? Morphometry.measure(mask: prediction), let known = try? Morphometry.measure(mask: reference) else { return nil }
    let areas = Dictionary(
      found.compactMap { slice in slice.section.map { (slice.slice, $0.area) } }, uniquingKeysWith: { first, _ in first })
    let pairs = known.compactMap { slice -> (Double, Double)? in
      guard let section = slice.section, let area = areas[slice.slice] else { return nil }
      return (area, section.area)
    }
    let total = pairs.reduce(0) { $0 + $1.1 }
    return total > 0 ? pairs.reduce(0) { $0 + $1.0 } / total - 1 : nil
  }
}

/// Scores of one contrast: means over its scans.
struct ContrastScore {
  let name: String
  let dice: Double
  /// Percent.
  let softError: Double?
  /// Mean of the absolute errors, percent.
  let areaError: Double?

  /// By contrast, in the order of their names; scans of unknown contrast stand for themselves.
  static func of(_ scores: [Score]) -> [ContrastScore] {
    Dictionary(grouping: scores) { $0.contrast ?? $0.name }.sorted { $0.key < $1.key }.map { name, scores in
      func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
      return ContrastScore(
        name: name, dice: mean(scores.map(\.dice))!, softError: mean(scores.compactMap(\.softError)).map { $0 * 100 },
        areaError: mean(scores.compactMap(\.areaError).map(abs)).map { $0 * 100 })
    }
  }
}
