/// The name of a file in a BIDS data set, without folder and extension: `sub-01_acq-ax_T2w`.
public struct BIDSName: Sendable, Hashable, CustomStringConvertible {
  /// Values of the entities; letters and digits.
  public var entities: [Entity: String]
  /// What kind of file it is: `T2w`, `dwi`, `probseg`.
  public var suffix: String
  /// The scan's suffix where a mask's name keeps it in the middle, as the Spine Generic database does: `T2w` in `sub-01_T2w_label-SC_seg`.
  public var origin: String?

  public init(_ entities: [Entity: String], suffix: String, origin: String? = nil) {
    (self.entities, self.suffix, self.origin) = (entities, suffix, origin)
  }

  /// Reads a name; folders before it and what follows its first dot are left out.
  ///
  /// - Returns: `nil` unless it is a name of one person's file: entities of BIDS, each once, `sub` first, and a suffix.
  public init?(_ path: String) {
    self.init(path, anyone: false)
    guard path.split(separator: "/").last?.hasPrefix("sub-") == true else { return nil }
  }

  /// - Parameter anyone: Whether names of no person are taken too, as those of sidecars that hold for a whole data set.
  init?(_ path: String, anyone: Bool) {
    guard let file = path.split(separator: "/").last, let stem = file.split(separator: ".", omittingEmptySubsequences: false).first else {
      return nil
    }
    let parts = stem.split(separator: "_", omittingEmptySubsequences: false)
    guard let last = parts.last, Self.isLabel(last), parts.count > 1 || anyone else { return nil }
    var entities: [Entity: String] = [:]
    var origin: String?
    for part in parts.dropLast() {
      guard let hyphen = part.firstIndex(of: "-") else {
        guard origin == nil, Self.isLabel(part), !entities.isEmpty else { return nil }
        origin = String(part)
        continue
      }
      let value = part[part.index(after: hyphen)...]
      guard let entity = Entity(rawValue: String(part[..<hyphen])), Self.isLabel(value),
        entities.updateValue(String(value), forKey: entity) == nil
      else { return nil }
    }
    self.init(entities, suffix: String(last), origin: origin)
  }

  private static func isLabel(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.unicodeScalars.allSatisfy { $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "+") }
  }

  public subscript(entity: Entity) -> String? {
    get { entities[entity] }
    set { entities[entity] = newValue }
  }

  /// The name as BIDS spells it: entities in its order, then the suffix; an origin stands behind the entities of the scan.
  public var description: String {
    func spelled(_ chosen: (Entity) -> Bool) -> [String] { entities.keys.filter(chosen).sorted().map { "\($0.rawValue)-\(entities[$0]!)" } }
    guard let origin else { return (spelled { _ in true } + [suffix]).joined(separator: "_") }
    let parts = spelled { !Entity.ofDerivatives.contains($0) } + [origin] + spelled { Entity.ofDerivatives.contains($0) } + [suffix]
    return parts.joined(separator: "_")
  }

  /// Folder of the person's files of one kind, from the root of the data set: `sub-01/ses-2/anat`.
  ///
  /// - Parameter datatype: `anat`, `dwi`, `func`, ….
  public func folder(_ datatype: String) -> String {
    ([.subject, .session] as [Entity]).compactMap { entity in entities[entity].map { "\(entity.rawValue)-\($0)/" } }.joined() + datatype
  }

  /// The kind of folder that a scan of this suffix lies in.
  public var datatype: String {
    switch suffix {
    case "dwi", "sbref": "dwi"
    case "bold", "cbv": "func"
    default: "anat"
    }
  }
}
