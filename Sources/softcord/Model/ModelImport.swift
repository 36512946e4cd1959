import ArgumentParser
import Foundation
import Models

extension Model {
  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Import a model that nnU-Net v2 or MONAI trained.",
      discussion: """
        Reads an nnU-Net v2 result folder (plans.json, dataset.json, fold_*/checkpoint_*.pth; 3D PlainConvUNet or ResidualEncoderUNet) or \
        a checkpoint of a contrast-agnostic model v2.x, and writes one file for segment --model, with its own preprocessing. Checkpoints \
        are read as data: nothing in them is run.

        Examples:
          softcord model import Dataset101_Cord/nnUNetTrainer__nnUNetPlans__3d_fullres -o cord.safetensors
          softcord segment scan.nii.gz --model cord.safetensors
        """)

    @Argument(help: ArgumentHelp("Result folder, or a checkpoint.", valueName: "path"))
    var path: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Model file to write.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("Fold to take (default: all, else the lowest).", valueName: "fold"))
    var fold: String?

    @Option(help: ArgumentHelp("Label that is cord; repeat it where several together are (default: by its name).", valueName: "name"))
    var label: [String] = []

    @Flag(help: "Store weights in 16 bits: half the size, a relative error below 0.05 % a weight.")
    var half = false

    func validate() throws {
      guard output.hasSuffix(".safetensors") else { throw ValidationError("'\(output)' must end in .safetensors.") }
    }

    func run() throws {
      let imported = try Models.ModelImport(
        path,
        ModelImport.Choices(
          fold: fold, labels: label, program: "softcord \(SoftCord.version)", date: ISO8601DateFormatter().string(from: Date())))
      try imported.model.save(to: output, dtype: half ? .float16 : .float32)
      for note in imported.notes { Console.note("\(path): \(note)") }
      Console.note("→ \(output)")
    }
  }
}
