import Datasets
import Foundation

/// A mask that is judged and the one that it is judged by.
public struct MaskPair: Sendable, Hashable {
  public let scan: ScanIdentity
  /// Paths of the masks.
  public let prediction, reference: String

  public init(scan: ScanIdentity, prediction: String, reference: String) {
    (self.scan, self.prediction, self.reference) = (scan, prediction, reference)
  }
}

/// Which predictions belong to which references.
///
/// Both sides are files, folders of masks with any names, or BIDS derivatives; folders are searched with all that is in them. Masks belong
/// together when their scans do (``ScanIdentity``). Of several masks of one scan on one side a soft one counts; where that does not
/// decide, or where their names say things of them that are not known here (`desc-other`), the scan is left out and named.
public struct Matching: Sendable {
  /// In the order of the scans' names.
  public let pairs: [MaskPair]
  /// Masks without a partner.
  public let unmatchedPredictions, unmatchedReferences: [String]
  /// Scans that were left out, each with its reason.
  public let ambiguous: [String]

  /// - Parameters:
  ///   - predictions: A file or a folder.
  ///   - references: A file or a folder.
  ///   - label: Of masks whose names have the entity `label-`, those of this one count.
  /// - Throws: ``EvaluationError``.
  public init(predictions: String, references: String, label: String = "SC") throws(EvaluationError) {
    let (isFolder, isOtherFolder) = (try Self.isFolder(predictions), try Self.isFolder(references))
    if !isFolder && !isOtherFolder {
      // Two files were put together by hand: their names need not agree.
      pairs = [MaskPair(scan: ScanIdentity(ofMask: references), prediction: predictions, reference: references)]
      (unmatchedPredictions, unmatchedReferences, ambiguous) = ([], [], [])
      return
    }
    var (first, doubts) = try Self.masks(in: predictions, isFolder, label)
    var (second, otherDoubts) = try Self.masks(in: references, isOtherFolder, label)
    // Where only one side sorts its masks into folders, names alone must do.
    if Set(first.keys).isDisjoint(with: second.keys) {
      (first, second) = (Self.byNameAlone(first, &doubts), Self.byNameAlone(second, &otherDoubts))
    }
    let shared = first.keys.filter { second[$0] != nil }.sorted()
    pairs = shared.compactMap { key in
      guard let mine = first[key], let other = second[key] else { return nil }
      return MaskPair(scan: other.scan, prediction: mine.path, reference: other.path)
    }
    unmatchedPredictions = first.filter { second[$0.key] == nil }.map(\.value.path).sorted()
    unmatchedReferences = second.filter { first[$0.key] == nil }.map(\.value.path).sorted()
    ambiguous = (doubts + otherDoubts).sorted()
    if pairs.isEmpty, let one = first.keys.min(), let other = second.keys.min() {
      throw .nothingMatches(predictions: predictions, references: references, examples: (one, other))
    }
  }

  /// The masks of one file or folder, for comparisons that have no reference.
  ///
  /// - Throws: ``EvaluationError``.
  public static func masks(in path: String, label: String = "SC") throws(EvaluationError) -> [(scan: ScanIdentity, path: String)] {
    try masks(in: path, try isFolder(path), label).found.values.sorted { $0.scan.key < $1.scan.key }
  }

  private typealias Found = (scan: ScanIdentity, path: String)

  private static func isFolder(_ path: String) throws(EvaluationError) -> Bool {
    var isFolder: ObjCBool = false
    // What is wrong with a link is told when it is read.
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) || CompanionSearch.exists(path) else {
      throw .missing(path: path)
    }
    return isFolder.boolValue
  }

  /// One mask for each scan, and scans that have several.
  private static func masks(in root: String, _ isFolder: Bool, _ label: String) throws(EvaluationError) -> (
    found: [String: Found], doubts: [String]
  ) {
    guard isFolder else {
      let scan = ScanIdentity(ofMask: root)
      return ([scan.key: (scan, root)], [])
    }
    guard let files = FileManager.default.enumerator(atPath: root) else {
      throw .unreadable(path: root, reason: "its contents cannot be listed")
    }
    var candidates: [String: [Found]] = [:]
    for case let file as String in files where file.hasSuffix(".nii.gz") || file.hasSuffix(".nii") {
      let parts = file.split(separator: "/").map(String.init)
      guard !parts.contains(where: { $0.hasPrefix(".") }), isMask(file, of: label) else { continue }
      let folder = parts.dropLast().joined(separator: "/")
      let scan = ScanIdentity(ofMask: file, in: folder)
      let key = BIDSName(OutputName.scan(ofMask: file)) == nil && !folder.isEmpty ? "\(folder)/\(scan.key)" : scan.key
      candidates[key, default: []].append((scan, "\(root)/\(file)"))
    }
    var (found, doubts): ([String: Found], [String]) = ([:], [])
    for (key, several) in candidates {
      let best = several.map { rank($0.path) }.max() ?? 0
      // Who made a mask is nothing to choose by.
      let isMixed = Set(several.map { OutputName.unknownRemark(ofMask: $0.path) }).count > 1
      let chosen = isMixed ? several : several.filter { rank($0.path) == best }
      if chosen.count == 1 {
        found[key] = chosen[0]
      } else {
        doubts.append("\(key): several masks: \(chosen.map(\.path).sorted().joined(separator: ", "))")
      }
    }
    if found.isEmpty && doubts.isEmpty { throw .noMasks(path: root, label: label) }
    return (found, doubts)
  }

  /// Whether a name may be that of a mask of what is judged.
  private static func isMask(_ file: String, of label: String) -> Bool {
    if OutputName.stem(of: file).hasSuffix("uncertainty_map") { return false }
    guard let name = BIDSName(file) else { return true }
    if name.isMapOfMask { return false }
    if let own = name[.label] { return own == label }
    // Labels of discs and levels lie beside masks in many data sets.
    return name[.segmentation] == nil
  }

  /// A soft mask tells more than a binary one, and a name that says it is a mask more than one that does not.
  private static func rank(_ path: String) -> Int {
    let stem = OutputName.stem(of: path)
    if MaskName.softSuffixes.contains(where: stem.hasSuffix) { return 2 }
    return OutputName.scan(ofMask: path) == stem ? 0 : 1
  }

  private static func byNameAlone(_ found: [String: Found], _ doubts: inout [String]) -> [String: Found] {
    var result: [String: Found] = [:]
    for (name, several) in Dictionary(grouping: found.values, by: \.scan.key) {
      if several.count == 1 {
        result[name] = several[0]
      } else {
        doubts.append("\(name): several masks: \(several.map(\.path).sorted().joined(separator: ", "))")
      }
    }
    return result
  }
}
