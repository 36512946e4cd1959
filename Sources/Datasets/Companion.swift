/// What a file that belongs to a scan shows, and what such files are called.
public enum Companion: String, CaseIterable, Sendable {
  case scan, cord, discs, levels, junction, canal, lesion, compression

  /// What follows the scan's name in names of the Spine Generic database, the Spinal Cord Toolbox and TotalSpineSeg, the more usual first.
  var endings: [String] {
    switch self {
    case .scan: [""]
    case .cord: ["_label-SC_seg", "_seg-manual", "_seg", "_label-SC_mask", "_label-SC_softseg", "_label-SC_probseg"]
    case .discs: ["_label-discs_dlabel", "_label-disc", "_labels-disc", "_discs", "_label-discs_desc-warp_dlabel", "_totalspineseg_discs"]
    case .levels: ["_label-vertebrae_dseg", "_seg-levels_dseg", "_seg_labeled", "_labels-vert", "_levels"]
    case .junction: ["_label-pmj_dlabel", "_pmj", "_labels-pmj"]
    case .canal: ["_label-canal_seg", "_label-canal_probseg", "_canal_seg", "_canal"]
    case .lesion: ["_label-lesion_seg", "_label-lesion_probseg", "_lesionseg", "_lesion"]
    case .compression: ["_label-compression_label", "_label-compression_seg", "_compression"]
    }
  }

  /// How it is named as a BIDS derivative.
  var derivatives: [(entities: [Entity: String], suffix: String)] {
    switch self {
    case .cord: ["mask", "probseg", "dseg"].map { ([.label: "SC"], $0) }
    case .discs, .levels: [([.segmentation: rawValue], "dseg")]
    case .canal, .lesion, .compression: [([.label: rawValue], "probseg")]
    case .junction, .scan: []
    }
  }

  /// Words of which one stands in the names of such files, small letters.
  var words: [String] {
    switch self {
    case .scan: []
    case .cord: ["seg", "mask"]
    case .discs: ["disc"]
    case .levels: ["level", "vert", "labeled"]
    case .junction: ["pmj"]
    case .canal, .lesion, .compression: [rawValue]
    }
  }

  /// Names that such a file of a scan may have, without folder and extension, the first is to be preferred.
  ///
  /// - Parameters:
  ///   - scan: Name of the scan, without folder and extension.
  ///   - prefersSoft: Whether soft masks come before binary ones, as people draw them.
  public func stems(of scan: String, prefersSoft: Bool = false) -> [String] {
    let made = BIDSName(scan).map { name in derivatives.map { name.derivative($0.entities, suffix: $0.suffix).description } } ?? []
    let stems = endings.map { scan + $0 } + made
    guard prefersSoft else { return stems }
    func isSoft(_ stem: String) -> Bool { MaskName.softSuffixes.contains { stem.hasSuffix("_" + $0) } }
    return stems.filter(isSoft) + stems.filter { !isSoft($0) }
  }

  /// Whether a derivative says that it shows this.
  public func isShown(by name: BIDSName) -> Bool {
    guard let own = name[.label] ?? name[.segmentation] else { return false }
    return self == .cord ? own == "SC" : words.contains(where: own.lowercased().contains)
  }

  /// Endings that name no suffix of a mask, the longest first.
  static let endings = allCases.flatMap(\.endings).filter { !$0.isEmpty }.sorted { $0.count > $1.count }
}
