import ArgumentParser
import Datasets
import Files
import Foundation
import GroundTruth
import NIfTI
import Synchronization
import Volumes

extension PaperRecipe.Trim: ExpressibleByArgument {}
extension PaperRecipe.Gaps: ExpressibleByArgument {}

struct MakeGroundTruth: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ground-truth",
    abstract: "Make soft ground truth from the masks of several contrasts.",
    discussion: """
      Reads a BIDS data set in the layout of Spine Generic and each person's masks in derivatives/labels, and writes for every contrast a \
      soft mask on its own grid. A contrast that does not agree with the others is left out and named. The same command again goes on \
      where a stopped one ended. Nothing is written into the input.

      Examples:
        softcord ground-truth data-multi-subject soft --jobs 2
        softcord ground-truth data-multi-subject soft-paper --method paper --trim as-run
      """)

  enum Method: String, ExpressibleByArgument, CaseIterable { case paper, refined }

  @Argument(help: ArgumentHelp("BIDS data set.", valueName: "bids-dir"))
  var input: String

  @Argument(help: ArgumentHelp("Folder to write.", valueName: "out-dir"))
  var folder: String

  @Option(help: "refined, or paper: the published recipe.")
  var method = Method.refined

  @Option(help: ArgumentHelp("Contrast that the others are brought to.", valueName: "contrast"))
  var reference = "T2w"

  @Option(help: ArgumentHelp("Folder with the masks (default: derivatives/labels of the data set).", valueName: "dir"))
  var labels: String?

  @Option(help: ArgumentHelp("Model file that makes missing masks; without it they are left out.", valueName: "model"))
  var segmenter: String?

  @Option(help: "paper: slices cut from the ends, as described (8 or 10) or as-run (10 for all).")
  var trim = PaperRecipe.Trim.described

  @Option(help: "paper: what lies outside all coverage is cleaned, or as-run takes its neighbours along.")
  var gaps = PaperRecipe.Gaps.cleaned

  @Option(help: ArgumentHelp("People at the same time; each takes up to 1 GB.", valueName: "n"))
  var jobs = 1

  func validate() throws {
    if jobs < 1 { throw ValidationError("--jobs must be at least 1.") }
    let (from, to) = (real(input), real(folder))
    if (to + "/").hasPrefix(from + "/") {
      throw ValidationError("\(folder) lies in the input; name a folder outside, nothing is written there.")
    }
  }

  private func real(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.path }

  func run() throws {
    let dataset = try Dataset(at: input)
    var people = try GroundTruthInput.all(in: dataset, labels: [labels ?? input + "/derivatives/labels"])
    guard !people.isEmpty else {
      throw Failure(.data, "\(input): no image of a person in anat or dwi; is this the root of a BIDS data set?")
    }
    let output = GroundTruthOutput(
      folder: folder, method: method.rawValue, options: method == .paper ? ["trim \(trim.rawValue)", "gaps \(gaps.rawValue)"] : [])
    try output.begin(source: real(input))
    if let segmenter {
      // A network serves one caller at a time.
      let maker = try GroundTruthSegmenter(segmenter, keptIn: folder + "/.work")
      var bar = ProgressBar("segmenting")
      for (k, person) in people.enumerated() {
        people[k] = maker.completed(person)
        bar.update(Double(k + 1) / Double(people.count))
      }
      bar.finish()
    }
    let work = GroundTruthWork(output: output, reference: reference, paper: PaperRecipe(trim: trim, gaps: gaps))
    let reports: [GroundTruthReport]
    if method == .paper {
      reports = Self.each(people, jobs: jobs, title: "people") { work.paper($0) }
    } else {
      let prepared = Self.each(people, jobs: jobs, title: "registering") { work.prepare($0) }
      let norms = ContrastNorms(prepared.compactMap(\.preparation))
      try GroundTruthReport.offsets(norms).write(to: folder + "/offsets.tsv", as: .tsv)
      reports = Self.each(Array(zip(people, prepared)), jobs: jobs, title: "averaging") { work.finish($0.0, $0.1, norms: norms) }
    }
    try GroundTruthReport.table(reports).write(to: folder + "/ground_truth.tsv", as: .tsv)
    try summarize(reports)
  }

  private func summarize(_ reports: [GroundTruthReport]) throws {
    let failed = reports.filter { $0.failure != nil }
    for report in failed {
      guard let message = report.failure else { continue }
      Console.error(message.hasPrefix(report.name) ? message : "\(report.name): \(message)")
    }
    let left = reports.reduce(0) { $0 + $1.problems.count }
    try Console.result(
      "\(reports.count - failed.count) of \(reports.count) people done, \(left) contrasts left out; \(folder)/ground_truth.tsv says more")
    if failed.count == reports.count { throw Failure(failed[0].status, "nobody could be done") }
    if !failed.isEmpty || left > 0 { throw Failure(.partial) }
  }

  /// Does the same for everybody, some at a time; results in the order of people.
  static func each<Item: Sendable, Result: Sendable>(
    _ items: [Item], jobs: Int, title: String, _ body: @Sendable (Item) -> Result
  ) -> [Result] {
    let state = Mutex((next: 0, done: 0, results: [Result?](repeating: nil, count: items.count)))
    let bar = SharedProgress(title)
    DispatchQueue.concurrentPerform(iterations: min(jobs, items.count)) { _ in
      while true {
        let index = state.withLock { state -> Int in
          defer { state.next += 1 }
          return state.next
        }
        guard index < items.count else { return }
        let result = body(items[index])
        let done = state.withLock { state -> Int in
          state.results[index] = result
          state.done += 1
          return state.done
        }
        bar.update(Double(done) / Double(items.count))
      }
    }
    bar.finish("")
    return state.withLock { $0.results.map { $0! } }
  }
}
