import Files
import Foundation

/// A BIDS data set on disk: raw scans, or derivatives of them.
public struct Dataset: Sendable {
  /// The folder that holds `dataset_description.json`.
  public let root: String
  public let description: DatasetDescription

  /// Opens a data set.
  ///
  /// - Throws: ``DatasetError``.
  public init(at root: String) throws(DatasetError) {
    self.root = root
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder), isFolder.boolValue else { throw .missing(path: root) }
    let path = root + "/dataset_description.json"
    guard FileManager.default.fileExists(atPath: path) else { throw .noDescription(path: root) }
    description = try Self.decode(DatasetDescription.self, from: path)
  }

  /// Opens a folder that is named like a data set, whether it says that it is one or not.
  ///
  /// - Parameter undescribed: What is taken for its description where it has none.
  /// - Throws: ``DatasetError``.
  public init(at root: String, undescribed: DatasetDescription) throws(DatasetError) {
    do throws(DatasetError) {
      self = try Dataset(at: root)
    } catch .noDescription {
      self = Dataset(root: root, description: undescribed)
    }
  }

  private init(root: String, description: DatasetDescription) { (self.root, self.description) = (root, description) }

  /// Names of people with a folder of their own, without `sub-`, in the order of their names.
  public var subjects: [String] {
    get throws(DatasetError) { try Self.contents(of: root).filter { $0.hasPrefix("sub-") }.map { String($0.dropFirst(4)) } }
  }

  /// Names of the data sets in the folder `derivatives`.
  public var derivatives: [String] {
    get throws(DatasetError) {
      let folder = root + "/derivatives"
      guard FileManager.default.fileExists(atPath: folder) else { return [] }
      return try Self.contents(of: folder).filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)/dataset_description.json") }
    }
  }

  /// A data set in the folder `derivatives`.
  public func derivative(_ name: String) throws(DatasetError) -> Dataset { try Dataset(at: "\(root)/derivatives/\(name)") }

  /// Files of people, in the order of their paths.
  ///
  /// - Parameters:
  ///   - entities: Each must have this value.
  ///   - suffixes: One of these; empty takes any.
  ///   - datatypes: `anat`, `dwi`, …; empty takes any.
  ///   - extensions: One of these, with the dot.
  /// - Throws: ``DatasetError/unreadable(path:reason:)``.
  public func files(
    _ entities: [Entity: String] = [:], suffixes: Set<String> = [], datatypes: Set<String> = [], extensions: [String] = [".nii.gz", ".nii"]
  ) throws(DatasetError) -> [DatasetFile] {
    var found: [DatasetFile] = []
    for subject in try subjects where entities[.subject] == nil || entities[.subject] == subject {
      let own = "sub-" + subject
      let folders = try Self.contents(of: "\(root)/\(own)")
      var places = folders.filter { !$0.hasPrefix("ses-") }.map { "\(own)/\($0)" }
      for session in folders where session.hasPrefix("ses-") {
        places += try Self.contents(of: "\(root)/\(own)/\(session)").map { "\(own)/\(session)/\($0)" }
      }
      for place in places {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: "\(root)/\(place)", isDirectory: &isFolder), isFolder.boolValue else { continue }
        let datatype = place.lastPathComponent
        guard datatypes.isEmpty || datatypes.contains(datatype) else { continue }
        for file in try Self.contents(of: "\(root)/\(place)") {
          guard let ending = extensions.first(where: { file.hasSuffix($0) }), !file.dropLast(ending.count).contains("."),
            let name = BIDSName(file), suffixes.isEmpty || suffixes.contains(name.suffix), entities.allSatisfy({ name[$0.key] == $0.value })
          else { continue }
          found.append(DatasetFile(root: root, path: "\(place)/\(file)", name: name, datatype: datatype))
        }
      }
    }
    return found
  }

  /// What was made from a scan and lies in this data set.
  ///
  /// - Parameters:
  ///   - scan: A file of the raw data set.
  ///   - label: What it shows: `SC` for the cord.
  ///   - suffixes: One of these; empty takes any.
  public func files(
    madeFrom scan: BIDSName, label: String? = nil, suffixes: Set<String> = [], extensions: [String] = [".nii.gz", ".nii"]
  ) throws(DatasetError) -> [DatasetFile] {
    var wanted: [Entity: String] = [:]
    wanted[.subject] = scan[.subject]
    wanted[.label] = label
    return try files(wanted, suffixes: suffixes, extensions: extensions).made(from: scan)
  }

  /// Names in a folder, sorted; hidden ones are left out.
  static func contents(of folder: String) throws(DatasetError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw .unreadable(path: folder, reason: error.localizedDescription)
    }
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws(DatasetError) -> Value {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch DecodingError.keyNotFound(let key, _) {
      throw .malformed(path: path, reason: "\(key.stringValue) is missing")
    } catch DecodingError.typeMismatch(_, let context) {
      throw .malformed(path: path, reason: "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is of the wrong kind")
    } catch {
      throw .malformed(path: path, reason: "is not the JSON that BIDS asks for")
    }
  }
}
