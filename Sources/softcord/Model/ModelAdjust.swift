import ArgumentParser
import Foundation
import Models

extension Model {
  struct Adjust: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Change how a model's answers are read, not its weights.",
      discussion: """
        The figures are those that softcord model info --json lists under postProcessing; without --set the file is written anew as it is, \
        in today's format. Weights stay bit for bit where the file stores them in 16 bits, as the one that comes with softcord does.

        Example:
          softcord model adjust --set minimumConfidence=0.6 -o lenient.safetensors
        """)

    @Argument(help: ArgumentHelp("Model file (default: the one that comes with softcord).", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("A figure and its new value; repeat it for several.", valueName: "name=value"))
    var set: [String] = []

    @Option(name: .shortAndLong, help: ArgumentHelp("File to write.", valueName: "file"))
    var output: String

    func validate() throws {
      guard output.hasSuffix(".safetensors") else { throw ValidationError("'\(output)' must end in .safetensors.") }
      _ = try changes
    }

    private var changes: [String: Double] {
      get throws {
        var changes: [String: Double] = [:]
        for change in set {
          let parts = change.split(separator: "=", omittingEmptySubsequences: false)
          guard parts.count == 2, let value = Double(parts[1]) else { throw ValidationError("'\(change)' is not of the form name=value.") }
          changes[String(parts[0])] = value
        }
        return changes
      }
    }

    func run() throws {
      let path = file ?? ShippedModel.path
      do {
        try SegmentationModel(contentsOf: path).adjusted(changes).save(to: output)
      } catch let error as StageDescription.Invalid {
        throw Failure(.usage, "--set: \(error.description)")
      }
      Console.note("→ \(output)")
    }
  }
}
