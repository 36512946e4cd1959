import ArgumentParser
import Foundation
import Models
import Tensors
import Training
import Yams

struct Train: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model from a configuration file.",
    discussion: """
      The run folder (default: <model>.run) gets the log (log.jsonl, one line an epoch) and, after each epoch, a checkpoint. A run that \
      was stopped goes on with --resume and gives the same weights as one that was not.

      Examples:
        softcord train --print-config > my.yaml
        softcord train my.yaml -o my.safetensors
        softcord train my.yaml -o my.safetensors --resume my.safetensors.run
      """)

  @Argument(help: ArgumentHelp("Configuration, YAML.", valueName: "config"))
  var config: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Model file to write.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("Folder that scans are named from, instead of the configuration's data.root.", valueName: "dir"))
  var data: String?

  @Option(help: ArgumentHelp("Model whose network finds the cord for the new one.", valueName: "file"))
  var localizer: String?

  @Option(help: ArgumentHelp("Go on with the run in this folder.", valueName: "dir"))
  var resume: String?

  @OptionGroup var compute: DeviceOptions

  @Flag(help: "Print a commented configuration to start from.")
  var printConfig = false

  func validate() throws {
    guard !printConfig else { return }
    guard config != nil, output != nil else { throw ValidationError("A configuration and -o FILE are needed.") }
  }

  func run() async throws {
    if printConfig { return try Console.result(DefaultConfiguration.example()) }
    let (config, output) = (self.config!, self.output!)
    let chosen = try compute.choose()

    guard let text = try? String(contentsOfFile: config, encoding: .utf8) else {
      throw Failure(.noInput, "\(config): the configuration cannot be read")
    }
    let configuration: TrainingConfiguration
    do {
      configuration = try YAMLDecoder().decode(TrainingConfiguration.self, from: text)
    } catch {
      throw TrainingError.configuration(path: config, reason: Self.explain(error))
    }
    let folder = (config as NSString).deletingLastPathComponent
    let root =
      data
      ?? (configuration.data.root.hasPrefix("/")
        ? configuration.data.root : (folder as NSString).appendingPathComponent(configuration.data.root))
    let finder = try localizer.map { try SegmentationModel(contentsOf: $0, on: chosen) }.map { $0.localizer ?? $0.segmenter }
    let trainer = try Trainer(configuration, localizer: finder, root: root, runFolder: resume ?? output + ".run", on: chosen)
    let provenance = Provenance(
      name: configuration.name, generatedBy: "softcord \(SoftCord.version)", date: ISO8601DateFormatter().string(from: Date()),
      configuration: text, trainingData: Self.summary(configuration))
    let schedule = configuration.schedule
    var bar = ProgressBar("training \(configuration.name)")
    let model = try await trainer.run(resuming: resume != nil, provenance: provenance) { event in
      switch event {
      case .preparing(let what): Console.note(what)
      case .step(let epoch, let step, let loss):
        bar.update(
          Double(epoch * schedule.stepsPerEpoch + step + 1) / Double(schedule.steps),
          "epoch \(epoch + 1)/\(schedule.epochs)  loss \(String(format: "%.4f", loss))")
      case .epoch(let record):
        var line =
          "epoch \(record.epoch + 1)/\(schedule.epochs)  loss \(String(format: "%.4f", record.loss))  \(String(format: "%.0f", record.seconds)) s"
        for score in record.scores ?? [] {
          line +=
            "\n  \(score.name): Dice \(String(format: "%.3f", score.dice)), soft \(String(format: "%.3f", score.softDice)), volume \(String(format: "%+.1f", score.volumeError * 100)) %"
        }
        Console.note(Console.isTerminal ? "\r\u{1B}[2K" + line : line)
      }
    }
    try model.save(to: output)
    bar.finish("→ \(output)")
  }

  /// One line on what was learned from, without file names.
  private static func summary(_ configuration: TrainingConfiguration) -> String {
    let people = Set(configuration.data.scans.map(\.person)).count
    return
      "\(configuration.data.scans.count) scans of \(people) people and scans of simulated necks (\(Int(configuration.data.simulatedShare * 100)) % of samples)"
  }

  /// Says which key is wrong, in one line.
  private static func explain(_ error: any Error) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return "\((context.codingPath + [key]).map(\.stringValue).joined(separator: ".")) is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context):
      let what = context.underlyingError.map { "\($0)" } ?? context.debugDescription
      return [path(context), what.replacingOccurrences(of: "\n", with: " ")].filter { !$0.isEmpty }.joined(separator: ": ")
    default: return "\(error)".replacingOccurrences(of: "\n", with: " ")
    }
  }
}
