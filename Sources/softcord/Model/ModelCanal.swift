import ArgumentParser
import Files
import Models
import Settings
import Training

extension Model {
  struct Canal: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Train the head that sees the spinal canal, from simulated scans alone, and put it into a model file.",
      discussion: """
        The cord of the model stays as it is. The folder keeps a checkpoint; the same command goes on where it was stopped. The settings are those of \
        --print-config; a file gives those that are other.

        Example:
          softcord model canal --work-dir runs/canal -o model.safetensors
        """)

    @Argument(help: ArgumentHelp("Model file that finds the cord (default: the one that comes with softcord).", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("Settings, YAML.", valueName: "file"))
    var config: String?

    @Flag(help: "Print the settings and end.")
    var printConfig = false

    @Option(help: ArgumentHelp("Folder of this run.", valueName: "dir"))
    var workDir = "canal"

    @Option(name: .shortAndLong, help: ArgumentHelp("Model file to write.", valueName: "file"))
    var output = "canal.safetensors"

    @OptionGroup var jobs: JobOptions

    func validate() throws {
      guard output.hasSuffix(".safetensors") else { throw ValidationError("'\(output)' must end in .safetensors.") }
    }

    func run() throws {
      let settings = try config.map { try Settings.read(from: $0, over: CanalTrainingSettings()) } ?? CanalTrainingSettings()
      if printConfig { return try Console.result(Settings.readableText(settings)) }
      var job = CanalTrainingJob(settings, folder: workDir)
      job.jobs = jobs.jobs
      try job.run(model: file ?? ShippedModel.path, to: output, observer: WorkView.observer())
      Console.note("→ \(output)")
    }
  }
}
