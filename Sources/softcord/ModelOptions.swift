import ArgumentParser
import Inference
import Models
import Tensors

/// Options of every command that runs a network.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Model file (default: the one that comes with softcord).", valueName: "file"))
  var model: String?

  @Option(help: ArgumentHelp("Where to compute: auto, cpu, cuda, cuda:1, mps.", valueName: "device"))
  var device = "auto"

  @Option(help: ArgumentHelp("Processor threads (default: all).", valueName: "n"))
  var threads: Int?

  @Flag(help: "Compute in bfloat16: faster on processors that know it, a little less exact.")
  var fast = false

  @Flag(help: "Look at every voxel instead of where the cord is found at first sight: slower.")
  var everywhere = false

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be at least 1.") }
    _ = try chosenDevice
  }

  /// What differs from the defaults, in words, for sidecars.
  var summary: [String] { (fast ? ["computed in bfloat16"] : []) + (everywhere ? ["searched everywhere"] : []) }

  var chosenDevice: Device {
    get throws {
      if device == "auto" { return Device.best() }
      guard let chosen = Device(name: device) else {
        throw ValidationError("'\(device)' is no device; expected auto, cpu, cuda, cuda:N or mps.")
      }
      return chosen
    }
  }

  /// The segmenter, and the model's name and checksum for sidecars.
  func load() throws -> (segmenter: Segmenter, identity: (name: String, sha256: String)) {
    if let threads { Threads.count = threads }
    let device = try chosenDevice
    guard device.isAvailable else { throw Failure(.unavailable, "the device \(device) is not available on this machine; try --device cpu") }
    let path = model ?? ShippedModel.path
    let loaded = try SegmentationModel(contentsOf: path, on: device)
    let segmenter = Segmenter(loaded)
    segmenter.precision = fast ? .bfloat16 : .float32
    segmenter.searchesEverywhere = everywhere
    return (segmenter, (loaded.provenance.name, try MaskWriter.checksum(ofFile: path)))
  }
}
