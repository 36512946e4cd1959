import Datasets
import Files
import Foundation
import NIfTI
import Volumes

/// Writes masks with a JSON sidecar that says where they come from.
public struct MaskWriter: Sendable {
  /// Name and checksum of the model file.
  public let model: (name: String, sha256: String)
  /// A binary mask of the voxels above this fraction is written; `nil`: the soft mask.
  public var binarize: Float?
  /// What else was chosen, in words.
  public var options: [String] = []

  /// Which volume of a 4D scan was taken; `nil` is the mean over all.
  public var volume: Int?

  public init(model: (name: String, sha256: String), binarize: Float? = nil, volume: Int? = nil, options: [String] = []) {
    (self.model, self.binarize, self.volume, self.options) = (model, binarize, volume, options)
  }

  /// Keys as BIDS spells them.
  private struct Sidecar: Encodable {
    let description: String
    let sources: [String]
    let model, modelChecksum, inputChecksum: String
    /// Of the file that this describes: tells whether both are of the same run.
    let maskChecksum: String
    /// Threshold that the mask was cut at; `nil` for a soft mask.
    let binarized: Float?
    let notes: [String]
    /// Which volume of a 4D scan.
    var volume: Int?
    /// What the name's `res-` means, which BIDS asks for.
    var resolution: String?
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
      case maskChecksum = "MaskVoxelsSHA256"
      case binarized = "Binarized"
      case type = "Type"
      case volume = "Volume"
      case resolution = "Resolution"
      case notes = "Notes"
      case leaves = "CordLeavesFieldOfView"
      case uncertainty = "Uncertainty"
    }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: Key.self)
      try values.encode(description, forKey: .description)
      try values.encode("orig", forKey: .reference)
      try values.encode(sources, forKey: .sources)
      try values.encode([DatasetDescription.Program.softcord], forKey: .program)
      try values.encode(model, forKey: .model)
      try values.encode(modelChecksum, forKey: .modelChecksum)
      try values.encode(inputChecksum, forKey: .inputChecksum)
      try values.encode(maskChecksum, forKey: .maskChecksum)
      try values.encodeIfPresent(binarized, forKey: .binarized)
      // BIDS asks the type of binary masks only.
      try values.encodeIfPresent(binarized.map { _ in "ROI" }, forKey: .type)
      if !notes.isEmpty { try values.encode(notes, forKey: .notes) }
      try values.encodeIfPresent(volume, forKey: .volume)
      try values.encodeIfPresent(resolution, forKey: .resolution)
      try values.encodeIfPresent(leaves, forKey: .leaves)
      try values.encodeIfPresent(uncertainty, forKey: .uncertainty)
    }
  }

  /// Mask and sidecar change together. The sidecar comes first, so that a mask is never there without one; where a kill left it beside an
  /// older mask, its checksum of the mask tells.
  ///
  /// - Parameters:
  ///   - mask: Occupancy 0…1 on the scan's grid.
  ///   - image: The scan, with its header, as it was read.
  ///   - source: Path of the scan, or its BIDS URI, which the sidecar then keeps.
  ///   - path: Of the mask, .nii or .nii.gz; the sidecar lies beside it.
  ///   - sides: Of the field of view through which the cord leaves it; `nil` where that is not known.
  ///   - notes: What a user should know of this mask, one line each.
  ///   - uncertainty: Standard deviation of each voxel's occupancy with the file to write it to, and that of the volume as a share of it.
  ///   - canal: Occupancy of the canal on the same grid, with the file to write it to; it is made binary as the mask is.
  /// - Returns: What the file's format could not hold.
  /// - Throws: `FileError`, `NIfTIError`.
  @discardableResult
  public func write(
    _ mask: Volume, of image: NIfTIImage, source: String, to path: String, sides: [String]? = nil, notes: [String] = [],
    uncertainty: (map: Volume, volumeSpread: Double, path: String)? = nil, canal: (mask: Volume, path: String)? = nil
  ) throws -> [String] {
    let written = binarize.map { mask.binarized(above: $0) } ?? mask
    var sidecar = Sidecar(
      description: binarize.map { "Spinal cord: voxels of which more than \($0) is cord" }
        ?? "Spinal cord: fraction of each voxel that is cord, 0 to 1",
      sources: [source.hasPrefix("bids:") ? source : source.lastPathComponent], model: model.name, modelChecksum: model.sha256,
      inputChecksum: Checksum.sha256(of: image.volume), maskChecksum: Self.checksum(asRead: written), binarized: binarize,
      notes: image.notes + options + notes)
    (sidecar.leaves, sidecar.volume) = (sides, volume)
    if BIDSName(OutputName.stem(of: path))?[.resolution] != nil { sidecar.resolution = "that of the scan" }
    var files: [StagedFile] = []
    if let uncertainty {
      files.append(
        try Self.staged(
          Sidecar(
            description: "Where the model does not know: standard deviation of the cord's fraction over four ways to look at the scan",
            sources: sidecar.sources, model: model.name, modelChecksum: model.sha256, inputChecksum: sidecar.inputChecksum,
            maskChecksum: Self.checksum(asRead: uncertainty.map), binarized: nil, notes: sidecar.notes), beside: uncertainty.path))
      files.append(try NIfTI.staged(uncertainty.map, at: uncertainty.path, header: image.header).file)
      sidecar.uncertainty = .init(
        file: uncertainty.path.lastPathComponent,
        volumeSpreadPercent: (uncertainty.volumeSpread * 10_000).rounded() / 100)
    }
    if let canal { files += try staged(canal, beside: sidecar, of: image) }
    files.append(try Self.staged(sidecar, beside: path))
    let staged = try NIfTI.staged(written, at: path, header: image.header, as: binarize == nil ? .float32 : .uint8)
    try StagedFile.commit(files + [staged.file])
    return staged.notes
  }

  /// The canal's mask and its sidecar.
  private func staged(_ canal: (mask: Volume, path: String), beside cord: Sidecar, of image: NIfTIImage) throws -> [StagedFile] {
    let written = binarize.map { canal.mask.binarized(above: $0) } ?? canal.mask
    var sidecar = Sidecar(
      description: binarize.map { "Spinal canal (inside the dura): voxels of which more than \($0) is canal" }
        ?? "Spinal canal: fraction of each voxel inside the dura (cord and cerebrospinal fluid), 0 to 1",
      sources: cord.sources, model: cord.model, modelChecksum: cord.modelChecksum, inputChecksum: cord.inputChecksum,
      maskChecksum: Self.checksum(asRead: written), binarized: binarize, notes: cord.notes)
    (sidecar.volume, sidecar.resolution) = (cord.volume, cord.resolution)
    let file = try NIfTI.staged(written, at: canal.path, header: image.header, as: binarize == nil ? .float32 : .uint8).file
    return [try Self.staged(sidecar, beside: canal.path), file]
  }

  private static func staged(_ sidecar: Sidecar, beside path: String) throws -> StagedFile {
    try StagedFile(at: OutputName.withoutExtension(path) + ".json", holding: JSONEncoder.readable.encode(sidecar))
  }

  /// Of voxels as they are read back from a file: without negative zeros.
  private static func checksum(asRead volume: Volume) -> String { Checksum.sha256(of: volume.map { $0 + 0 }) }

  /// Whether a mask is there that this model made from the same voxels, as its sidecar says, and whether the sidecar is that of this mask.
  public func hasWritten(_ path: String, of image: NIfTIImage) -> Bool {
    guard FileManager.default.fileExists(atPath: path), let known = try? SidecarFacts(beside: path), known.model == model.sha256,
      known.input == Checksum.sha256(of: image.volume)
    else { return false }
    guard let mask = known.mask else { return true }
    return (try? NIfTI.read(path)).map { Checksum.sha256(of: $0.volume) == mask } ?? false
  }
}
