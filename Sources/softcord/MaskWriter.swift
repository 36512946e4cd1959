import CCrypto
import Datasets
import Foundation
import NIfTI
import Reports
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
    }
  }

  /// The sidecar is written before the mask, so that a mask is never there without one.
  ///
  /// - Parameters:
  ///   - mask: Occupancy on the scan's grid.
  ///   - image: The scan, with its header, as it was read.
  ///   - path: Of the mask; the sidecar lies beside it.
  /// - Returns: What the file's format could not hold.
  func write(_ mask: Volume, of image: NIfTIImage, source: String, to path: String) throws -> [String] {
    let written = binarize.map { mask.binarized(above: $0) } ?? mask
    let sidecar = Sidecar(
      description: binarize.map { "Spinal cord: voxels of which more than \($0) is cord" }
        ?? "Spinal cord: fraction of each voxel that is cord, 0 to 1",
      sources: [(source as NSString).lastPathComponent], model: model.name, modelChecksum: model.sha256,
      inputChecksum: Self.checksum(image.volume), binarized: binarize, notes: image.notes + options)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let stem = OutputName.stem(of: path)
    let folder = (path as NSString).deletingLastPathComponent
    try AtomicFile.write([UInt8](encoder.encode(sidecar)), to: (folder as NSString).appendingPathComponent(stem + ".json"))
    return try NIfTI.write(written, to: path, header: image.header, as: binarize == nil ? .float32 : .uint8)
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
