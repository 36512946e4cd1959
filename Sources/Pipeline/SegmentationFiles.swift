import Datasets
import Files
import Foundation

/// What is written for one scan.
public struct SegmentationFiles: Sendable, Hashable {
  /// Path of the mask, .nii or .nii.gz; its sidecar lies beside it.
  public var mask: String
  /// Path of the map of uncertainty; not written when `nil`.
  public var uncertainty: String?
  /// Path of the canal's mask; not written when `nil`.
  public var canal: String?
  /// Path of the picture, .png; not drawn when `nil`.
  public var picture: String?

  public init(mask: String, uncertainty: String? = nil, picture: String? = nil) {
    (self.mask, self.uncertainty, self.picture) = (mask, uncertainty, picture)
  }

  /// Files with the names of BIDS derivatives.
  ///
  /// - Parameters:
  ///   - scan: Path of the scan.
  ///   - mask: Path of the mask; `nil` names it after the scan.
  ///   - folder: Of the mask; `nil` is that of the scan.
  ///   - pictures: Folder of the picture; none is drawn when `nil`.
  ///   - settings: Whether the mask is binary, and whether there is a map.
  public init(of scan: String, mask: String? = nil, folder: String? = nil, pictures: String? = nil, settings: SegmentationSettings) {
    let place = folder ?? scan.deletingLastPathComponent
    let name = OutputName(of: scan)
    self.mask = mask ?? place.appendingPathComponent(name.mask(threshold: settings.binarize) + ".nii.gz")
    if settings.findsUncertainty {
      uncertainty =
        mask.map { OutputName.withoutExtension($0) + "_uncertainty.nii.gz" }
        ?? place.appendingPathComponent(name.uncertainty() + ".nii.gz")
    }
    if settings.findsCanal {
      canal =
        mask.map { OutputName.withoutExtension($0) + "_canal.nii.gz" }
        ?? place.appendingPathComponent(name.mask(threshold: settings.binarize, label: "canal") + ".nii.gz")
    }
    picture = pictures.map { $0 + "/" + name.stem + ".png" }
  }

  /// Makes sure that every file is written once and no input is replaced.
  ///
  /// - Parameter scans: Paths of all scans.
  /// - Throws: ``PipelineError``.
  public static func check(_ files: [SegmentationFiles], of scans: [String]) throws(PipelineError) {
    let targets = files.map { [$0.mask, $0.uncertainty, $0.canal, $0.picture].compactMap(\.self).map(realPath) }
    var owners: [String: Int] = [:]
    for (index, target) in targets.enumerated().flatMap({ index, all in all.map { (index, $0) } }) {
      guard let other = owners.updateValue(index, forKey: target) else { continue }
      throw .writtenTwice(path: target, scans: [scans[other], scans[index]])
    }
    // A sidecar lies beside its mask under the same stem, and so may the scan's own.
    let stems = Set(scans.flatMap { [realPath(OutputName.withoutExtension($0)), OutputName.withoutExtension(realPath($0))] })
    if let same = targets.joined().first(where: { stems.contains(OutputName.withoutExtension($0)) }) { throw .replacesInput(path: same) }
  }
}
