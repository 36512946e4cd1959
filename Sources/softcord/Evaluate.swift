import ArgumentParser
import Evaluation
import Files
import Foundation
import NIfTI
import Reports

struct Evaluate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare masks with reference masks of the same scans.",
    discussion: """
      Both sides are files, folders, or BIDS derivatives. In folders, masks belong together when they are of the same scan: the same BIDS \
      entities, or the same name without endings such as _seg. Of each pair: Dice and soft Dice, volume error, distances of surfaces and \
      centerlines in mm, area error over the cord and by vertebral level, calibration of the soft values; in lesions and compressed \
      stretches on request. A number that cannot be computed is n/a, with the reason in the last column. docs/evaluation.md has the definitions.

      References without a prediction, and scans with several masks, are named and end the program with status 1 when the rest is done.

      Examples:
        softcord evaluate predicted.nii.gz manual.nii.gz
        softcord evaluate out/ necks/derivatives/truth --output-dir judged \\
          --discs auto --vertebrae 2:3 --lesions auto --group pathology
      """)

  @Argument(help: ArgumentHelp("Masks to evaluate, soft or binary: a file or a folder.", valueName: "predictions"))
  var predictions: String

  @Argument(help: ArgumentHelp("Reference masks on the same grids: a file or a folder.", valueName: "references"))
  var references: String

  @Flag(help: "References cover only some slices: leave out those that they leave empty.")
  var partial = false

  @Option(help: ArgumentHelp("Which masks count where names have the entity label-.", valueName: "name"))
  var label = "SC"

  @OptionGroup(title: "Levels") var labels: LabelOptions

  @Option(
    help: ArgumentHelp(
      "Masks of lesions: a file, a name with {}, auto, or a folder; scans without one are left out of their rows.", valueName: "path"))
  var lesions: String?

  @Option(help: ArgumentHelp("The same for masks of compressed stretches.", valueName: "path"))
  var compressions: String?

  @Option(help: ArgumentHelp("Column of participants.tsv by which people are grouped.", valueName: "column"))
  var group: String?

  @Option(help: ArgumentHelp("That table (default: the one in or above the references' folder).", valueName: "file"))
  var participants: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Table of scans to write (default: standard output).", valueName: "file"))
  var output: String?

  @Option(help: "tsv, csv, json or text (default: by the ending of -o, else text on a terminal and tsv in a pipe).")
  var format: TableFormat?

  @Option(help: ArgumentHelp("Folder for all tables, JSON and a report in HTML.", valueName: "dir"))
  var outputDir: String?

  @Option(name: .shortAndLong, help: ArgumentHelp("Scans compared at the same time (default: one per processor).", valueName: "n"))
  var jobs: Int?

  @Option(help: ArgumentHelp("Scans shown behind outlines in the report: a name with {}, auto, or a folder.", valueName: "path"))
  var scans: String?

  func validate() throws {
    try TableFormat.check(output, format)
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1.") }
    if participants != nil && group == nil { throw ValidationError("--participants needs --group.") }
    if let output, output == predictions || output == references { throw ValidationError("\(output) would replace an input.") }
  }

  func run() async throws {
    let groups = try group.map { try PeopleGroups(column: $0, table: participants, near: references).groups } ?? [:]
    let matching = try Matching(predictions: predictions, references: references, label: label)
    for path in matching.unmatchedPredictions { Console.note("\(path): has no reference; left out") }
    for path in matching.unmatchedReferences { Console.error("\(path): has no prediction") }
    for scan in matching.ambiguous { Console.error("\(scan); left out") }
    let job = EvaluateJob(labels: labels, lesions: lesions, compressions: compressions, partial: partial)
    let results = await concurrently(matching.pairs, title: "comparing \(matching.pairs.count) pairs", jobs: jobs, job.evaluate)
    var scans: [ScanEvaluation] = []
    var failure: Failure?
    do {
      var next = results.startIndex
      try forEach(matching.pairs.map(\.prediction)) { path in
        defer { next += 1 }
        let result = try results[next].get()
        for note in result.notes { Console.note("\(path): \(note)") }
        scans.append(result.scan)
      }
    } catch let caught as Failure {
      failure = caught
    }
    if !scans.isEmpty {
      let evaluation = Evaluation(scans, groups: groups)
      if let outputDir {
        try TableFolder(path: outputDir).write(evaluation.tables, all: "evaluation")
        let page = evaluation.page(
          title: "Evaluation of \(predictions)", subtitle: "against \(references)", cases: try cases(of: evaluation), facts: facts(matching)
        )
        try page.write(to: outputDir + "/report.html")
      }
      if output != nil || outputDir == nil { try evaluation.scanTable.deliver(to: output, as: format) }
    }
    if let failure { throw failure }
    let lost = matching.unmatchedReferences.count + matching.ambiguous.count
    if lost > 0 { throw Failure(.partial, "\(lost) of \(matching.pairs.count + lost) scans were not compared") }
  }

  /// Pictures of the worst scans and of the middle one.
  private func cases(of evaluation: Evaluation) throws -> [Evaluation.Case] {
    try evaluation.shownScans.compactMap { why, scan in
      let reference = try NIfTI.read(scan.pair.reference).volume
      let prediction = try NIfTI.read(scan.pair.prediction).volume.onto(reference.grid)
      let image = try scans.flatMap { MeasureCompanions(mask: scan.pair.reference).find($0, .scan) }.map { try NIfTI.read($0).volume }
      let name = "\(scan.pair.scan.person) \(scan.pair.scan.series)"
      let text = "\(why): \(name), \(String(format: "%.3f", scan.softDice.value ?? .nan))"
      return PairSheet(title: name).picture(of: prediction, reference, image: image).map { .init(caption: text, picture: $0) }
    }
  }

  private func facts(_ matching: Matching) -> [(name: String, value: String)] {
    [
      ("program", "softcord \(SoftCord.version)"), ("predictions", predictions), ("references", references),
      ("pairs", "\(matching.pairs.count)"), ("references without a prediction", "\(matching.unmatchedReferences.count)"),
      ("predictions without a reference", "\(matching.unmatchedPredictions.count)"),
      ("scans with several masks, left out", "\(matching.ambiguous.count)"),
    ]
  }
}
