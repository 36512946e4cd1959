import Datasets
import Evaluation
import Foundation

/// Files that belong to a mask: labels, the scan, the canal.
struct MeasureCompanions {
  let mask: String

  /// What is looked for, with the endings that it usually has after the scan's name.
  enum Kind {
    case discs, levels, junction, canal, scan, lesion, compression

    var endings: [String] {
      switch self {
      case .discs:
        ["_label-discs_dlabel", "_label-disc", "_labels-disc", "_discs", "_label-discs_desc-warp_dlabel", "_totalspineseg_discs"]
      case .levels: ["_label-vertebrae_dseg", "_seg-levels_dseg", "_seg_labeled", "_labels-vert", "_levels"]
      case .junction: ["_label-pmj_dlabel", "_pmj", "_labels-pmj"]
      case .canal: ["_label-canal_seg", "_label-canal_probseg", "_canal_seg", "_canal"]
      case .scan: [""]
      case .lesion: ["_label-lesion_seg", "_label-lesion_probseg", "_lesionseg", "_lesion"]
      case .compression: ["_label-compression_label", "_label-compression_seg", "_compression"]
      }
    }

    /// How it is named as a BIDS derivative, as `softcord simulate` does.
    var derivative: (entities: [Entity: String], suffix: String)? {
      switch self {
      case .discs: ([.segmentation: "discs"], "dseg")
      case .levels: ([.segmentation: "levels"], "dseg")
      case .canal: ([.label: "canal"], "probseg")
      case .lesion: ([.label: "lesion"], "probseg")
      case .compression: ([.label: "compression"], "probseg")
      case .junction, .scan: nil
      }
    }

    /// Words of which one stands in the names of such files.
    var words: [String] {
      switch self {
      case .discs: ["disc"]
      case .levels: ["level", "vert"]
      case .junction: ["pmj"]
      case .canal: ["canal"]
      case .lesion: ["lesion"]
      case .compression: ["compression"]
      case .scan: []
      }
    }
  }

  /// Name of the scan that the mask was made of.
  var scan: String { OutputName.scan(ofMask: mask) }

  /// The path that an argument means for this mask: itself, with `{}` replaced, or what `auto` finds.
  func path(of argument: String, _ kind: Kind) throws -> String {
    if let found = find(argument, kind) { return found }
    let looked =
      isFolder(argument) ? "\(argument) holds no \(kind) of \(scan)" : "nothing that auto looks for is there, such as \(names(kind)[0])"
    throw Failure(.noInput, "\(mask): \(looked); name the file")
  }

  /// The same; `nil` where `auto` or a folder has nothing for this mask.
  ///
  /// - Parameter argument: A file, a name with `{}`, `auto`, or a folder that is searched for a file of the same scan.
  func find(_ argument: String, _ kind: Kind) -> String? {
    if argument == "auto" { return names(kind).first(where: FileManager.default.fileExists(atPath:)) }
    if isFolder(argument) { return file(in: argument, kind) }
    guard argument.contains("{}") else { return argument }
    let named = argument.replacingOccurrences(of: "{}", with: scan)
    return named.contains("/") ? named : beside + named
  }

  private func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  private var beside: String {
    let folder = (mask as NSString).deletingLastPathComponent
    return folder.isEmpty ? "" : folder + "/"
  }

  /// Where `auto` looks.
  private func names(_ kind: Kind) -> [String] {
    // Data sets of the SCT world keep labels in a derivative of that name.
    let parts = beside.components(separatedBy: "/")
    var folders = [beside]
    if let index = parts.firstIndex(of: "derivatives"), index + 1 < parts.count {
      folders.append((parts[...index] + ["labels"] + parts[(index + 2)...]).joined(separator: "/"))
      if kind == .scan { folders.append((parts[..<index] + parts[(index + 2)...]).joined(separator: "/")) }
    }
    var stems = kind.endings.map { scan + $0 }
    if let derivative = kind.derivative, let name = BIDSName(scan) {
      stems.append(name.derivative(derivative.entities, suffix: derivative.suffix).description)
    }
    return folders.flatMap { folder in stems.flatMap { ["\(folder)\($0).nii.gz", "\(folder)\($0).nii"] } }
  }

  /// The first file of the same scan in a folder and what is in it.
  private func file(in folder: String, _ kind: Kind) -> String? {
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
