import Augmentation
import Training

/// All that decides a study: who is in it, what is learned from whom, and what is compared with what.
public struct StudyConfiguration: Sendable, Codable {
  public var name: String
  public var cohort: CohortSource
  public var split: StudySplit
  /// First and last vertebral level whose area is measured; C2 and C3 in the paper.
  public var levels: [Int]
  /// How every arm is trained; the study fills in scans, label and loss.
  public var training: TrainingConfiguration
  public var arms: [StudyArm]
  /// Masks of other programs, judged like an arm's.
  public var peers: [StudyPeer]?
  /// What was planned to be compared; p-values are corrected within each of them.
  public var comparisons: [PlannedComparison]
  /// Largest mean difference of areas that does not matter, mm²; no test of equivalence when absent.
  public var margin: Double?

  /// Vertebral levels whose area is measured.
  public var measured: ClosedRange<Int> { levels[0]...levels[1] }

  /// Checks what decoding cannot.
  ///
  /// - Throws: ``StudyError/configuration(reason:)``.
  public func validate() throws(StudyError) {
    func require(_ holds: Bool, _ reason: String) throws(StudyError) {
      guard holds else { throw .configuration(reason: reason) }
    }
    try require((cohort.path == nil) != (cohort.simulate == nil), "cohort has either a path or simulate")
    try require(
      levels.count == 2 && levels[0] <= levels[1] && levels[0] >= 1, "levels are the first and the last vertebra, such as [2, 3]")
    try require(!arms.isEmpty, "arms is empty")
    let names = arms.map(\.name) + (peers ?? []).map(\.name)
    try require(Set(names).count == names.count, "two arms or peers have the same name")
    try require(names.allSatisfy { !$0.contains("/") && !$0.hasPrefix(".") }, "names of arms are names of files: no slash, no leading dot")
    let known = Set(names + LabelSource.allCases.map(\.method))
    for comparison in comparisons {
      try require(comparison.methods.count > 1, "comparisons: \(comparison.name) names fewer than two methods")
      if let unknown = comparison.methods.first(where: { !known.contains($0) }) {
        let names = known.sorted().joined(separator: ", ")
        throw .configuration(reason: "comparisons: \(comparison.name): there is no method \(unknown); known: \(names)")
      }
    }
    if let simulate = cohort.simulate { try require(simulate.people >= 2, "cohort.simulate.people must be at least 2") }
  }
}

/// Where the people come from.
public struct CohortSource: Sendable, Codable {
  /// A data set in the layout of Spine Generic; from the configuration's folder unless it begins with `/`.
  public var path: String?
  /// A data set that the study simulates.
  public var simulate: SimulatedCohort?
  /// Names of contrasts without the person, `flip-1_mt-on_MTS`; all that anybody has when absent.
  public var contrasts: [String]?
  /// Derivative with the raters' masks; `labels` when absent.
  public var labels: String?
  /// Derivative with exact masks; `truth` when absent, and none where there is no such derivative.
  public var truth: String?
}

/// People who are simulated for a study.
public struct SimulatedCohort: Sendable, Codable {
  public var people: Int
  public var seed: UInt64
  /// Side of the field of view around the cord, mm, and its vertebral levels; the protocol's when absent.
  public var side: Double?
  public var levels: [Int]?
  /// How often people have which finding; what is left to 1 is healthy.
  public var pathologies: [String: Double]?
}

/// Who is trained on and who is tested; nobody is both.
public struct StudySplit: Sendable, Codable {
  /// People who are tested, drawn by seed; ``testPeople`` names them instead.
  public var test: Int?
  public var seed: UInt64?
  /// Column of `participants.tsv`: as many of the tested have `none` or `n/a` there as have something else.
  public var balance: String?
  public var testPeople: [String]?
  /// Everybody who is not tested when absent.
  public var trainPeople: [String]?
}

/// What is taken for true in training.
public enum LabelSource: String, Sendable, Codable, CaseIterable {
  /// Each contrast's own mask, as its rater drew it.
  case binary
  /// The mean of the published recipe, cut at one half.
  case binarizedMean
  /// The mean of the published recipe.
  case softMean
  /// The refined recipe's.
  case refined
  /// The exact truth.
  case truth

  /// Its name among the methods that are compared: labels are judged like masks of a network.
  public var method: String { "label " + rawValue }
}

/// One model, or one for each contrast, and how it is judged.
public struct StudyArm: Sendable, Codable {
  public var name: String
  public var label: LabelSource
  /// The configuration's own when absent.
  public var loss: [LossTerm]?
  /// The configuration's own when absent.
  public var augmentation: AugmentationSettings?
  /// One model for each contrast, which share the steps of one arm; one for all when absent.
  public var specific: Bool?
}

/// Masks that another program made of the tested people.
public struct StudyPeer: Sendable, Codable {
  public var name: String
  /// Folder in the layout of BIDS derivatives; from the study's folder unless it begins with `/`.
  public var path: String
}

/// Methods that are tested against each other.
public struct PlannedComparison: Sendable, Codable {
  public var name: String
  /// Names of arms, of peers, or of labels: `label binary`.
  public var methods: [String]
}
