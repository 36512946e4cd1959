// swift-format-ignore-file: AlwaysUseLowerCamelCase
// C functions have the names of softcord.h.

import CSoftCord
import Datasets
import Evaluation
import Files
import Synchronization

@c @implementation public func softcord_evaluate(
  _ predictions: UnsafePointer<CChar>!, _ references: UnsafePointer<CChar>!, _ options: OpaquePointer!, _ progress: softcord_progress!,
  _ context: UnsafeMutableRawPointer!, _ table: UnsafeMutablePointer<OpaquePointer?>!
) -> softcord_status {
  attempt {
    guard let predictions, let references, let table else { throw InterfaceError.null("predictions, references or table") }
    let read = try OptionReader(
      options,
      known: [
        "label", "partial", "discs", "levels", "numbering", "vertebrae", "lesions", "compressions", "group", "participants", "scans",
        "output-dir",
      ])
    var request = EvaluationRequest(predictions: String(cString: predictions), references: String(cString: references))
    request.label = read["label"] ?? request.label
    request.partial = try read.flag("partial")
    request.labels = LabelFiles(
      discs: read["discs"], levels: read["levels"], numbering: try read.choice("numbering"), vertebrae: try read.levels("vertebrae"))
    (request.lesions, request.compressions, request.scans) = (read["lesions"], read["compressions"], read["scans"])
    (request.group, request.participants) = (read["group"], read["participants"])
    if read.has("discs") && read.has("levels") { throw InterfaceError.contradiction("discs and levels exclude each other") }
    if read.has("participants") && !read.has("group") { throw InterfaceError.contradiction("participants needs group") }

    let told = Progress(progress, context)
    let outcome = try request.run { told.tell($0) }
    var (notes, failures) = ([String](), [any Error]())
    for (pair, result) in zip(outcome.matching.pairs, outcome.notes) {
      switch result {
      case .success(let own): notes += own.map { "\(pair.prediction): \($0)" }
      case .failure(let error): failures.append(LocatedError(pair.prediction, error))
      }
    }
    let lost =
      outcome.matching.unmatchedReferences.map { "\($0): has no prediction" } + outcome.matching.ambiguous.map { "\($0); left out" }
    notes += outcome.matching.unmatchedPredictions.map { "\($0): has no reference; left out" } + lost
    if let evaluation = outcome.evaluation {
      if let folder = read["output-dir"] { try outcome.write(to: folder, program: DatasetDescription.Program.softcord.title) }
      table.pointee = handle(TableHandle(evaluation.scanTable, notes: notes))
    } else if let first = failures.first {
      throw first
    }
    let missing = failures.count + lost.count
    if missing > 0 {
      throw InterfaceError.partial(
        failed: missing, of: outcome.matching.pairs.count + lost.count, first: failures.first.map { "\($0)" } ?? lost[0])
    }
  }
}
