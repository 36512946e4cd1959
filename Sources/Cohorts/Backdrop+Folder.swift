import Datasets
import Foundation
import NIfTI
import Numerics
import Simulation

extension Backdrop {
  /// What the name of a label map ends in.
  private static let labelMap = "_dseg"

  /// Learns the backdrops of a folder and of the folders in it.
  ///
  /// A scan `NAME.nii.gz` needs the mask of its cord beside it: `NAME_label-SC_probseg.nii.gz`, as `softcord segment` names it, or
  /// `NAME_seg.nii.gz` (`Companion.cord`). A file `NAME_dseg.nii.gz` is a label map whose labels are taken as they are; the mask belongs to `NAME`. Images without
  /// a mask are passed over.
  ///
  /// - Returns: In the order of their paths.
  /// - Throws: ``DatasetError/missing(path:)``, ``CohortError/noBackdrop(path:images:)``, ``BackdropError``, and errors of the files.
  public static func all(in folder: String) throws -> [Backdrop] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw DatasetError.missing(path: folder)
    }
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().filter {
      $0.hasSuffix(".nii.gz") || $0.hasSuffix(".nii")
    }
    let stems = Dictionary(paths.map { (stem($0), $0) }) { first, _ in first }
    let names = stems.keys.sorted()
    @Sendable func backdrop(_ name: String) throws -> Backdrop? {
      let isLabelMap = name.hasSuffix(labelMap)
      let scan = isLabelMap ? String(name.dropLast(labelMap.count)) : name
      let place = String(scan.prefix(scan.lastIndex(of: "/").map { scan.distance(from: scan.startIndex, to: $0) + 1 } ?? 0))
      let masks = Companion.cord.stems(of: String(scan.dropFirst(place.count)), prefersSoft: true)
      guard let mask = masks.lazy.compactMap({ stems[place + $0] }).first else { return nil }
      let image = try NIfTI.read("\(folder)/\(stems[name]!)").volume
      let cord = try NIfTI.mask("\(folder)/\(mask)").volume
      if isLabelMap { return try Backdrop(labels: image, cord: cord, name: name) }
      return try Backdrop(scan: image, cord: cord, name: name, contrast: Contrast.named.first { name.hasSuffix($0.rawValue) })
    }
    // One by one they would take seconds each.
    let found = try parallelMap(names, backdrop).compactMap { try $0.get() }
    guard !found.isEmpty else { throw CohortError.noBackdrop(path: folder, images: paths.count) }
    return found
  }

  private static func stem(_ path: String) -> String {
    String(path.dropLast(path.hasSuffix(".gz") ? ".nii.gz".count : ".nii".count))
  }
}
