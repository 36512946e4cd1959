import Foundation

/// Names of what is made from a scan, as BIDS derivatives where the scan's own name is BIDS.
struct OutputName {
  /// Name without folder and image extension.
  let stem: String

  init(of path: String) { stem = Self.stem(of: path) }

  static let imageExtensions = [".nii.gz", ".nii", ".hdr.gz", ".img.gz", ".hdr", ".img"]

  static func stem(of path: String) -> String { withoutExtension((path as NSString).lastPathComponent) }

  /// A path without the extension of an image.
  static func withoutExtension(_ path: String) -> String {
    let ending = imageExtensions.first { path.lowercased().hasSuffix($0) }
    return String(path.dropLast(ending?.count ?? 0))
  }

  /// Entities and suffix when the name is a BIDS raw name such as `sub-01_acq-x_T2w`.
  private var bids: (entities: [String], suffix: String)? {
    let parts = stem.split(separator: "_").map(String.init)
    guard parts.count >= 2, parts[0].hasPrefix("sub-"), let suffix = parts.last, !suffix.contains("-"),
      parts.dropLast().allSatisfy({ $0.contains("-") })
    else { return nil }
    return (Array(parts.dropLast()), suffix)
  }

  /// Name of the soft mask, or of a binary one cut at `threshold`.
  ///
  /// A derivative may not carry `flip-` and `mt-`: they are folded into `acq-`.
  func mask(threshold: Float? = nil) -> String {
    let ending = threshold.map { "_desc-thr\(Int(($0 * 100).rounded()))_mask" } ?? "_probseg"
    guard let (entities, suffix) = bids else { return stem + "_label-SC" + ending }
    let folded = entities.filter { $0.hasPrefix("flip-") || $0.hasPrefix("mt-") }.map { $0.replacingOccurrences(of: "-", with: "") }
      .joined()
    // What a derivative says of its own space or resolution is not this mask's.
    let replaced = ["flip-", "mt-", "space-", "label-", "seg-", "res-", "den-", "desc-"]
    var kept = entities.filter { entity in !replaced.contains { entity.hasPrefix($0) } }
    if !folded.isEmpty {
      if let index = kept.firstIndex(where: { $0.hasPrefix("acq-") }) {
        kept[index] += folded
      } else {
        let place = kept.firstIndex { !$0.hasPrefix("sub-") && !$0.hasPrefix("ses-") && !$0.hasPrefix("task-") } ?? kept.count
        kept.insert("acq-" + folded, at: place)
      }
    }
    return (kept + ["space-" + suffix, "label-SC"]).joined(separator: "_") + ending
  }
}
