import ArgumentParser
import Foundation
import Models
import Tensors
import Training
import Yams

extension Preset: ExpressibleByArgument {}

struct Train: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model from a configuration file.",
    discussion: """
      The run folder (default: <model>.run) gets the log (log.jsonl, one line an epoch; log.html, curves to look at while it trains) and, \
      after each epoch, a checkpoint. A run that was stopped goes on with --resume and gives the same weights as one that was not. \
      schedule.epochs, schedule.patience, validation and data.memory may be changed before it goes on.

      Examples:
        softcord train --print-config > my.yaml
        softcord train my.yaml --dry-run samples.png
        softcord train my.yaml -o my.safetensors
        softcord train my.yaml -o my.safetensors --resume my.safetensors.run
        softcord train mine.yaml -o mine.safetensors --from softcord.safetensors
        torchrun --no-python --nproc-per-node 2 softcord train my.yaml -o my.safetensors

      Several processes train together where a launcher says so in the environment: RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT \
      (torchrun), or SLURM_PROCID and SLURM_NTASKS (srun; name MASTER_ADDR there). Each sees schedule.batch samples of every step.
      """)

  @Argument(help: ArgumentHelp("Configuration, YAML.", valueName: "config"))
  var config: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Model file to write.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Folder that scans are named from, instead of the configuration's data.root.", valueName: "dir"))
  var data: String?

  @Option(help: ArgumentHelp("Model whose network finds the cord for the new one; a run that goes on still has it.", valueName: "file"))
  var localizer: String?

  @Option(
    help: ArgumentHelp(
      "Start from this model's weights, or a run's checkpoint, instead of random ones: for going on with other data, another schedule, "
        + "or more features.",
      valueName: "file"))
  var from: String?

  @Option(help: ArgumentHelp("Go on with the run in this folder.", valueName: "dir"))
  var resume: String?

  @OptionGroup var compute: DeviceOptions

  @Option(
    help: ArgumentHelp(
      "Read everything, take a few steps, say what the run would take, and draw augmented samples into this file.", valueName: "png"))
  var dryRun: String?

  @Option(
    defaultAsFlag: .tiny,
    help: ArgumentHelp(
      "Print a commented configuration to start from: \(Preset.allCases.map(\.rawValue).joined(separator: ", ")) (default: tiny).",
      valueName: "name"))
  var printConfig: Preset?

  func validate() throws {
    guard printConfig == nil else { return }
    guard config != nil, output != nil || dryRun != nil else {
      throw ValidationError("A configuration and -o FILE (or --dry-run PNG) are needed.")
    }
    if let output, !output.hasSuffix(".safetensors") { throw ValidationError("'\(output)' must end in .safetensors.") }
  }

  func run() async throws {
    if let printConfig { return try Console.result(printConfig.text) }
    let config = self.config!
    let chosen = try compute.choose()
    let (configuration, text) = try Self.read(config)
    let folder = (config as NSString).deletingLastPathComponent
    let root =
      data
      ?? (configuration.data.root.hasPrefix("/")
        ? configuration.data.root : (folder as NSString).appendingPathComponent(configuration.data.root))
    let finder = try localizer.map { try SegmentationModel(contentsOf: $0, on: chosen) }.map { $0.localizer ?? $0.segmenter }
    let start = try from.map(StartingWeights.init(contentsOf:))
    if let dryRun {
      let trainer = try Trainer(configuration, localizer: finder, root: root, runFolder: NSTemporaryDirectory(), on: chosen, start: start)
      let rehearsal = try await trainer.rehearse { event in if case .preparing(let what) = event { Console.note(what) } }
      try rehearsal.picture.write(to: dryRun)
      return try Console.result(Self.report(rehearsal, configuration, picture: dryRun))
    }
    try Self.checkWritable(output!)
    let group = try Launcher.group()
    let trainer = try Trainer(
      configuration, localizer: finder, root: root, runFolder: resume ?? output! + ".run", on: chosen, start: start, group: group)
    let provenance = Provenance(
      name: configuration.name, generatedBy: "softcord \(SoftCord.version)", date: ISO8601DateFormatter().string(from: Date()),
      configuration: text)
    let model = try await train(trainer, configuration, provenance, shows: group?.rank ?? 0 == 0)
    guard group?.rank ?? 0 == 0 else { return }
    try model.save(to: output!)
    Console.note("→ \(output!)")
  }

  /// Tells before the first epoch, not after the last one, where a model cannot be written.
  private static func checkWritable(_ output: String) throws {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: output, isDirectory: &isFolder), isFolder.boolValue {
      throw Failure(.cannotWrite, "\(output): a folder is there; name another file for the model")
    }
    let folder = URL(fileURLWithPath: output).deletingLastPathComponent().path
    do {
      try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw Failure(.cannotWrite, "\(folder): the folder cannot be made: \(error.localizedDescription)")
    }
    guard files.isWritableFile(atPath: folder) else { throw Failure(.cannotWrite, "\(folder): no file can be written in it") }
  }

  private static func read(_ config: String) throws -> (TrainingConfiguration, text: String) {
    guard let text = try? String(contentsOfFile: config, encoding: .utf8) else {
      throw Failure(.noInput, "\(config): the configuration cannot be read")
    }
    let configuration: TrainingConfiguration
    do {
      configuration = try YAMLDecoder().decode(TrainingConfiguration.self, from: text)
    } catch {
      throw TrainingError.configuration(path: config, reason: Configuration.explain(error))
    }
    if let unknown = try? UnknownKeys.first(in: text, of: configuration) {
      throw TrainingError.configuration(path: config, reason: "there is no key \(unknown)")
    }
    return (configuration, text)
  }

  private func train(
    _ trainer: Trainer, _ configuration: TrainingConfiguration, _ provenance: Provenance, shows: Bool
  ) async throws -> SegmentationModel {
    let epochs = configuration.schedule.epochs
    var bar = ProgressBar("training \(configuration.name)")
    var records: [EpochRecord] = []
    let model = try await trainer.run(resuming: resume != nil, provenance: provenance) { event in
      guard shows else { return }
      if case .epoch(let record) = event { records.append(record) }
      switch event {
      case .preparing(let what): Console.note(what)
      case .reading: break
      case .resumed(let epoch, let changes):
        Console.note("going on after epoch \(epoch + 1)" + changes.map { "\n  \($0)" }.joined())
      case .step(let epoch, let step, let steps, let loss):
        bar.update(
          Double(epoch * steps + step + 1) / Double(steps * epochs),
          "epoch \(epoch + 1)/\(epochs)  loss \(String(format: "%.4f", loss))")
      case .epoch(let record): Console.note((Console.isTerminal ? "\r\u{1B}[2K" : "") + Self.line(record, of: epochs))
      case .stopped(let epoch):
        Console.note("validation got no better for \(configuration.schedule.patience ?? 0) times; stopped after epoch \(epoch + 1)")
      }
    }
    if shows {
      bar.finish()
      // Only what this process saw: a resumed run tells of its later part.
      if let computing = EpochRecord.computing(records) { Console.note("the engine computed for \(Int(computing * 100)) % of the time") }
    }
    return model
  }
}
