import ArgumentParser
import Evaluation

struct Evaluate: ParsableCommand {
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

  @OptionGroup var table: StatisticsOptions

  @Option(help: ArgumentHelp("Folder for all tables, JSON and a report in HTML.", valueName: "dir"))
  var outputDir: String?

  @OptionGroup var parallel: JobOptions

  @Option(help: ArgumentHelp("Scans shown behind outlines in the report: a name with {}, auto, or a folder.", valueName: "path"))
  var scans: String?

  @Option(help: ArgumentHelp("Scans whose steepest edge the masks are held against: a name with {}, auto, or a folder.", valueName: "path"))
  var images: String?

  func validate() throws {
    if participants != nil && group == nil { throw ValidationError("--participants needs --group.") }
    try table.check(
      inputs: [predictions, references] + [labels.discs, labels.levels, lesions, compressions, participants].compactMap { $0 })
  }

  /// What the options ask for.
  private var request: EvaluationRequest {
    var request = EvaluationRequest(predictions: predictions, references: references)
    (request.label, request.partial, request.labels) = (label, partial, labels.files)
    (request.lesions, request.compressions, request.scans) = (lesions, compressions, scans)
    request.images = images
    (request.group, request.participants) = (group, participants)
    return request
  }

  func run() throws {
    let outcome = try parallel.each("comparing masks") { try request.run(jobs: parallel.jobs, progress: $0) }
    let matching = outcome.matching
    for path in matching.unmatchedPredictions { Console.note("\(path): has no reference; left out") }
    for path in matching.unmatchedReferences { Console.error("\(path): has no prediction") }
    for scan in matching.ambiguous { Console.error("\(scan); left out") }
    let (notes, failure) = collect(matching.pairs.map(\.prediction), outcome.notes)
    for (path, notes) in notes { for note in notes { Console.note("\(path): \(note)") } }
    if let evaluation = outcome.evaluation {
      if let outputDir { try outcome.write(to: outputDir, program: "softcord \(SoftCord.version)") }
      if table.output != nil || outputDir == nil { try table.deliver(evaluation.scanTable) }
    }
    if let failure { throw failure }
    let lost = matching.unmatchedReferences.count + matching.ambiguous.count
    if lost > 0 { throw Failure(.partial, "\(lost) of \(matching.pairs.count + lost) scans were not compared") }
  }
}
