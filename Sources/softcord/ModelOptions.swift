import ArgumentParser
import Inference
import Models
import Tensors

/// Options of every command that runs a network.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Model file (default: the one that comes with softcord).", valueName: "file"))
  var model: String?

  @OptionGroup var compute: DeviceOptions

  @Flag(help: "Compute in bfloat16: faster on processors that know it, a little less exact.")
  var fast = false

  @Flag(help: "Look at every voxel instead of where the cord is found at first sight: slower.")
  var everywhere = false

  /// What differs from the defaults, in words, for sidecars.
  var summary: [String] { (fast ? ["computed in bfloat16"] : []) + (everywhere ? ["searched everywhere"] : []) }

  /// The segmenter, and the model's name and checksum for sidecars.
  func load() throws -> (segmenter: Segmenter, identity: (name: String, sha256: String)) {
    let device = try compute.choose()
    let path = model ?? ShippedModel.path
    let loaded = try SegmentationModel(contentsOf: path, on: device)
    let segmenter = Segmenter(loaded)
    segmenter.precision = fast ? .bfloat16 : .float32
    segmenter.searchesEverywhere = everywhere
    return (segmenter, (loaded.provenance.name, try MaskWriter.checksum(ofFile: path)))
  }
}
