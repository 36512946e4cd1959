import ArgumentParser
import Inference
import Models
import Tensors

/// Options of every command that runs a network.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Model file (default: the one that comes with softcord).", valueName: "file"))
  var model: String?

  @OptionGroup var compute: DeviceOptions

  @Option(
    help: """
      What the network computes in: auto, float32, bfloat16; auto takes bfloat16 where the processor is faster at it, and float32 for imported \
      models, so that they agree with the program they are from.
      """)
  var precision = Precision.auto

  @Flag(help: "Look at every voxel instead of where the cord is found at first sight: slower.")
  var everywhere = false

  enum Precision: String, CaseIterable, ExpressibleByArgument {
    case auto, float32, bfloat16

    func dtype(on device: Device, for model: SegmentationModel) -> DType {
      switch self {
      case .auto: device.hasFastBFloat16 && model.segmenter.description.blending == .occupancies ? .bfloat16 : .float32
      case .float32: .float32
      case .bfloat16: .bfloat16
      }
    }
  }

  /// What differs from the defaults, in words, for sidecars.
  func summary(_ segmenter: Segmenter) -> [String] {
    ["computed in \(segmenter.precision)"] + (everywhere ? ["searched everywhere"] : [])
  }

  /// The segmenter, and the model's name and checksum for sidecars.
  func load() throws -> (segmenter: Segmenter, identity: (name: String, sha256: String)) {
    let device = try compute.choose()
    let path = model ?? ShippedModel.path
    let loaded = try SegmentationModel(contentsOf: path, on: device)
    let segmenter = Segmenter(loaded)
    segmenter.precision = precision.dtype(on: device, for: loaded)
    if segmenter.precision == .bfloat16, !device.hasFastBFloat16 {
      Console.note("\(device) only imitates bfloat16, which takes a hundred times as long as float32")
    }
    segmenter.searchesEverywhere = everywhere
    return (segmenter, (loaded.provenance.name, try MaskWriter.checksum(ofFile: path)))
  }
}
