import ArgumentParser
import Datasets
import Files
import Foundation
import Synchronization

/// How measures are written: tidy tables, or the dialect of the Spinal Cord Toolbox.
enum MeasureFormat: String, ExpressibleByArgument, CaseIterable {
  case tsv, csv, json, text, sct

  /// The lines of the file.
  var table: TableFormat { self == .sct ? .csv : TableFormat(rawValue: rawValue)! }
}

/// Where measures go.
struct TableOptions: ParsableArguments {
  @Option(
    name: [.customShort("o"), .customLong("output")], help: ArgumentHelp("Table to write (default: standard output).", valueName: "file"))
  var path: String?

  @Flag(help: "Add rows to the table; it must have the same columns. Many programs can add to one table at the same time.")
  var append = false

  @Option(
    help: ArgumentHelp(
      "tsv, csv, json, text, or sct: the CSV of sct_process_segmentation (default: by the ending of -o, else text on a terminal and tsv in a pipe).",
      valueName: "name"))
  var format: MeasureFormat?

  func validate() throws {
    guard append else { return }
    guard path != nil else { throw ValidationError("--append needs -o.") }
    guard [.tsv, .csv, .sct].contains(chosen) else { throw ValidationError("--append adds to tsv, csv and sct tables.") }
  }

  /// The format asked for, or that of the file's ending.
  var chosen: MeasureFormat {
    if let format { return format }
    guard let path else { return isatty(STDOUT_FILENO) == 1 ? .text : .tsv }
    return MeasureFormat(rawValue: path.pathExtension.lowercased()) ?? .tsv
  }

  /// Writes the table as it was asked for; JSON explains itself, and SCT's dialect has no place for a dictionary.
  func deliver(_ table: Table, explains: Bool) throws {
    guard let path else { return try Console.result(table.formatted(as: chosen.table)) }
    try TableFile(path, format: chosen.table).write(table, appends: append, explains: explains)
  }
}

/// Where a table of statistics goes.
struct StatisticsOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("Table to write (default: standard output).", valueName: "file"))
  var output: String?

  @Option(help: "tsv, csv, json or text (default: by the ending of -o, else text on a terminal and tsv in a pipe).")
  var format: TableFormat?

  /// Refuses an output that would replace something.
  func check(inputs: [String]) throws { try checked { if let output { try TableFile(output, format: format).check(inputs: inputs) } } }

  func deliver(_ table: Table) throws {
    guard let output else { return try Console.result(table.formatted(as: format ?? (isatty(STDOUT_FILENO) == 1 ? .text : .tsv))) }
    try TableFile(output, format: format).write(table)
  }
}

/// How many inputs are worked on at the same time.
struct JobOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("Inputs worked on at the same time (default: one per processor).", valueName: "n"))
  var jobs: Int?

  func validate() throws { if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1.") } }

  /// Runs work under a progress bar, which is shown for more than one input.
  func each<Output>(_ title: String, _ work: (@escaping @Sendable (Double) -> Void) throws -> Output) rethrows -> Output {
    let bar = JobProgress(title)
    defer { bar.finish() }
    return try work { bar.update($0) }
  }
}

/// A progress bar that is not shown for a single input, which is done with its first report.
private final class JobProgress: Sendable {
  private let task: String
  private let observer = WorkView.observer()
  private let isShown = Mutex(false)

  init(_ task: String) { self.task = task }

  func update(_ fraction: Double) {
    let isShown = isShown.withLock { shown -> Bool in
      shown = shown || fraction < 1
      return shown
    }
    if isShown { observer(.progress(task: task, fraction: fraction)) }
  }

  func finish() { if isShown.withLock({ $0 }) { observer(.finished(task: task)) } }
}

/// Says of an output that it cannot be what the user meant, before anything is done.
func checked(_ body: () throws -> Void) throws {
  do { try body() } catch let error as DatasetError { throw ValidationError("\(error)") }
}
