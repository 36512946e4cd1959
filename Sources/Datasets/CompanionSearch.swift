import Files
import Foundation

/// Finds the files that belong to a mask: labels, the scan, the canal.
public struct CompanionSearch: Sendable {
  /// Path of the mask.
  public let mask: String

  /// - Parameter mask: Path.
  public init(of mask: String) { self.mask = mask }

  /// Name of the scan that the mask was made of.
  public var scan: String { OutputName.scan(ofMask: mask) }

  /// The path that an argument means for this mask: itself, with `{}` replaced, or what `auto` finds.
  ///
  /// - Throws: ``DatasetError/noCompanion(mask:reason:)``.
  public func path(of argument: String, _ kind: Companion) throws(DatasetError) -> String {
    if let found = find(argument, kind) { return found }
    let looked =
      Self.isFolder(argument)
      ? "\(argument) holds no \(kind) of \(scan)" : "nothing that auto looks for is there, such as \(names(kind)[0])"
    throw .noCompanion(mask: mask, reason: looked)
  }

  /// The same; `nil` where `auto` or a folder has nothing for this mask.
  ///
  /// - Parameter argument: A file, a name with `{}`, `auto`, or a folder that is searched for a file of the same scan.
  public func find(_ argument: String, _ kind: Companion) -> String? {
    if argument == "auto" { return names(kind).first(where: Self.exists) }
    if Self.isFolder(argument) { return file(in: argument, kind) }
    guard argument.contains("{}") else { return argument }
    let named = argument.replacingOccurrences(of: "{}", with: scan)
    return named.contains("/") ? named : beside + named
  }

  /// Whether something is there: a link whose content was not fetched counts, its error says how to get it.
  public static func exists(_ path: String) -> Bool { (try? FileManager.default.attributesOfItem(atPath: path)) != nil }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private var beside: String {
    let folder = mask.deletingLastPathComponent
    return folder.isEmpty ? "" : folder + "/"
  }

  /// Where `auto` looks.
  private func names(_ kind: Companion) -> [String] {
    // Data sets of the SCT world keep labels in a derivative of that name.
    let parts = beside.components(separatedBy: "/")
    var folders = [beside]
    if let index = parts.firstIndex(of: "derivatives"), index + 1 < parts.count {
      folders.append((parts[...index] + ["labels"] + parts[(index + 2)...]).joined(separator: "/"))
      if kind == .scan { folders.append((parts[..<index] + parts[(index + 2)...]).joined(separator: "/")) }
    }
    let stems = kind.stems(of: scan)
    return folders.flatMap { folder in stems.flatMap { ["\(folder)\($0).nii.gz", "\(folder)\($0).nii"] } }
  }

  /// The first file of the same scan in a folder and what is in it.
  private func file(in folder: String, _ kind: Companion) -> String? {
    let key = ScanIdentity(ofMask: mask).key
    guard let files = FileManager.default.enumerator(atPath: folder) else { return nil }
    var found: [String] = []
    for case let file as String in files where file.hasSuffix(".nii.gz") || file.hasSuffix(".nii") {
      let stem = OutputName.stem(of: file)
      let isOfKind = kind == .scan ? OutputName.scan(ofMask: file) == stem : kind.words.contains(where: stem.lowercased().contains)
      guard isOfKind, ScanIdentity(ofMask: file).key == key else { continue }
      found.append("\(folder)/\(file)")
    }
    return found.min()
  }
}
