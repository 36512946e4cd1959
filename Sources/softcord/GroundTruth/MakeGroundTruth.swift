import ArgumentParser
import Derivatives
import GroundTruth
import Inference
import Models
import Tensors

extension GroundTruthMaker.Method: ExpressibleByArgument {}
extension PaperRecipe.Trim: ExpressibleByArgument {}
extension PaperRecipe.Gaps: ExpressibleByArgument {}

struct MakeGroundTruth: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ground-truth",
    abstract: "Make soft ground truth from the masks of several contrasts.",
    discussion: """
      Reads a BIDS data set in the layout of Spine Generic and each person's masks in derivatives/labels, and writes for every contrast a \
      soft mask on its own grid. A contrast that does not agree with the others is left out and named. The same command resumes \
      a stopped run. Nothing is written into the input.

      Examples:
        softcord ground-truth data-multi-subject soft --jobs 2
        softcord ground-truth data-multi-subject soft-paper --method paper --trim as-run
      """)

  @Argument(help: ArgumentHelp("BIDS data set.", valueName: "bids-dir"))
  var input: String

  @Argument(help: ArgumentHelp("Folder to write.", valueName: "out-dir"))
  var folder: String

  @Option(help: "refined, or paper: the published recipe.")
  var method = GroundTruthMaker.Method.refined

  @Option(help: ArgumentHelp("Contrast that the others are registered to.", valueName: "contrast"))
  var reference = "T2w"

  @Option(help: ArgumentHelp("Folder with the masks (default: derivatives/labels of the data set).", valueName: "dir"))
  var labels: String?

  @Option(help: ArgumentHelp("Model file that makes missing masks; without it they are left out.", valueName: "model"))
  var segmenter: String?

  @Option(help: "paper: slices cut from the ends, as described (8 or 10) or as-run (10 for all).")
  var trim = PaperRecipe.Trim.described

  @Option(help: "paper: voxels outside all coverage become 0, or with as-run spread into their neighbors, as the published scripts do.")
  var gaps = PaperRecipe.Gaps.cleaned

  @Option(help: ArgumentHelp("People at the same time; each takes up to 1 GB.", valueName: "n"))
  var jobs = 1

  func validate() throws { if jobs < 1 { throw ValidationError("--jobs must be at least 1.") } }

  func run() throws {
    var maker = GroundTruthMaker()
    (maker.method, maker.reference, maker.labels, maker.jobs) = (method, reference, labels, jobs)
    maker.paper = PaperRecipe(trim: trim, gaps: gaps)
    let missing = try segmenter.map { path in
      let network = Segmenter(try SegmentationModel(contentsOf: path, on: Device.best()), precision: .float32)
      return MissingMasks(model: try Checksum.sha256(ofFile: path)) { try network.segment($0).mask }
    }
    let result = try maker.make(from: input, to: folder, missing: missing, observer: WorkView.observer())
    try Console.result(result.summary)
    try result.requireSomebody()
    if !result.isComplete { throw Failure(.partial) }
  }
}
