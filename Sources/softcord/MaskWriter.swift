import CCrypto
import Foundation
import NIfTI
import Reports
import Volumes

/// Writes masks with a JSON sidecar that says where they come from.
struct MaskWriter {
  /// Name and checksum of the model file.
  let model: (name: String, sha256: String)
  let binarize: Float?

  struct Sidecar: Encodable {
    struct Program: Encodable {
      let Name: String
      let Version: String
    }
    let Description: String
    let SpatialReference = "orig"
    let Sources: [String]
    let GeneratedBy: [Program]
    let Model: String
    let ModelSHA256: String
    let InputVoxelsSHA256: String
    let Binarized: Float?
    let `Type`: String?
    let Notes: [String]
  }

  /// - Parameters:
  ///   - mask: Occupancy on the scan's grid.
  ///   - image: The scan, with its header, as it was read.
  ///   - path: Of the mask; the sidecar lies beside it.
  func write(_ mask: Volume, of image: NIfTIImage, source: String, to path: String) throws {
    let written = binarize.map { mask.binarized(above: $0) } ?? mask
    try NIfTI.write(written, to: path, header: image.header, as: binarize == nil ? .float32 : .uint8)
    let sidecar = Sidecar(
      Description: binarize.map { "Spinal cord: voxels of which more than \($0) is cord" } ?? "Spinal cord: fraction of each voxel that is cord, 0 to 1",
      Sources: [(source as NSString).lastPathComponent], GeneratedBy: [.init(Name: "softcord", Version: SoftCord.version)],
      Model: model.name, ModelSHA256: model.sha256, InputVoxelsSHA256: Self.checksum(image.volume), Binarized: binarize,
      Type: binarize == nil ? nil : "ROI", Notes: image.notes)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let stem = OutputName.stem(of: path)
    let folder = (path as NSString).deletingLastPathComponent
    try AtomicFile.write([UInt8](encoder.encode(sidecar)), to: (folder as NSString).appendingPathComponent(stem + ".json"))
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
