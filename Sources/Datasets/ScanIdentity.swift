/// Which scan a mask was made from, as its name tells.
public struct ScanIdentity: Sendable, Hashable {
  /// Name of the person without `sub-`; of files that are not named as BIDS has it, the folder they lie in, else the scan's name.
  public let person: String
  /// What kind of scan: the suffix with the entities that tell acquisitions apart, `acq-flip1mton_MTS`; without session and run.
  public let contrast: String
  /// Which of the person's scans: the contrast with session and run, `ses-1_run-2_T2w`.
  public let series: String
  /// The same for every mask of one scan, whoever named it.
  public let key: String

  public init(person: String, contrast: String, series: String? = nil, key: String? = nil) {
    (self.person, self.contrast, self.series) = (person, contrast, series ?? contrast)
    self.key = key ?? "\(person)/\(series ?? contrast)"
  }

  /// - Parameters:
  ///   - path: Of a mask or a scan.
  ///   - folder: Where it was found, from the folder that was searched; empty at its top.
  public init(ofMask path: String, in folder: String = "") {
    let scan = OutputName.scan(ofMask: path)
    guard !scan.contains("."), let name = BIDSName(scan) else {
      key = scan
      person = folder.isEmpty ? scan : folder
      contrast = folder.isEmpty ? Self.unnamed : scan
      series = contrast
      return
    }
    // Derivatives fold flip- and mt- into acq-: the scan's own name is folded alike.
    var folded = name.derivative([:], suffix: "mask")
    // A plus tells apart what is folded and what is not; programs that know no plus leave it out.
    key = name.origin == nil ? folded.description.replacingOccurrences(of: "+", with: "") : scan
    person = name[.subject] ?? scan
    folded[.space] = name[.space]
    func label(without left: Set<Entity>) -> String {
      let entities = folded.entities.filter { !left.contains($0.key) }.sorted { $0.key < $1.key }.map { "\($0.key.rawValue)-\($0.value)" }
      return (entities + [name.origin, name.suffix].compactMap { $0 }).joined(separator: "_")
    }
    contrast = label(without: [.subject, .session, .run, .space, .resolution, .description])
    series = label(without: [.subject])
  }

  /// The contrast of scans whose names do not tell it.
  public static let unnamed = "unnamed"
}
