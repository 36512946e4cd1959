import ArgumentParser
import Pipeline

/// Serves another program; `Pipeline/SegmentationWorker.swift` says how.
struct Work: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Segment scans of another program, such as Python's package softcord.", shouldDisplay: false)

  @Option(help: ArgumentHelp("Descriptor of the memory that both share.", valueName: "fd"))
  var memory: Int32

  @OptionGroup var model: ModelOptions

  func run() throws {
    let worker = SegmentationWorker(try model.pipeline(model.settings), memory: memory)
    try worker.run(version: SoftCord.version, next: { readLine() }, answer: Console.result)
  }
}
