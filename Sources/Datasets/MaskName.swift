import Foundation

/// Which scan a mask belongs to, as its name tells: the one table that gives masks their names and reads them.
///
/// Two styles are written and read:
/// - of a scan with a BIDS name, a BIDS derivative: `sub-01_space-T2w_label-SC_probseg` of `sub-01_T2w` (``BIDSName/derivative(_:suffix:)``);
/// - of any other, its own name and what the mask is: `scan_label-SC_probseg` of `scan`. Names of the Spine Generic database
///   (`sub-01_T2w_label-SC_seg`) and of the Spinal Cord Toolbox (`sub-01_T2w_seg`, `_seg-manual`) are of this style.
///
/// Different scans get different names: what is written is read back, and a name that would be read as another scan's gets a second
/// underscore: `sub-01_space-T2w__label-SC_probseg`.
public enum MaskName {
  /// Suffixes of soft masks, the more usual first.
  public static let softSuffixes = ["probseg", "softseg"]
  /// Suffixes of masks of the cord, soft ones first; the other way round those that people draw come first.
  public static let maskSuffixes = softSuffixes + ["dseg", "seg", "mask"]
  /// The same with those of landmarks.
  private static let suffixes = Set(maskSuffixes + ["dlabel", "label"])
  /// Entities that a mask says of itself; in the first style some are the scan's.
  private static let entities = ["space-", "label-", "seg-", "res-", "den-", "desc-", "atlas-", "scale-"]

  /// The name of a mask.
  ///
  /// - Parameters:
  ///   - scan: Name of the scan, without folder and extension.
  ///   - label: What it shows: `SC` for the spinal cord.
  ///   - remark: What else is to be said, letters and digits: `thr50`.
  ///   - suffix: Kind of mask: `probseg`, `mask`, `map`.
  public static func of(scan: String, label: String, remark: String? = nil, suffix: String) -> String {
    if let name = BIDSName(scan), name.origin == nil, name.description == scan {
      var added: [Entity: String] = [.label: label]
      added[.description] = remark
      let made = name.derivative(added, suffix: suffix)
      if Self.scan(of: made.description) == scan, made.remark == remark { return made.description }
    }
    let ending = "_label-\(label)" + (remark.map { "_desc-\($0)" } ?? "") + "_" + suffix
    return Self.scan(of: scan + ending) == scan ? scan + ending : "\(scan)_\(ending)"
  }

  /// The name of the scan that a mask or a file of labels was made from; of a scan, its own.
  ///
  /// - Parameter stem: Without folder and extension.
  public static func scan(of stem: String) -> String {
    let all = stem.split(separator: "_", omittingEmptySubsequences: false)
    guard let last = all.last, all.count > 1 else { return stem }
    var parts = all
    if suffixes.contains(String(last)) || stem.hasSuffix("uncertainty_map") {
      if !stem.contains("."), let source = BIDSName(stem)?.source { return source.description }
      parts.removeLast()
    } else if !isOwn(last) || BIDSName(stem) != nil {
      // Neither mask nor landmark by its last word: a scan, or a file that only an ending of its own tells.
      let ending = Companion.endings.first { stem.hasSuffix($0) && stem.count > $0.count }
      return ending.map { String(stem.dropLast($0.count)) } ?? stem
    }
    while parts.count > 1, isOwn(parts[parts.count - 1]) { parts.removeLast() }
    // The second underscore: what stands before it is the scan's name, whatever it looks like.
    if parts.count > 1, parts[parts.count - 1].isEmpty { return parts.dropLast().joined(separator: "_") }
    guard parts.allSatisfy({ $0.contains("-") }) else { return parts.joined(separator: "_") }
    // Entities alone: the scan's suffix stands in its space.
    let scan = parts.filter { !isOwn($0) }
    let space = all.first { $0.hasPrefix("space-") }.map { $0.dropFirst("space-".count) }
    return ((scan.isEmpty ? parts : scan) + [space].compactMap { $0 }.filter { !BIDSName.commonSpaces.contains(String($0)) })
      .joined(separator: "_")
  }

  /// What a mask's name says of the mask in a word that is not known here.
  static func unknownRemark(of stem: String) -> String? {
    let known = scan(of: stem).split(separator: "_")
    let remarks = stem.split(separator: "_").filter { $0.hasPrefix("desc-") && !known.contains($0) }
    return remarks.compactMap { FoldedDescription.read(String($0.dropFirst("desc-".count))).own }.first
  }

  private static func isOwn(_ part: Substring) -> Bool { entities.contains { part.hasPrefix($0) } }
}
