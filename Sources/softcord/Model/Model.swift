import ArgumentParser
import Derivatives
import Files
import Foundation
import Models

struct Model: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show, import, export, combine and adjust model files; train the networks for levels and canal.",
    subcommands: [Info.self, Import.self, Export.self, Combine.self, Adjust.self, Levels.self, Canal.self])

  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Print a model's networks, preprocessing and training data.")

    @Argument(help: ArgumentHelp("Model file (default: the one that comes with softcord).", valueName: "file"))
    var file: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
      let path = file ?? ShippedModel.path
      let description = try SegmentationModel.description(contentsOf: path)
      if json {
        return try Console.result(String(decoding: JSONEncoder.readable.encode(description), as: UTF8.self))
      }
      let provenance = description.provenance
      let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
      var lines = [
        "\(provenance.name)  (\(String(format: "%.1f", Double(size) / 1e6)) MB, \(path))",
        "sha256         \(try Checksum.sha256(ofFile: path))",
        "made by        \(provenance.generatedBy), \(provenance.date), \(provenance.steps) steps",
        "trained on     \(provenance.trainingData)",
      ]
      for (name, stage) in [("localizer", description.localizer), ("segmenter", description.segmenter)] {
        guard let stage else { continue }
        let spacing = stage.preprocessing.spacing
        lines.append(
          "\(name.padding(toLength: 15, withPad: " ", startingAt: 0))U-Net \(stage.network.features.map(String.init).joined(separator: "-")), "
            + "\(stage.network.parameterCount) parameters, \(stage.patch.map(String.init).joined(separator: "×")) voxels of "
            + "\(spacing.x)×\(spacing.y)×\(spacing.z) mm, \(stage.activation.rawValue)")
      }
      if let levels = description.levels {
        lines.append(
          "levels         U-Net \(levels.network.features.map(String.init).joined(separator: "-")), \(levels.network.parameterCount) parameters"
        )
      }
      if !provenance.validation.isEmpty { lines.append("validation     Dice at 0.5 on scans that training never saw:") }
      for (name, dice) in provenance.validation.sorted(by: { $0.key < $1.key }) {
        lines.append("               \(name)  \(String(format: "%.3f", dice))")
      }
      try Console.result(lines.joined(separator: "\n"))
    }
  }
}
