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
