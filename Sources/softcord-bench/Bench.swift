import ArgumentParser

/// Measurements of the program's parts that no user needs: `swift run -c release softcord-bench`; it is not installed.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "softcord-bench", abstract: "Measure parts of SoftCord.", subcommands: [GroundTruthStudy.self, TrainingStream.self])
}
