extension BIDSName {
  /// The name of something made from this scan, on its own grid, as the BIDS validator accepts it: `sub-01_space-T2w_label-SC_probseg`.
  ///
  /// What tells the scan from others stays, so that ``source`` finds it again:
  /// - its suffix stands in `space-`, behind the scan's own space where it has one: `space-PAM50+T2w`;
  /// - `flip-`, `inv-` and `mt-`, which a derivative may not carry, are folded into `acq-`: `acq-axflip1mton`;
  /// - `desc-` is the scan's own, then what is said of the result: `desc-preproc+thr50`.
  ///
  /// - Parameters:
  ///   - added: What is said of the result: label, segmentation, description.
  ///   - suffix: Kind of the result.
  public func derivative(_ added: [Entity: String], suffix: String) -> BIDSName {
    var name = BIDSName(entities.filter { !Entity.ofDerivatives.contains($0.key) }, suffix: suffix)
    var folded: [Entity: String] = [:]
    for entity in FoldedAcquisition.entities { folded[entity] = name.entities.removeValue(forKey: entity) }
    name[.acquisition] = FoldedAcquisition.spelled(entities[.acquisition], folded)
    name[.resolution] = entities[.resolution]
    name.entities.merge(added) { $1 }
    name[.space] = added[.space] ?? entities[.space].map { "\($0)+\(origin ?? self.suffix)" } ?? origin ?? self.suffix
    name[.description] = FoldedDescription.spelled(entities[.description], added[.description])
    return name
  }

  /// The scan that a derivative was made from, the other way round than ``derivative(_:suffix:)``.
  ///
  /// - Returns: `nil` where the name does not tell the scan's suffix: without `space-`, or in a space that is no scan's.
  public var source: BIDSName? {
    guard origin == nil, let space = entities[.space] else { return nil }
    var scan = BIDSName(entities.filter { !Entity.ofDerivatives.contains($0.key) }, suffix: space)
    if let plus = space.lastIndex(of: "+") {
      scan[.space] = String(space[..<plus])
      scan.suffix = String(space[space.index(after: plus)...])
    } else if Self.commonSpaces.contains(space) {
      return nil
    }
    if let acquisition = entities[.acquisition] {
      let (own, folded) = FoldedAcquisition.read(acquisition)
      scan[.acquisition] = own
      scan.entities.merge(folded) { first, _ in first }
    }
    scan[.resolution] = entities[.resolution]
    scan[.description] = entities[.description].flatMap { FoldedDescription.read($0).own }
    return scan
  }

  /// What a mask's description says of the mask itself, and not of its scan: `thr50`, `manual`.
  public var remark: String? {
    entities[.description].flatMap { origin == nil ? FoldedDescription.read($0).remark : $0 }
  }

  /// Whether it says where a mask is to be relied on, and is none itself: its uncertainty, which contrasts cover it.
  public var isMapOfMask: Bool { ["uncertainty", "coverage"].contains(remark) }

  /// Whether this is the name of something made from a scan: as we name it, or as the Spine Generic database does.
  public func isMade(from scan: BIDSName) -> Bool {
    self != scan && ScanIdentity(ofMask: description).key == ScanIdentity(ofMask: scan.description).key
  }

  /// Spaces that no scan's suffix names.
  static let commonSpaces: Set<String> = ["orig", "other", "PAM50"]
}

/// `acq-` of a derivative: the scan's own, then the entities that a derivative may not carry, `axflip1mton`.
///
/// Where that would be read otherwise, as of a scan whose own `acq-` ends like it, a `+` stands between: `axflip1+mton`, `axmton+`.
private enum FoldedAcquisition {
  static let entities: [Entity] = [.flip, .inversion, .magnetizationTransfer]

  static func spelled(_ own: String?, _ folded: [Entity: String]) -> String? {
    let tail = entities.compactMap { entity in folded[entity].map { entity.rawValue + $0 } }.joined()
    let plain = (own ?? "") + tail
    let (readOwn, readFolded) = read(plain)
    if plain.isEmpty || (readOwn == own && readFolded == folded) { return plain.isEmpty ? nil : plain }
    return (own ?? "") + "+" + tail
  }

  static func read(_ text: String) -> (own: String?, folded: [Entity: String]) {
    func value(_ rest: Substring) -> String? { rest.isEmpty ? nil : String(rest) }
    if let plus = text.lastIndex(of: "+") {
      let (rest, folded) = tail(of: text[text.index(after: plus)...])
      return rest.isEmpty ? (value(text[..<plus]), folded) : (text, [:])
    }
    let (rest, folded) = tail(of: text[...])
    return (value(rest), folded)
  }

  /// The entities at the end of a text, and what stands before them.
  private static func tail(of text: Substring) -> (rest: Substring, folded: [Entity: String]) {
    var (rest, folded) = (text, [Entity: String]())
    for entity in entities.reversed() {
      let length =
        entity == .magnetizationTransfer
        ? ["on", "off"].first { rest.hasSuffix(entity.rawValue + $0) }?.count
        : Optional(rest.reversed().prefix { $0.isASCII && $0.isNumber }.count).flatMap { $0 > 0 ? $0 : nil }
      guard let length, rest.dropLast(length).hasSuffix(entity.rawValue) else { continue }
      folded[entity] = String(rest.suffix(length))
      rest = rest.dropLast(length + entity.rawValue.count)
    }
    return (rest, folded)
  }
}

/// `desc-` of a derivative: the scan's own, then a remark on the mask, `preproc+thr50`.
///
/// A scan's own that could be taken for a remark ends in a `+`: `manual+`.
enum FoldedDescription {
  /// Words that say something of a mask.
  private static let remarks: Set<String> = [
    "manual", "auto", "softseg", "seg", "truth", "groundtruth", "gt", "coverage", "uncertainty", "corrected",
  ]
  /// The same, followed by a number.
  private static let numbered = ["thr", "rater", "expert"]

  static func spelled(_ own: String?, _ remark: String?) -> String? {
    guard let own else { return remark }
    let plain = [own, remark].compactMap { $0 }.joined(separator: "+")
    return read(plain) == (own, remark) ? plain : plain + "+"
  }

  static func read(_ text: String) -> (own: String?, remark: String?) {
    if text.hasSuffix("+") { return (String(text.dropLast()), nil) }
    let plus = text.lastIndex(of: "+")
    let last = String(plus.map { text[text.index(after: $0)...] } ?? text[...])
    guard isRemark(last) else { return (text, nil) }
    return (plus.map { String(text[..<$0]) }, last)
  }

  private static func isRemark(_ word: String) -> Bool {
    remarks.contains(word) || numbered.contains { word.hasPrefix($0) && word.dropFirst($0.count).allSatisfy { $0.isASCII && $0.isNumber } }
  }
}
