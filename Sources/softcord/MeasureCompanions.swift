import Datasets
import Foundation

/// Files that belong to a mask: labels, the scan, the canal.
struct MeasureCompanions {
  let mask: String

  /// What is looked for, with the endings that it usually has after the scan's name.
  enum Kind {
    case discs, levels, junction, canal, scan

    var endings: [String] {
      switch self {
      case .discs:
        ["_label-discs_dlabel", "_label-disc", "_labels-disc", "_discs", "_label-discs_desc-warp_dlabel", "_totalspineseg_discs"]
      case .levels: ["_label-vertebrae_dseg", "_seg-levels_dseg", "_seg_labeled", "_labels-vert", "_levels"]
      case .junction: ["_label-pmj_dlabel", "_pmj", "_labels-pmj"]
      case .canal: ["_label-canal_seg", "_label-canal_probseg", "_canal_seg", "_canal"]
      case .scan: [""]
      }
    }
  }

  /// Name of the scan that the mask was made of.
  var scan: String { OutputName.scan(ofMask: mask) }

  /// The path that an argument means for this mask: itself, with `{}` replaced, or what `auto` finds.
  func path(of argument: String, _ kind: Kind) throws -> String {
    let folder = (mask as NSString).deletingLastPathComponent
    let beside = folder.isEmpty ? "" : folder + "/"
    if argument == "auto" {
      // Data sets of the SCT world keep labels in a derivative of that name.
      let parts = beside.components(separatedBy: "/")
      var folders = [beside]
      if let index = parts.firstIndex(of: "derivatives"), index + 1 < parts.count {
        folders.append((parts[...index] + ["labels"] + parts[(index + 2)...]).joined(separator: "/"))
        if kind == .scan { folders.append((parts[..<index] + parts[(index + 2)...]).joined(separator: "/")) }
      }
      let names = folders.flatMap { folder in kind.endings.flatMap { ["\(folder)\(scan)\($0).nii.gz", "\(folder)\(scan)\($0).nii"] } }
      guard let found = names.first(where: FileManager.default.fileExists(atPath:)) else {
        throw Failure(.noInput, "\(mask): nothing that auto looks for is there, such as \(names[0]); name the file")
      }
      return found
    }
    guard argument.contains("{}") else { return argument }
    let named = argument.replacingOccurrences(of: "{}", with: scan)
    return named.contains("/") ? named : beside + named
  }
}
