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
    let people = Dictionary(grouping: files) { $0.path.deletingLastPathComponent.deletingLastPathComponent }
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
    let names = Companion.cord.stems(of: image.name.description)
    let place = image.path.deletingLastPathComponent
    for folder in labels {
      for name in names {
        for ending in [".nii.gz", ".nii"] {
          let path = "\(folder)/\(place)/\(name)\(ending)"
          if CompanionSearch.exists(path) { return path }
        }
      }
    }
    return nil
  }

  /// Reads a contrast.
  ///
  /// - Throws: An error that names the file.
  static func scan(_ contrast: Contrast) throws -> (scan: ContrastScan, header: NIfTIHeader) {
    let path = contrast.image.location
    let image = try naming(path) { try NIfTI.scan(path) }
    guard let maskPath = contrast.mask else {
      throw contrast.problem ?? GroundTruthError.noMask(image: path)
    }
    let mask = try naming(maskPath) { try NIfTI.mask(maskPath, of: path, on: image.volume.grid) }.volume
    return (ContrastScan(name: contrast.name, image: image.volume, mask: mask), image.header)
  }
}
