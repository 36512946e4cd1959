import Datasets
import Files
import Foundation
import NIfTI
import Registration
import Volumes

/// Where a person's soft masks go and what stands beside them.
struct GroundTruthOutput: Sendable {
  let folder: String
  let method: String
  let options: [String]

  private static let program = [["Name": DatasetDescription.Program.softcord.name, "Version": DatasetDescription.Program.softcord.version]]

  /// Begins the data set of derivatives.
  func begin(source: String) throws {
    try Folder.make(folder + "/figures")
    try Folder.make(folder + "/.work")
    try write(
      [
        "Name": "Soft ground truth of the spinal cord", "BIDSVersion": "1.10.0", "DatasetType": "derivative",
        "GeneratedBy": Self.program, "SourceDatasets": [["URL": "file://" + source]],
      ], to: folder + "/dataset_description.json")
    try AtomicFile.write(Array("*_transform.json\nground_truth.tsv\noffsets.tsv\nfigures/\n.work/\n".utf8), to: folder + "/.bidsignore")
  }

  /// Path of one of a contrast's files, without extension.
  func path(_ contrast: GroundTruthInput.Contrast, description: String? = nil, suffix: String) throws -> String {
    var entities: [Entity: String] = [.label: "SC"]
    entities[.description] = description
    let place = folder + "/" + contrast.image.path.deletingLastPathComponent
    try Folder.make(place)
    return place + "/" + contrast.image.name.derivative(entities, suffix: suffix).description
  }

  /// Writes a contrast's masks; sidecars come first, so that no mask is ever there without one.
  ///
  /// - Parameter checksums: SHA-256 of the files that the soft mask was made from, by path from the input's root.
  func write(
    _ truth: SoftTruth, of contrast: GroundTruthInput.Contrast, header: NIfTIHeader, reference: String, used: [String],
    checksums: [String: String]
  ) throws {
    let files: [(String, Volume, StorageType, String)] = [
      (
        try path(contrast, suffix: "probseg"), truth.soft, .float32,
        "Spinal cord: fraction of each voxel that is cord, 0 to 1, from the masks of several contrasts"
      ),
      (
        try path(contrast, description: "thr50", suffix: "mask"), truth.binary, .uint8,
        "Spinal cord: voxels of which more than half is cord"
      ),
      (
        try path(contrast, description: "coverage", suffix: "probseg"), truth.coverage, .float32,
        method == "paper" ? "1 in slices that this contrast's mask covers" : "Share of the contrasts that saw the cord of the slice"
      ),
    ]
    for (path, volume, type, text) in files {
      var sidecar: [String: Any] = [
        "Description": text, "SpatialReference": "orig", "Sources": checksums.keys.sorted().map { "bids:raw:" + $0 },
        "SourcesSHA256": checksums, "GeneratedBy": Self.program, "Method": method,
        "Options": options, "Reference": reference, "Contrasts": used,
      ]
      if type == .uint8 { sidecar["Type"] = "ROI" }
      let beside = try StagedFile(at: path + ".json", holding: Self.bytes(of: sidecar))
      try StagedFile.commit([beside, NIfTI.staged(volume, at: path + ".nii.gz", header: header, as: type).file])
    }
    let place = files[0].0.deletingLastPathComponent
    try AtomicFile.write(
      JSONEncoder.compact.encode(truth.alignment), to: "\(place)/\(contrast.image.name)_to-\(reference)_transform.json")
  }

  func write(_ object: [String: Any], to path: String) throws {
    try AtomicFile.write(Self.bytes(of: object), to: path)
  }

  private static func bytes(of object: [String: Any]) throws -> Data {
    try JSONSerialization.data(withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  }
}
