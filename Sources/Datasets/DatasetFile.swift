import Files
import Foundation

/// A file of one person in a data set.
public struct DatasetFile: Sendable, Hashable {
  /// Folder of the data set.
  public let root: String
  /// From the root.
  public let path: String
  public let name: BIDSName
  /// Folder it lies in: `anat`, `dwi`, ….
  public let datatype: String

  /// Path to open.
  public var location: String { root + "/" + path }

  /// Whether its content is there: data sets kept by git-annex or DataLad hold links to files that may not have been fetched.
  public var isPresent: Bool { FileManager.default.isReadableFile(atPath: location) }

  /// Whether its name says that it was made from a scan.
  ///
  /// - Parameter anyDescription: Whether a `desc-` that the scan has not is passed over: who named the file may have meant the mask.
  public func isMade(from scan: BIDSName, anyDescription: Bool = false) -> Bool {
    var own = OutputName.scan(ofMask: path)
    guard own != OutputName.stem(of: path) else { return false }
    if anyDescription, scan[.description] == nil, var source = BIDSName(own) {
      source[.description] = nil
      own = source.description
    }
    return ScanIdentity(ofMask: own).key == ScanIdentity(ofMask: scan.description).key
  }

  /// What sidecars say of this file: its own, and those of the folders above that hold for it; the nearest one wins.
  ///
  /// - Throws: ``DatasetError``.
  ///
  /// Source: BIDS specification, "The inheritance principle".
  public var sidecar: [String: JSONValue] {
    get throws(DatasetError) {
      var values: [String: JSONValue] = [:]
      var folder = root
      for part in [""] + path.split(separator: "/").dropLast().map(String.init) {
        if !part.isEmpty { folder += "/" + part }
        let sidecars = try Dataset.contents(of: folder).filter { $0.hasSuffix(".json") }.compactMap { file -> (String, BIDSName)? in
          guard let other = BIDSName(file, anyone: true), other.suffix == name.suffix, other.origin == name.origin,
            other.entities.allSatisfy({ name[$0.key] == $0.value })
          else { return nil }
          return (file, other)
        }
        // More entities say more closely which files are meant.
        for (file, _) in sidecars.sorted(by: { $0.1.entities.count < $1.1.entities.count }) {
          values.merge(try Dataset.decode([String: JSONValue].self, from: "\(folder)/\(file)")) { $1 }
        }
      }
      return values
    }
  }
}

extension [DatasetFile] {
  /// Those whose names tell this scan; where there is none, those that do but for a description that is not the scan's. Maps that tell where a
  /// mask is to be relied on are none.
  public func made(from scan: BIDSName) -> [DatasetFile] {
    let masks = filter { !$0.name.isMapOfMask }
    let made = masks.filter { $0.isMade(from: scan) }
    return made.isEmpty ? masks.filter { $0.isMade(from: scan, anyDescription: true) } : made
  }
}
