import ArgumentParser
import Files
import Foundation
import Study
import Yams

extension StudyPreset: ExpressibleByArgument {}

struct RunStudy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Train, test and compare labels, losses and models on one cohort, and write the report.",
    discussion: """
      From scans and raters' masks in the layout of Spine Generic, real or simulated: soft ground truth, one model for each arm, masks of \
      the people who are tested, areas, statistics, report.html and tables. The same command again goes on where a stopped one ended; \
      what changed is made anew. docs/study.md explains configuration and report.

      Examples:
        softcord study --print-config > study.yaml
        softcord study study.yaml -o study
      """)

  @Argument(help: ArgumentHelp("Configuration (YAML).", valueName: "config"))
  var config: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Folder to write, or to go on with.", valueName: "dir"))
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
      configuration: configuration, text: text, configFolder: (config! as NSString).deletingLastPathComponent, folder: output!,
      on: try compute.choose(), observer: WorkView.observer())
    let outcome = try await run.run()
    try Console.result(outcome.summaryTable.formatted(as: .text))
    Console.note("→ \(output!)/report.html")
  }

  private static func read(_ config: String) throws -> (StudyConfiguration, text: String) {
    guard let text = try? String(contentsOfFile: config, encoding: .utf8) else {
      throw Failure(.noInput, "\(config): the configuration cannot be read")
    }
    func refuse(_ reason: String) -> Failure { Failure(.configuration, "\(config): \(reason)") }
    do {
      let configuration = try YAMLDecoder().decode(StudyConfiguration.self, from: text)
      if let unknown = try? UnknownKeys.first(in: text, of: configuration) { throw refuse("there is no key \(unknown)") }
      try configuration.validate()
      return (configuration, text)
    } catch let failure as Failure {
      throw failure
    } catch let error as StudyError {
      throw refuse("\(error)")
    } catch {
      throw refuse("\(Configuration.explain(error)); --print-config shows a valid configuration")
    }
  }
}
