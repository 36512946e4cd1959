import ArgumentParser
import Files
import Foundation
import Settings
import Study

extension StudyPreset: ExpressibleByArgument {}

struct RunStudy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Train, test and compare labels, losses and models on one cohort, and write the report.",
    discussion: """
      From scans and raters' masks in the layout of Spine Generic, real or simulated: soft ground truth, one model for each arm, masks of \
      the people who are tested, areas, statistics, report.html and tables. The same command resumes a stopped run; what changed is \
      computed again. docs/study.md explains configuration and report.

      Examples:
        softcord study --print-config > study.yaml
        softcord study study.yaml -o study
      """)

  @Argument(help: ArgumentHelp("Configuration (YAML).", valueName: "config"))
  var config: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder to write; a stopped run in it is resumed.", valueName: "dir"))
  var output: String?

  @OptionGroup var compute: DeviceOptions

  @Option(
    defaultAsFlag: .study,
    help: ArgumentHelp(
      "Print a commented configuration: \(StudyPreset.allCases.map(\.rawValue).joined(separator: ", ")) (default: study).",
      valueName: "name"))
  var printConfig: StudyPreset?

  func validate() throws {
    guard printConfig == nil else { return }
    guard config != nil, output != nil else { throw ValidationError("A configuration and -o DIR are needed.") }
  }

  func run() async throws {
    if let printConfig { return try Console.result(printConfig.text) }
    let (configuration, text) = try Self.read(config!)
    let run = StudyRun(
      configuration: configuration, text: text, configFolder: config!.deletingLastPathComponent, folder: output!,
      on: try compute.choose(), observer: WorkView.observer())
    let outcome = try await run.run()
    try Console.result(outcome.summaryTable.formatted(as: .text))
    Console.note("→ \(output!)/report.html")
  }

  private static func read(_ config: String) throws -> (StudyConfiguration, text: String) {
    let configuration = try Settings.read(StudyConfiguration.self, from: config)
    do { try configuration.validate() } catch { throw Failure(.configuration, "\(config): \(error)") }
    return (configuration, try String(contentsOfFile: config, encoding: .utf8))
  }
}
