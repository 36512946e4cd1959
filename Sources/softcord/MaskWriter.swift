import CCrypto
import Datasets
import Files
import Foundation
import Inference
import NIfTI
import Volumes

/// Writes masks with a JSON sidecar that says where they come from.
struct MaskWriter {
  /// Name and checksum of the model file.
  let model: (name: String, sha256: String)
  let binarize: Float?
  /// What else was chosen, in words.
  var options: [String] = []

  /// Keys as BIDS spells them.
  struct Sidecar: Encodable {
    let description: String
    let sources: [String]
    let model, modelChecksum, inputChecksum: String
    /// Threshold that the mask was cut at; `nil` for a soft mask.
    let binarized: Float?
    let notes: [String]
    /// Sides of the field of view, and the map of uncertainty, where they are known.
    var leaves: [String]?
    var uncertainty: Uncertainty?

    struct Uncertainty: Encodable {
      let file: String
      let volumeSpreadPercent: Double

      private enum CodingKeys: String, CodingKey {
        case file = "File"
        case volumeSpreadPercent = "VolumeSpreadPercent"
      }
    }

    private enum Key: String, CodingKey {
      case description = "Description"
      case reference = "SpatialReference"
      case sources = "Sources"
      case program = "GeneratedBy"
      case model = "Model"
      case modelChecksum = "ModelSHA256"
      case inputChecksum = "InputVoxelsSHA256"
      case binarized = "Binarized"
      case type = "Type"
      case notes = "Notes"
      case leaves = "CordLeavesFieldOfView"
      case uncertainty = "Uncertainty"
    }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: Key.self)
      try values.encode(description, forKey: .description)
      try values.encode("orig", forKey: .reference)
      try values.encode(sources, forKey: .sources)
      try values.encode([["Name": "softcord", "Version": SoftCord.version]], forKey: .program)
      try values.encode(model, forKey: .model)
      try values.encode(modelChecksum, forKey: .modelChecksum)
      try values.encode(inputChecksum, forKey: .inputChecksum)
      try values.encodeIfPresent(binarized, forKey: .binarized)
      // BIDS asks the type of binary masks only.
      try values.encodeIfPresent(binarized.map { _ in "ROI" }, forKey: .type)
      if !notes.isEmpty { try values.encode(notes, forKey: .notes) }
      try values.encodeIfPresent(leaves, forKey: .leaves)
      try values.encodeIfPresent(uncertainty, forKey: .uncertainty)
    }
  }

  /// The sidecar is written before the mask, so that a mask is never there without one.
  ///
  /// - Parameters:
  ///   - mask: Occupancy on the scan's grid.
  ///   - image: The scan, with its header, as it was read.
  ///   - path: Of the mask; the sidecar lies beside it.
  ///   - segmentation: What else was found.
  ///   - map: Path of the map of uncertainty, which is written where there is one.
  /// - Returns: What the file's format could not hold.
  func write(
    _ mask: Volume, of image: NIfTIImage, source: String, to path: String, segmentation: Segmentation? = nil, map: String? = nil
  ) throws -> [String] {
    let written = binarize.map { mask.binarized(above: $0) } ?? mask
    var sidecar = Sidecar(
      description: binarize.map { "Spinal cord: voxels of which more than \($0) is cord" }
        ?? "Spinal cord: fraction of each voxel that is cord, 0 to 1",
      sources: [(source as NSString).lastPathComponent], model: model.name, modelChecksum: model.sha256,
      inputChecksum: Self.checksum(image.volume), binarized: binarize, notes: image.notes + options)
    sidecar.leaves = segmentation?.leaves.map(\.rawValue)
    if let map, let uncertainty = segmentation?.uncertainty {
      try Self.write(
        Sidecar(
          description: "Where the model does not know: standard deviation of the cord's fraction over four ways to look at the scan",
          sources: sidecar.sources, model: model.name, modelChecksum: model.sha256, inputChecksum: sidecar.inputChecksum, binarized: nil,
          notes: sidecar.notes), beside: map)
      try NIfTI.write(uncertainty.map, to: map, header: image.header)
      sidecar.uncertainty = .init(
        file: (map as NSString).lastPathComponent, volumeSpreadPercent: (uncertainty.volumeSpread * 10_000).rounded() / 100)
    }
    try Self.write(sidecar, beside: path)
    return try NIfTI.write(written, to: path, header: image.header, as: binarize == nil ? .float32 : .uint8)
  }

  private static func write(_ sidecar: Sidecar, beside path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try AtomicFile.write([UInt8](encoder.encode(sidecar)), to: OutputName.withoutExtension(path) + ".json")
  }

  static func checksum(_ volume: Volume) -> String { volume.voxels.withUnsafeBytes(sha256) }

  static func checksum(ofFile path: String) throws -> String {
    try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe).withUnsafeBytes(sha256)
  }

  private static func sha256(_ bytes: UnsafeRawBufferPointer) -> String {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256(bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count, &digest)
    return digest.map { String(format: "%02x", $0) }.joined()
  }
}
