import Datasets
import Files
import Foundation

/// The files of the data set as a whole.
extension Cohort {
  /// Where the settings are kept, from the root; BIDS leaves the folder `code` to the authors.
  static let settingsFile = "code/simulation.json"

  private var record: JSONValue {
    get throws {
      var record: [String: JSONValue] = ["softcord": .text(program.version ?? "unknown"), "settings": try Self.encoded(settings)]
      if !backdrops.isEmpty { record["backdrops"] = .list(backdrops.map { .text($0.name) }) }
      return .object(record)
    }
  }

  /// What is taken where a record lacks a setting, because there was none yet when it was written.
  private static var standard: JSONValue {
    get throws { .object(["settings": try encoded(CohortSettings())]) }
  }

  /// Through the coder, so that a record that was read compares with one that was not written yet.
  private static func encoded(_ settings: CohortSettings) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(settings))
  }

  /// Makes the folder, or makes sure that it holds a data set of the same settings.
  ///
  /// - Returns: What keeps other programs out of it.
  func begin() throws -> FolderLock {
    let contents = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let path = "\(folder)/\(Self.settingsFile)"
    if FileManager.default.fileExists(atPath: path) {
      guard let data = FileManager.default.contents(atPath: path), let there = try? JSONDecoder().decode(JSONValue.self, from: data) else {
        throw DatasetError.malformed(path: path, reason: "does not hold the settings of a simulation")
      }
      let differences = try record.differences(from: there.completed(from: Self.standard))
      guard differences.isEmpty else { throw CohortError.otherSettings(path: folder, differences: differences) }
    } else {
      // A run that was ended at its very beginning left the folder of the settings.
      guard contents.allSatisfy({ $0 == "code" }) else { throw CohortError.notEmpty(path: folder) }
    }
    try Self.makeFolder(folder + "/code")
    guard let lock = try FolderLock(of: folder + "/code") else { throw CohortError.busy(path: folder) }
    // First: what has these settings can be gone on with.
    try AtomicFile.write(record.fileBytes, to: path)
    try Self.makeFolder(truth)
    try write(description, to: folder)
    try write(truthDescription, to: truth)
    if settings.raters == true {
      try Self.makeFolder(labels)
      try write(labelsDescription, to: labels)
    }
    try AtomicFile.write(Array(readme.utf8), to: folder + "/README")
    try AtomicFile.write(Array(Self.ignored.utf8), to: truth + "/.bidsignore")
    return lock
  }

  /// What BIDS has no names for.
  private static let ignored = "truth.*\ntruth_change.*\nfindings.*\nfigures\n*_centerline.*\n*_area_profile.*\n*_transforms.json\n"

  private var description: DatasetDescription {
    DatasetDescription(
      name: "Simulated necks", kind: .raw, authors: ["SoftCord", "the person who ran it"], license: "CC0", generatedBy: [program])
  }

  private var truthDescription: DatasetDescription {
    DatasetDescription(
      name: "Exact truth of simulated necks", kind: .derivative, authors: ["SoftCord", "the person who ran it"], license: "CC0",
      generatedBy: [program], links: ["raw": "../.."])
  }

  private var labelsDescription: DatasetDescription {
    DatasetDescription(
      name: "Masks of simulated necks as raters draw them", kind: .derivative, authors: ["SoftCord", "the person who ran it"],
      license: "CC0",
      generatedBy: [program], links: ["raw": "../.."])
  }

  private func write(_ description: DatasetDescription, to folder: String) throws {
    let value = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(description))
    try AtomicFile.write(value.fileBytes, to: folder + "/dataset_description.json")
  }

  private var readme: String {
    """
    # Simulated necks

    No person was scanned: these are digital necks, scanned by equations (softcord \(program.version ?? ""), `\(Self.settingsFile)`). What is
    exactly true of them is in `derivatives/truth`: the fraction of each voxel that is spinal cord (`label-SC_probseg`) or lies inside the
    dura (`label-canal_probseg`), lesions, discs (value n lies above vertebra n, C1 = 1) and vertebral levels, centerlines in the world of
    each scan, how the person moved between scans (`*_transforms.json`), areas and diameters by level (`truth.tsv`), areas along each cord
    (`*_area_profile.tsv`), and what is wrong with the cords (`findings.tsv`).

    """
  }

  static func makeFolder(_ path: String) throws(DatasetError) {
    do throws(FileError) {
      try Folder.make(path)
    } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }
}

extension JSONValue {
  /// This value with the keys that another one has and it has not.
  func completed(from other: JSONValue) -> JSONValue {
    guard case .object(let ours) = self, case .object(let theirs) = other else { return self }
    return .object(ours.merging(theirs) { $0.completed(from: $1) })
  }

  /// Where this value differs from another one: `key.path: other there, this asked for`.
  func differences(from other: JSONValue, at path: String = "") -> [String] {
    if self == other { return [] }
    if case .object(let ours) = self, case .object(let theirs) = other {
      return Set(ours.keys).union(theirs.keys).sorted().flatMap { key in
        (ours[key] ?? .null).differences(from: theirs[key] ?? .null, at: path.isEmpty ? key : path + "." + key)
      }
    }
    func shown(_ value: JSONValue) -> String {
      value == .null
        ? "none" : String(decoding: value.fileBytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    return ["\(path): \(shown(other)) there, \(shown(self)) asked for"]
  }
}
