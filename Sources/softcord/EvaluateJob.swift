import Evaluation
import Foundation
import NIfTI
import Volumes

/// Compares one pair of masks as the command line asked for.
struct EvaluateJob: Sendable {
  let labels: LabelOptions
  let lesions, compressions: String?
  let partial: Bool

  func evaluate(_ pair: MaskPair) throws -> (scan: ScanEvaluation, notes: [String]) {
    let (prediction, reference) = try (NIfTI.read(pair.prediction), NIfTI.read(pair.reference))
    var notes = prediction.notes + reference.notes.map { "\(pair.reference): \($0)" }
    let found = try labels.labels(of: pair.reference)
    if found == nil && labels.isGiven {
      notes.append("no labels of its levels were found; its areas are compared over the whole cord only")
    }
    let companions = MeasureCompanions(mask: pair.reference)
    var regions: [Region] = []
    for (argument, kind, region) in [
      (lesions, MeasureCompanions.Kind.lesion, Region.Kind.lesion), (compressions, .compression, .compression),
    ] {
      guard let argument, let path = companions.find(argument, kind) else { continue }
      regions.append(Region(region, mask: try NIfTI.read(path).volume.onto(reference.volume.grid)))
    }
    let scan = try ScanEvaluation(
      of: prediction.volume, with: reference.volume, pair: pair,
      companions: .init(labels: found, vertebrae: labels.vertebrae?.range, regions: regions, partial: partial))
    return (scan, notes)
  }
}
