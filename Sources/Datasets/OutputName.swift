import Files
import Foundation

/// Names of what is made from a scan, as BIDS derivatives where the scan's own name is BIDS.
public struct OutputName: Sendable, Hashable {
  /// Name without folder and image extension.
  public let stem: String

  /// - Parameter path: Of the scan.
  public init(of path: String) { stem = Self.stem(of: path) }

  /// Endings of image files.
  public static let imageExtensions = [".nii.gz", ".nii", ".hdr.gz", ".img.gz", ".hdr", ".img"]

  /// A file's name without folder and image extension.
  public static func stem(of path: String) -> String { withoutExtension(path.lastPathComponent) }

  /// A path without the extension of an image.
  public static func withoutExtension(_ path: String) -> String {
    let ending = imageExtensions.first { path.lowercased().hasSuffix($0) }
    return String(path.dropLast(ending?.count ?? 0))
  }

  /// Name of the scan that a mask was made of, without folder and extension (``MaskName``).
  ///
  /// - Parameter path: `sub-01_space-T2w_label-SC_probseg.nii.gz` is a mask of `sub-01_T2w`.
  public static func scan(ofMask path: String) -> String { MaskName.scan(of: stem(of: path)) }

  /// What a mask's name says of the mask in a word that is not known here, so that it may be another program's: `other` of
  /// `sub-01_T2w_desc-other_label-SC_seg`. A description that the scan itself has does not count.
  ///
  /// - Parameter path: Of a mask.
  public static func unknownRemark(ofMask path: String) -> String? { MaskName.unknownRemark(of: stem(of: path)) }

  /// Name of the soft mask, or of a binary one cut at `threshold`.
  ///
  /// - Parameter label: What the mask shows, `SC` for the spinal cord.
  public func mask(threshold: Float? = nil, label: String = "SC") -> String {
    let cut = threshold.map { "thr\(Int(($0 * 100).rounded()))" }
    return MaskName.of(scan: stem, label: label, remark: cut, suffix: cut == nil ? "probseg" : "mask")
  }

  /// Name of the map that says where a mask is not to be relied on. No name of a mask ends like it.
  public func uncertainty(label: String = "SC") -> String {
    MaskName.of(scan: stem, label: label, remark: "uncertainty", suffix: "map")
  }
}
