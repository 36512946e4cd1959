import Datasets
import Foundation
import NIfTI
import Numerics
import Reports
import Volumes

/// Which masks are compared with which, and what is told of them.
public struct EvaluationRequest: Sendable {
  /// Masks to judge, and the masks that they are judged by: files or folders.
  public var predictions, references: String
  /// Of masks whose names have the entity `label-`, those of this one count.
  public var label = "SC"
  /// References cover only some slices.
  public var partial = false
  public var labels = LabelFiles()
  /// Masks of lesions and of compressed stretches: a file, a name with `{}`, `auto`, or a folder.
  public var lesions, compressions: String?
  /// Column of participants.tsv by which people are grouped, and that table; `nil` looks in and above the references' folder.
  public var group, participants: String?
  /// Scans shown behind outlines in the report.
  public var scans: String?
  /// Scans whose steepest edge the predictions are held against.
  public var images: String?

  public init(predictions: String, references: String) { (self.predictions, self.references) = (predictions, references) }

  /// Compares all pairs.
  ///
  /// - Parameters:
  ///   - jobs: Pairs at the same time; `nil`: one per processor.
  ///   - progress: Told the part that is done, on any thread.
  /// - Throws: ``EvaluationError``; what is wrong with one pair is its own result.
  public func run(jobs: Int? = nil, progress: (@Sendable (Double) -> Void)? = nil) throws -> EvaluationOutcome {
    let groups = try group.map { try PeopleGroups(column: $0, table: participants, near: references).groups } ?? [:]
    let matching = try Matching(predictions: predictions, references: references, label: label)
    let results = parallelMap(matching.pairs, jobs: jobs, progress: progress) { try evaluate($0) }
    let scans = results.compactMap { try? $0.get().scan }
    return EvaluationOutcome(
      request: self, matching: matching, notes: results.map { $0.map(\.notes) },
      evaluation: scans.isEmpty ? nil : Evaluation(scans, groups: groups))
  }

  /// Compares one pair.
  func evaluate(_ pair: MaskPair) throws -> (scan: ScanEvaluation, notes: [String]) {
    let (prediction, reference) = try (NIfTI.mask(pair.prediction), NIfTI.mask(pair.reference))
    var notes = prediction.notes + reference.notes.map { "\(pair.reference): \($0)" }
    let found = try labels.labels(of: pair.reference)
    if found == nil && labels.isGiven {
      notes.append("no labels of its levels were found; its areas are compared over the whole cord only")
    }
    let companions = CompanionSearch(of: pair.reference)
    var regions: [Region] = []
    for (argument, kind, region) in [(lesions, Companion.lesion, Region.Kind.lesion), (compressions, .compression, .compression)] {
      guard let argument, let path = companions.find(argument, kind) else { continue }
      regions.append(Region(region, mask: try NIfTI.mask(path).volume.onto(reference.volume.grid)))
    }
    let image = try images.flatMap { CompanionSearch(of: pair.reference).find($0, .scan) }.map { try NIfTI.scan($0).volume }
    let scan = try ScanEvaluation(
      of: prediction.volume, with: reference.volume, pair: pair,
      companions: .init(labels: found, vertebrae: labels.vertebrae, regions: regions, partial: partial, image: image))
    return (scan, notes)
  }
}

/// What came out of an evaluation.
public struct EvaluationOutcome: Sendable {
  let request: EvaluationRequest
  public let matching: Matching
  /// Notes on each pair, or why it could not be compared.
  public let notes: [Result<[String], any Error>]
  /// `nil` where no pair could be compared.
  public let evaluation: Evaluation?

  /// Writes all tables, JSON and the report.
  ///
  /// - Parameters:
  ///   - folder: Made where it is not there.
  ///   - program: Name and version of the program.
  public func write(to folder: String, program: String) throws {
    guard let evaluation else { return }
    let page = evaluation.page(
      title: "Evaluation of \(request.predictions)", subtitle: "against \(request.references)", cases: try cases(of: evaluation),
      facts: [
        ("program", program), ("predictions", request.predictions), ("references", request.references),
        ("pairs", "\(matching.pairs.count)"), ("references without a prediction", "\(matching.unmatchedReferences.count)"),
        ("predictions without a reference", "\(matching.unmatchedPredictions.count)"),
        ("scans with several masks, left out", "\(matching.ambiguous.count)"),
      ])
    try TableFolder(folder).write(evaluation.tables, all: "evaluation", program: program, report: page.html())
  }

  /// Pictures of the worst scans and of the middle one.
  private func cases(of evaluation: Evaluation) throws -> [Evaluation.Case] {
    try evaluation.shownScans.compactMap { why, scan in
      let reference = try NIfTI.mask(scan.pair.reference).volume
      let prediction = try NIfTI.mask(scan.pair.prediction).volume.onto(reference.grid)
      let path = request.scans.flatMap { CompanionSearch(of: scan.pair.reference).find($0, .scan) }
      let image = try path.map { try NIfTI.read($0).volume }
      let name = "\(scan.pair.scan.person) \(scan.pair.scan.series)"
      let text = "\(why): \(name), \(String(format: "%.3f", scan.softDice.value ?? .nan))"
      return PairSheet(title: name).picture(of: prediction, reference, image: image).map { .init(caption: text, picture: $0) }
    }
  }
}

extension Volume {
  /// This volume, or what it is on another grid.
  func onto(_ grid: Grid) -> Volume { self.grid.matches(grid) ? self : resampled(onto: grid) }
}
