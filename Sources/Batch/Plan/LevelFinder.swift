import Datasets
import Files
import Foundation

/// Where the vertebral levels of a scan come from.
public struct LevelSource: Sendable, Hashable {
  /// What the labels show.
  public enum Kind: String, Sendable, Codable { case discs, levels }

  public let kind: Kind
  /// Path to open, and its BIDS URI.
  public let path, uri: String
  /// The other scan of the session that the labels were made on; `nil` where they are the scan's own.
  public let lentBy: String?
}

/// Finds the vertebral levels of scans: the one place that decides where they come from.
///
/// Labels of the scan itself come first, then those of another scan of the session, which lie in the same scanner's coordinates. They are looked
/// for beside the scan, in the data sets that were named, and in `derivatives/labels`. Each folder is searched once.
public struct LevelFinder: Sendable {
  private struct Found {
    let source: LevelSource
    let rank: Int
    let session: String
    let scan: String
  }

  private var own: [String: LevelSource] = [:]
  private var bySession: [String: [(scan: String, source: LevelSource)]] = [:]

  /// - Parameters:
  ///   - input: Root of the raw data set.
  ///   - derivatives: Data sets with labels, in the order in which they are preferred.
  public init(input: String, derivatives: [NamedFolder]) {
    let folders = Self.folders(input: input, derivatives: derivatives)
    var found: [Found] = []
    for (rank, folder) in folders.enumerated() { found += Self.labels(in: folder, rank: 2 * rank + 2, skips: nil) }
    found += Self.labels(in: NamedFolder(name: "raw", path: input), rank: 0, skips: "derivatives")
    // The same order on every machine: the preferred folder, discs before levels, then by name.
    found.sort { ($0.rank, $0.source.uri) < ($1.rank, $1.source.uri) }
    for label in found {
      if own[label.scan] == nil { own[label.scan] = label.source }
      bySession[label.session, default: []].append((label.scan, label.source))
    }
  }

  /// The data sets that are searched, those that every data set of the field may have included.
  static func folders(input: String, derivatives: [NamedFolder]) -> [NamedFolder] {
    let usual = input.appendingPathComponent("derivatives/labels")
    guard FileManager.default.fileExists(atPath: usual), !derivatives.contains(where: { realPath($0.path) == realPath(usual) }) else {
      return derivatives
    }
    return derivatives + [NamedFolder(name: "labels", path: usual)]
  }

  /// The levels of a scan.
  ///
  /// - Returns: `nil` where there are none.
  public func levels(of scan: DatasetFile) -> LevelSource? {
    let key = ScanIdentity(ofMask: scan.path).key
    if let source = own[key] { return source }
    guard let lender = bySession[ScanPlan.session(of: scan.name)]?.first(where: { $0.scan != key }) else { return nil }
    let source = lender.source
    return LevelSource(kind: source.kind, path: source.path, uri: source.uri, lentBy: OutputName.scan(ofMask: source.path))
  }

  /// All labels of discs and levels in a folder and what is in it.
  private static func labels(in folder: NamedFolder, rank: Int, skips: String?) -> [Found] {
    guard let files = FileManager.default.enumerator(atPath: folder.path) else { return [] }
    var found: [Found] = []
    for case let file as String in files {
      if file == skips || file.lastPathComponent.hasPrefix(".") {
        files.skipDescendants()
        continue
      }
      guard file.hasSuffix(".nii.gz") || file.hasSuffix(".nii"), let name = BIDSName(file) else { continue }
      let stem = OutputName.stem(of: file).lowercased()
      let isDiscs = Companion.discs.isShown(by: name) || stem.contains("disc")
      let isLevels = Companion.levels.isShown(by: name) || stem.hasSuffix("_labeled")
      guard isDiscs || isLevels, OutputName.scan(ofMask: file) != OutputName.stem(of: file) else { continue }
      let source = LevelSource(
        kind: isDiscs ? .discs : .levels, path: folder.path.appendingPathComponent(file), uri: "bids:\(folder.name):\(file)", lentBy: nil)
      found.append(
        Found(source: source, rank: isDiscs ? rank : rank + 1, session: ScanPlan.session(of: name), scan: ScanIdentity(ofMask: file).key))
    }
    return found
  }
}
