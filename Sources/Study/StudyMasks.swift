import Datasets
import Foundation

/// Masks and labels that belong to scans, in the folders where they lie.
public struct StudyMasks: Sendable {
  /// Files of each folder by person.
  private let files: [String: [String: [DatasetFile]]]
  private let folders: [LabelSource: String]
  /// Folders that hold labels of discs, the first that has some wins.
  private let discFolders: [String]

  /// - Parameters:
  ///   - folders: Data sets of derivatives by what they hold; those that are not there are left out.
  ///   - discs: Data sets of derivatives with labels of discs.
  public init(folders: [LabelSource: String], discs: [String]) throws {
    self.folders = folders
    discFolders = discs
    var files: [String: [String: [DatasetFile]]] = [:]
    for folder in Set(folders.values).union(discs) where FileManager.default.fileExists(atPath: folder + "/dataset_description.json") {
      files[folder] = Dictionary(grouping: try Dataset(at: folder).files()) { $0.name[.subject] ?? "" }
    }
    self.files = files
  }

  /// Where masks of a kind are looked for.
  public func folder(of label: LabelSource) -> String { folders[label] ?? "" }

  /// Path of a scan's mask; `nil` where there is none.
  public func mask(_ label: LabelSource, of scan: StudyScan) -> String? {
    let cut: String? = label == .binarizedMean ? "thr50" : nil
    let suffixes = label == .binary ? MaskName.maskSuffixes.reversed() : label == .binarizedMean ? ["mask"] : ["probseg"]
    let own = files(of: scan, in: folder(of: label)).filter {
      $0.isMade(from: scan.image.name) && Companion.cord.isShown(by: $0.name) && $0.name.remark == cut
    }
    return suffixes.lazy.compactMap { suffix in own.first { $0.name.suffix == suffix } }.first?.location
  }

  /// Path of the labels of discs of a scan, or of another scan of the person, which shares its world in real data sets.
  public func discs(of scan: StudyScan, among others: [StudyScan]) -> (path: String, isOwn: Bool)? {
    func own(_ scan: StudyScan) -> String? {
      discFolders.lazy.flatMap { files(of: scan, in: $0).made(from: scan.image.name) }.first { Companion.discs.isShown(by: $0.name) }?
        .location
    }
    if let path = own(scan) { return (path, true) }
    return others.lazy.filter { $0.person == scan.person }.compactMap(own).first.map { ($0, false) }
  }

  private func files(of scan: StudyScan, in folder: String) -> [DatasetFile] { files[folder]?[scan.person] ?? [] }
}
