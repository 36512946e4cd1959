import Simulation

/// All that decides what a simulated data set holds: the same settings give the same bytes.
///
/// How many people there are does not belong to it: more can be added to a data set later.
public struct CohortSettings: Sendable, Codable {
  /// Seed of everything that is drawn.
  public var seed: UInt64
  /// Scans of each person, in the order of acquisition.
  public var contrasts: [Contrast]
  /// How the people differ from the population.
  public var anatomy: AnatomySettings
  /// Protocols, tissues, scanners, and how often people have which finding.
  public var simulation: SimulationSettings
  /// What of the protocol's field of view is scanned; all when absent.
  public var crop: Crop?
  /// Whether masks as raters draw them are written as well, into `derivatives/labels`; not when absent.
  public var raters: Bool?
  /// Visits over years, with the true change between them; one visit when absent.
  public var visits: Visits?

  /// A field of view that is smaller than the protocol's, for studies that need many scans.
  public struct Crop: Sendable, Codable {
    /// Side of its plane, mm: the cord's own way across it and what is left on both sides.
    public var side: Double
    /// First and last vertebral level, C1 = 1; all that the protocol holds when absent.
    public var levels: [Int]?

    public init(side: Double, levels: [Int]? = nil) { (self.side, self.levels) = (side, levels) }
  }

  /// Settings; each parameter is explained at its property.
  public init(
    seed: UInt64 = 1, contrasts: [Contrast] = Contrast.named, anatomy: AnatomySettings = .standard,
    simulation: SimulationSettings = .standard
  ) {
    (self.seed, self.contrasts, self.anatomy, self.simulation) = (seed, contrasts, anatomy, simulation)
  }

  /// Refuses what cannot be drawn or scanned.
  ///
  /// - Throws: ``SettingsError`` that names the setting.
  public func validate() throws {
    if contrasts.isEmpty || Set(contrasts).count < contrasts.count {
      throw SettingsError.impossible(
        path: "contrasts", found: "\(contrasts.map(\.rawValue))", expected: "at least one, each once")
    }
    if let crop {
      guard (40...1000).contains(crop.side) else {
        throw SettingsError.impossible(path: "crop.side", found: "\(crop.side)", expected: "40 to 1000 mm")
      }
      if let levels = crop.levels, levels.count != 2 || levels[0] > levels[1] || !levels.allSatisfy(CohortTables.levels.contains) {
        throw SettingsError.impossible(path: "crop.levels", found: "\(levels)", expected: "the first and the last level, 1 to 10")
      }
    }
    try visits?.validate()
    try anatomy.validate()
    try simulation.validate()
  }

  /// Gives everybody the same kind of finding, or with `mixed` some of any kind.
  public mutating func setPathology(_ pathology: Pathology) {
    for kind in simulation.pathologies.keys { simulation.pathologies[kind] = 0 }
    switch pathology {
    case .none: break
    case .mixed: for (kind, share) in Self.mixture { simulation.pathologies[kind.rawValue] = share }
    default: simulation.pathologies[pathology.rawValue] = 1
    }
  }

  /// Compression is what patients have most often; one in ten is healthy.
  private static let mixture: [(Pathology, Double)] = [
    (.compression, 0.3), (.lesion, 0.2), (.atrophy, 0.1), (.trauma, 0.1), (.syrinx, 0.1), (.oedema, 0.1),
  ]
}
