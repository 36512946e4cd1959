import ArgumentParser
import Foundation
import Models

extension Model {
  struct Combine: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Replace a model's localizer, the network that finds the cord.",
      discussion: """
        The network that segments stays as it is. The other one comes from a model that has one, or is a model that was trained to find \
        the cord.

        Example:
          softcord model combine mine.safetensors --localizer localizer.safetensors -o both.safetensors
        """)

    @Argument(help: ArgumentHelp("Model file (default: the one that comes with softcord).", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("Model whose localizer is taken, or which is one.", valueName: "file"))
    var localizer: String

    @Option(name: .shortAndLong, help: ArgumentHelp("File to write.", valueName: "file"))
    var output: String

    func validate() throws {
      guard output.hasSuffix(".safetensors") else { throw ValidationError("'\(output)' must end in .safetensors.") }
    }

    func run() throws {
      let path = file ?? ShippedModel.path
      let (model, other) = (try SegmentationModel(contentsOf: path), try SegmentationModel(contentsOf: localizer))
      guard model.segmenter.description.blending == .occupancies else {
        throw Failure(.usage, "\(path): looks at every voxel, as the program does that it is from; no localizer would be asked")
      }
      try model.localizing(with: other.localizer ?? other.segmenter).save(to: output)
      Console.note("→ \(output)")
    }
  }
}
