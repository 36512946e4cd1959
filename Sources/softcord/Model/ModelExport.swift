import ArgumentParser
import Foundation
import Models

extension Model {
  struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a model's weights for PyTorch.",
      discussion: """
        The names are those of the package dynamic-network-architectures, so that \
        PlainConvUNet(…).load_state_dict(weights, strict=False) takes them; what the network looks like says softcord model info --json.
        """)

    @Argument(help: ArgumentHelp("Model file (default: the one that comes with softcord).", valueName: "file"))
    var file: String?

    @Option(
      name: .shortAndLong,
      help: ArgumentHelp("File to write: .safetensors for safetensors.torch.load_file, .pth for torch.load.", valueName: "file"))
    var output: String

    @Flag(help: "Write the network that finds the cord instead of the one that segments it.")
    var localizer = false

    func validate() throws {
      guard [".safetensors", ".pth", ".pt"].contains(where: output.hasSuffix) else {
        throw ValidationError("'\(output)' must end in .safetensors, .pth or .pt.")
      }
    }

    func run() throws {
      let path = file ?? ShippedModel.path
      guard URL(fileURLWithPath: path).standardizedFileURL != URL(fileURLWithPath: output).standardizedFileURL else {
        throw Failure(.usage, "\(output) would replace the model itself; choose another name")
      }
      let model = try SegmentationModel(contentsOf: path)
      guard let stage = localizer ? model.localizer : model.segmenter else {
        throw Failure(.usage, "\(path): the model has no localizer; it looks at every voxel")
      }
      try stage.exportWeights(to: output)
      Console.note("→ \(output)")
    }
  }
}
