import ArgumentParser
import Files
import Foundation

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
    if let path, format == nil, MeasureFormat(rawValue: (path as NSString).pathExtension.lowercased()) == nil {
      try TableFormat.check(path, nil)
    }
    guard append else { return }
    guard path != nil else { throw ValidationError("--append needs -o.") }
    guard [.tsv, .csv, .sct].contains(chosen) else { throw ValidationError("--append adds to tsv, csv and sct tables.") }
  }

  /// The format asked for, or that of the file's ending.
  var chosen: MeasureFormat {
    if let format { return format }
    guard let path else { return isatty(STDOUT_FILENO) == 1 ? .text : .tsv }
    return MeasureFormat(rawValue: (path as NSString).pathExtension.lowercased()) ?? .tsv
  }

  /// File beside the table that explains its columns; JSON explains itself, and SCT's dialect has no place for it.
  var dictionaryPath: String? {
    guard let path, [.tsv, .csv].contains(chosen) else { return nil }
    let ending = (path as NSString).pathExtension
    return (ending.isEmpty ? path : String(path.dropLast(ending.count + 1))) + ".json"
  }

  /// Writes rows as they were asked for.
  func deliver(_ rows: [MeasureRow], of job: MeasureJob) throws {
    let table = chosen == .sct ? SCTTable.table(rows, quadrants: job.anat != nil) : MeasureTable(job: job).table(rows)
    guard let path else { return try Console.result(table.formatted(as: chosen.table)) }
    if append { try table.append(to: path, as: chosen.table) } else { try table.write(to: path, as: chosen.table) }
    if let dictionaryPath { try AtomicFile.write(Array(table.dataDictionary.utf8), to: dictionaryPath) }
  }
}
