/// A part of a BIDS file name: `sub-01` is the entity `sub` with the value `01`.
///
/// Cases stand in the order in which names list them. Source: BIDS specification 1.10, appendix "Entity table", and the derivatives' own.
public enum Entity: String, CaseIterable, Sendable, Hashable, Comparable {
  case subject = "sub"
  case session = "ses"
  case sample
  case task
  case trackingSystem = "tracksys"
  case acquisition = "acq"
  case nucleus = "nuc"
  case volumeOfInterest = "voi"
  case contrastAgent = "ce"
  case tracer = "trc"
  case stain
  case reconstruction = "rec"
  case direction = "dir"
  case run
  case modality = "mod"
  case echo
  case flip
  case inversion = "inv"
  case magnetizationTransfer = "mt"
  case part
  case processing = "proc"
  case hemisphere = "hemi"
  case space
  case split
  case recording
  case chunk
  case atlas
  case segmentation = "seg"
  case scale
  case resolution = "res"
  case density = "den"
  case label
  case description = "desc"

  /// What a derivative says of itself; the others say which scan it was made from.
  public static let ofDerivatives: Set<Entity> = [.space, .atlas, .segmentation, .scale, .resolution, .density, .label, .description]

  private static let ranks = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

  /// Names list the smaller one first.
  public static func < (a: Self, b: Self) -> Bool { ranks[a]! < ranks[b]! }
}
