import Simulation

/// All that decides what a simulated data set holds: the same settings give the same bytes.
///
/// How many people there are does not belong to it: more can be added to a data set later.
public struct CohortSettings: Sendable, Codable {
  /// Seed of everything that is drawn.
  public var seed: UInt64
  /// Scans of each person, in the order of acquisition.
  public var contrasts: [Contrast]
  /// What is wrong with the cords.
  public var pathology: Pathology

  /// Settings; each parameter is explained at its property.
  public init(seed: UInt64 = 1, contrasts: [Contrast] = Contrast.named, pathology: Pathology = .none) {
    (self.seed, self.contrasts, self.pathology) = (seed, contrasts, pathology)
  }
}
