import Datasets
import Files
import Foundation
import NIfTI
import Volumes

/// A person's contrasts in a BIDS data set: images and the masks that belong to them.
public struct GroundTruthInput: Sendable {
  /// One contrast, as files.
  struct Contrast: Sendable {
    /// Name of the contrast without the person: `flip-1_mt-on_MTS`.
    let name: String
    let image: DatasetFile
    /// `nil` where nobody drew one.
    var mask: String?
    /// Why none could be made.
    var problem: (any Error)?
  }

  /// Kinds of images that show the cord.
  static let suffixes: Set<String> = ["T1w", "T2w", "T2star", "MTS", "dwi"]

  /// `sub-01` or `sub-01_ses-1`.
  let name: String
  /// `sub-01` or `sub-01/ses-1`.
  let folder: String
  let contrasts: [Contrast]

  /// Everybody in a data set, each session by itself.
  ///
  /// - Parameter labels: Folders with masks, in the layout of the data set, the first that has one wins.
  static func all(in dataset: Dataset, labels: [String]) throws -> [GroundTruthInput] {
    let files = try dataset.files(suffixes: suffixes, datatypes: ["anat", "dwi"])
    let people = Dictionary(grouping: files) { (($0.path as NSString).deletingLastPathComponent as NSString).deletingLastPathComponent }
    return people.keys.sorted().map { folder in
      let contrasts = people[folder]!.map { image -> Contrast in
        var name = image.name
        name[.subject] = nil
        name[.session] = nil
        return Contrast(name: name.description, image: image, mask: mask(of: image, labels: labels))
      }
      return GroundTruthInput(name: folder.replacingOccurrences(of: "/", with: "_"), folder: folder, contrasts: contrasts)
    }
  }

  /// A mask as spine-generic, the Spinal Cord Toolbox or BIDS name it.
  private static func mask(of image: DatasetFile, labels: [String]) -> String? {
    let stem = image.name.description
    let bids = ["mask", "probseg", "dseg"].map { image.name.derivative([.label: "SC"], suffix: $0).description }
    let names = ["_label-SC_seg", "_seg-manual", "_seg", "_label-SC_mask", "_label-SC_probseg"].map { stem + $0 } + bids
    let place = (image.path as NSString).deletingLastPathComponent
    for folder in labels {
      for name in names {
        for ending in [".nii.gz", ".nii"] {
          let path = "\(folder)/\(place)/\(name)\(ending)"
          // A link whose content was not fetched counts as there: its error says how to get it.
          if (try? FileManager.default.attributesOfItem(atPath: path)) != nil { return path }
        }
      }
    }
    return nil
  }

  /// Reads an image, or says how to get one that git-annex has not fetched.
  ///
  /// - Throws: ``GroundTruthError/notFetched(path:)``, `NIfTIError`.
  public static func read(_ path: String) throws -> NIfTIImage {
    let manager = FileManager.default
    let link = (try? manager.destinationOfSymbolicLink(atPath: path)) ?? ""
    let start = manager.fileExists(atPath: path) ? (try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)).read(upToCount: 32)) : nil
    let text = start.map { String(decoding: $0, as: UTF8.self) } ?? ""
    if (start == nil && link.contains("annex/objects")) || text.hasPrefix("/annex/objects") {
      throw GroundTruthError.notFetched(path: path)
    }
    return try NIfTI.read(path)
  }

  /// Reads a contrast.
  ///
  /// - Throws: An error that names the file.
  static func scan(_ contrast: Contrast) throws -> (scan: ContrastScan, header: NIfTIHeader) {
    let path = contrast.image.location
    let image = try naming(path) { try read(path) }
    guard let maskPath = contrast.mask else {
      throw contrast.problem ?? GroundTruthError.noMask(image: path)
    }
    let mask = try naming(maskPath) { try read(maskPath) }.volume
    guard mask.grid.matches(image.volume.grid, tolerance: 0.1) else {
      throw GroundTruthError.otherGrid(mask: maskPath, image: path)
    }
    guard mask.voxels.allSatisfy({ (-0.001...1.001).contains($0) }) else {
      throw GroundTruthError.noShare(mask: maskPath)
    }
    return (
      ContrastScan(name: contrast.name, image: image.volume, mask: Volume(voxels: mask.voxels, grid: image.volume.grid)), image.header
    )
  }
}
