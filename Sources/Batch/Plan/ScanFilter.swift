import Datasets
import Files
import Foundation

/// Which files of a data set are scans to work on.
public struct ScanFilter: Sendable {
  /// People, with or without `sub-`; empty takes all.
  public var people: [String] = []
  /// Sessions, with or without `ses-`; empty takes all.
  public var sessions: [String] = []
  /// Suffixes (`T2w`), or contrasts with what tells them apart (`acq-ax_T2w`); empty takes all that show anatomy.
  public var contrasts: [String] = []
  /// Further conditions, any of which is enough; empty sets none.
  public var queries: [Query] = []

  public init() {}

  /// Suffixes of `anat` that are scans of anatomy, and not maps computed from them.
  public static let suffixes: Set<String> = [
    "T1w", "T2w", "PDw", "PDT2", "T2starw", "T2star", "inplaneT1", "inplaneT2", "FLAIR", "MTS", "MTw", "MTon", "MToff", "UNIT1", "MP2RAGE",
    "MEGRE", "MESE", "VFA", "FLASH", "STIR", "angio", "SWI",
  ]

  /// One entry of a `--bids-filter-file`.
  public struct Query: Sendable, Hashable {
    /// What an entity, the suffix or the datatype must be.
    public enum Condition: Sendable, Hashable {
      case one(of: [String])
      case absent
      case present

      func holds(for value: String?) -> Bool {
        switch self {
        case .one(let values): value.map(values.contains) ?? false
        case .absent: value == nil
        case .present: value != nil
        }
      }
    }

    public var conditions: [String: Condition]

    func holds(for file: DatasetFile) -> Bool {
      conditions.allSatisfy { key, condition in
        switch key {
        case "suffix": condition.holds(for: file.name.suffix)
        case "datatype": condition.holds(for: file.datatype)
        default: condition.holds(for: Self.entity(named: key).flatMap { file.name[$0] })
        }
      }
    }

    /// Names of entities as PyBIDS spells them, or as file names do.
    static func entity(named name: String) -> Entity? {
      let long: [String: Entity] = [
        "subject": .subject, "session": .session, "acquisition": .acquisition, "ceagent": .contrastAgent, "reconstruction": .reconstruction,
        "direction": .direction, "modality": .modality, "inversion": .inversion, "mt": .magnetizationTransfer, "processing": .processing,
      ]
      return long[name] ?? Entity(rawValue: name)
    }
  }

  /// Reads a filter file as fMRIPrep has it: `{"t2w": {"datatype": "anat", "suffix": "T2w", "acquisition": null}}`.
  ///
  /// A value is a text or a number, a list of which one must hold, `null` or `"Query.NONE"` for an entity that must not be there, or `"*"` or
  /// `"Query.ANY"` for one that must.
  ///
  /// - Throws: ``BatchError/filter(path:reason:)``.
  public static func queries(in path: String) throws -> [Query] {
    guard let data = FileManager.default.contents(atPath: path) else { throw FileError.missing(path: path) }
    guard case .object(let entries)? = try? JSONDecoder().decode(JSONValue.self, from: data) else {
      throw BatchError.filter(path: path, reason: "is no JSON object")
    }
    return try entries.sorted { $0.key < $1.key }.map { name, value in
      guard case .object(let fields) = value else { throw BatchError.filter(path: path, reason: "\(name) is no object of entities") }
      var query = Query(conditions: [:])
      for (key, value) in fields where key != "extension" {
        guard key == "suffix" || key == "datatype" || Query.entity(named: key) != nil else {
          throw BatchError.filter(path: path, reason: "\(name): there is no entity \(key)")
        }
        query.conditions[key] = try condition(value, path, "\(name).\(key)")
      }
      return query
    }
  }

  private static func condition(_ value: JSONValue, _ path: String, _ place: String) throws -> Query.Condition {
    func text(_ value: JSONValue) throws -> String {
      if let number = value.number { return String(Int(number)) }
      guard let text = value.text else { throw BatchError.filter(path: path, reason: "\(place) is neither text nor number") }
      return text
    }
    if value == .null { return .absent }
    if let list = value.list { return .one(of: try list.map(text)) }
    switch try text(value) {
    case "*", "Query.ANY": return .present
    case "Query.NONE": return .absent
    case let one: return .one(of: [one])
    }
  }

  /// The scans of a data set, in the order of their paths.
  ///
  /// - Throws: `DatasetError`; ``BatchError/nobody(asked:)`` for people or sessions that are not there.
  public func scans(of dataset: Dataset) throws -> [DatasetFile] {
    let all = try dataset.files(datatypes: queries.isEmpty ? ["anat", "dwi"] : [])
    func plain(_ names: [String], _ prefix: String) -> Set<String> {
      Set(names.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 })
    }
    let (wantedPeople, wantedSessions) = (plain(people, "sub-"), plain(sessions, "ses-"))
    let absent = wantedPeople.subtracting(try dataset.subjects)
    if !absent.isEmpty { throw BatchError.nobody(asked: absent.sorted().map { "sub-" + $0 }) }
    return all.filter { file in
      (wantedPeople.isEmpty || wantedPeople.contains(file.name[.subject] ?? ""))
        && (wantedSessions.isEmpty || wantedSessions.contains(file.name[.session] ?? ""))
        && isWanted(file)
    }
  }

  private func isWanted(_ file: DatasetFile) -> Bool {
    guard file.name.origin == nil, file.name[.label] == nil, file.name[.segmentation] == nil else { return false }
    if !queries.isEmpty, !queries.contains(where: { $0.holds(for: file) }) { return false }
    if !contrasts.isEmpty {
      let identity = ScanIdentity(ofMask: file.path)
      return contrasts.contains { $0 == file.name.suffix || $0 == identity.contrast || $0 == identity.series }
    }
    if !queries.isEmpty { return true }
    // Single volumes of diffusion are no anatomy; a mean of them is.
    if file.datatype == "dwi" { return file.name[.reconstruction] != nil }
    return Self.suffixes.contains(file.name.suffix) && file.name[.part] != "phase"
  }
}
