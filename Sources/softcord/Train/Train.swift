import ArgumentParser
import Files
import Foundation
import Training

extension Preset: ExpressibleByArgument {}

struct Train: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model from a configuration file.",
    discussion: """
      The run folder (default: <model>.run) gets the log (log.jsonl, one line an epoch; log.html, curves to look at while it trains) and, \
      after each epoch, a checkpoint. A stopped run is resumed with --resume and gives the same weights as one that was not stopped. \
      schedule.epochs, schedule.patience, validation and data.memory may be changed before.

      Examples:
        softcord train --print-config > my.yaml
        softcord train my.yaml --dry-run samples.png
        softcord train my.yaml -o my.safetensors
        softcord train my.yaml -o my.safetensors --resume my.safetensors.run
        softcord train mine.yaml -o mine.safetensors --from softcord.safetensors
        softcord train Recipes/shipped.yaml --print-stages
        softcord train Recipes/shipped.yaml --stage wide -o wide.safetensors --data scans --from softcord-6.safetensors --localizer localizer.safetensors
        torchrun --no-python --nproc-per-node 2 softcord train my.yaml -o my.safetensors

      Several processes train together where a launcher says so in the environment: RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT \
      (torchrun), or SLURM_PROCID and SLURM_NTASKS (srun; name MASTER_ADDR there). Each sees schedule.batch samples of every step.
      """)

  @Argument(help: ArgumentHelp("Configuration, YAML.", valueName: "config"))
  var config: String?

  @Option(help: ArgumentHelp("Where the configuration is a recipe: the stage of it to train.", valueName: "name"))
  var stage: String?

  @Flag(help: "List the stages of a recipe.")
  var printStages = false

  @Option(name: .shortAndLong, help: ArgumentHelp("Model file to write.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Folder that scans are named from, instead of the configuration's data.root.", valueName: "dir"))
  var data: String?

  @Option(help: ArgumentHelp("Model whose localizer the new model takes; a resumed run keeps it.", valueName: "file"))
  var localizer: String?

  @Option(
    help: ArgumentHelp(
      "Start from this model's weights, or a run's checkpoint, instead of random ones: for going on with other data, another schedule, "
        + "or more features.",
      valueName: "file"))
  var from: String?

  @Flag(help: "Take models that were trained anew: others than those whose checksums the recipe has.")
  var retrained = false

  @Option(help: ArgumentHelp("Resume the run in this folder.", valueName: "dir"))
  var resume: String?

  @OptionGroup var compute: DeviceOptions

  @Option(
    help: ArgumentHelp(
      "Read everything, take a few steps, say what the run would take, and draw augmented samples into this file.", valueName: "png"))
  var dryRun: String?

  @Option(
    defaultAsFlag: .tiny,
    help: ArgumentHelp(
      "Print a commented configuration to start from: \(Preset.allCases.map(\.rawValue).joined(separator: ", ")) (default: tiny). With --stage: that of the stage.",
      valueName: "name"))
  var printConfig: Preset?

  func validate() throws {
    if stage != nil || printStages, config == nil { throw ValidationError("The file of a recipe is needed.") }
    guard printConfig == nil, !printStages else { return }
    guard config != nil, output != nil || dryRun != nil else {
      throw ValidationError("A configuration and -o FILE (or --dry-run PNG) are needed.")
    }
    if let output, !output.hasSuffix(".safetensors") { throw ValidationError("'\(output)' must end in .safetensors.") }
  }

  func run() async throws {
    if let config, printStages { return try Console.result(Recipe(contentsOf: config).table().formatted(as: .text)) }
    if let config, let stage, printConfig != nil { return try Console.result(Recipe(contentsOf: config).text(of: stage)) }
    if let printConfig { return try Console.result(printConfig.text) }
    let config = self.config!
    if let stage {
      let chosen = try Recipe(contentsOf: config).stage(stage)
      try chosen.expect(from: from, localizer: localizer, resuming: resume != nil)
      if !retrained { try chosen.requireChecksums(from: from, localizer: localizer) }
    }
    let (configuration, text) = try TrainingConfiguration.read(config, stage: stage)
    var job = TrainingJob(configuration, text: text, folder: config.deletingLastPathComponent, on: try compute.choose())
    (job.data, job.localizer, job.start, job.resume) = (data, localizer, from, resume)
    if let dryRun {
      return try Console.result(await job.rehearse(picture: dryRun, observer: WorkView.observer()).report(configuration, picture: dryRun))
    }
    if try await job.run(to: output!, observer: WorkView.observer()) { Console.note("→ \(output!)") }
  }
}
