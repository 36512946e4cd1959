import Datasets
import Files
import Foundation
import Numerics

/// Soft ground truth for everybody in a data set: masks of several contrasts in, one soft mask on each contrast's own grid out.
public struct GroundTruthMaker: Sendable {
  /// How it is made.
  public enum Method: String, Sendable, CaseIterable {
    /// The published recipe.
    case paper
    /// The consensus of all contrasts' outlines.
    case refined
  }

  public var method = Method.refined
  /// Contrast that the others are brought to.
  public var reference = "T2w"
  /// Folder with the masks, in the layout of the data set; `nil`: its derivatives/labels.
  public var labels: String?
  /// Settings of the published recipe.
  public var paper = PaperRecipe()
  /// People at the same time; each takes up to 1 GB.
  public var jobs = 1

  public init() {}

  /// Makes the masks, or goes on where an earlier run with the same settings ended.
  ///
  /// A contrast that cannot be used, or does not agree with the others, is told to the observer and left out.
  ///
  /// - Parameters:
  ///   - input: Root of the BIDS data set; nothing is written into it.
  ///   - folder: Gets a BIDS derivative: for each contrast the soft mask, the binary one, the coverage and the transform; pictures; tables.
  ///   - missing: Makes the masks that nobody drew; without it such contrasts are left out.
  ///   - observer: Is told of progress and problems.
  /// - Throws: ``GroundTruthError``, `DatasetError`, `FileError` where nothing can begin; what happens to a person is in the result.
  public func make(
    from input: String, to folder: String, missing: MissingMasks? = nil, observer: @escaping WorkObserver = { _ in }
  ) throws -> GroundTruthResult {
    guard !(realPath(folder) + "/").hasPrefix(realPath(input) + "/") else { throw GroundTruthError.insideInput(folder: folder) }
    let dataset = try Dataset(at: input)
    var people = try GroundTruthInput.all(in: dataset, labels: [labels ?? input + "/derivatives/labels"])
    guard !people.isEmpty else { throw GroundTruthError.noPeople(path: input) }
    let output = GroundTruthOutput(
      folder: folder, method: method.rawValue,
      options: method == .paper ? ["trim \(paper.trim.rawValue)", "gaps \(paper.gaps.rawValue)"] : [])
    try output.begin(source: realPath(input))
    if let missing {
      // A network serves one caller at a time.
      for (k, person) in people.enumerated() {
        people[k] = try missing.completed(person, keptIn: folder + "/.work")
        observer(.progress(task: "segmenting", fraction: Double(k + 1) / Double(people.count)))
      }
      observer(.finished(task: "segmenting"))
    }
    let work = GroundTruthWork(output: output, reference: reference, paper: paper, observer: observer)
    let reports: [GroundTruthReport]
    switch method {
    case .paper: reports = each(people, task: "people", observer) { work.paper($0) }
    case .refined:
      let prepared = each(people, task: "registering", observer) { work.prepare($0) }
      let norms = ContrastNorms(prepared.compactMap(\.preparation))
      try GroundTruthReport.offsets(norms).write(to: folder + "/offsets.tsv", as: .tsv)
      reports = each(Array(zip(people, prepared)), task: "averaging", observer) { work.finish($0.0, $0.1, norms: norms) }
    }
    let result = GroundTruthResult(reports: reports, table: folder + "/ground_truth.tsv")
    try GroundTruthReport.table(reports).write(to: result.table, as: .tsv)
    for report in result.failed { observer(.problem("\(LocatedError(report.name, report.failure!))")) }
    return result
  }

  /// Does the same for everybody, some at a time; results in the order of people.
  private func each<Item: Sendable, Result: Sendable>(
    _ items: [Item], task: String, _ observer: @escaping WorkObserver, _ body: @Sendable (Item) -> Result
  ) -> [Result] {
    let results = parallelMap(
      items, jobs: jobs, progress: { observer(.progress(task: task, fraction: $0)) }, body)
    observer(.finished(task: task))
    return results.map { $0.get() }
  }
}

/// What became of everybody.
public struct GroundTruthResult: Sendable {
  let reports: [GroundTruthReport]
  /// Path of the table that says what became of each contrast.
  public let table: String

  var failed: [GroundTruthReport] { reports.filter { $0.failure != nil } }

  /// People for whom nothing could be made, and all people.
  public var people: (failed: Int, all: Int) { (failed.count, reports.count) }
  /// Contrasts that were left out.
  public var contrastsLeftOut: Int { reports.reduce(0) { $0 + $1.problems.count } }
  /// Whether everybody was done and no contrast left out.
  public var isComplete: Bool { failed.isEmpty && contrastsLeftOut == 0 }

  /// All in one line.
  public var summary: String {
    "\(reports.count - failed.count) of \(reports.count) people done, \(contrastsLeftOut) contrasts left out; \(table) says more"
  }

  /// Fails where nobody could be done.
  ///
  /// - Throws: ``GroundTruthError/nobodyDone(first:)``.
  public func requireSomebody() throws {
    if let first = failed.first?.failure, failed.count == reports.count { throw GroundTruthError.nobodyDone(first: first) }
  }
}
