import Batch
import Files
import GroundTruth
import Pipeline
import Statuses
import Study
import Training

extension ExitStatus {
  /// `nil` for errors that are not ours (the argument parser's).
  init?(of error: any Error) {
    switch (error as? LocatedError)?.cause ?? error {
    case let failure as Failure: self = failure.status
    case BatchError.output: self = .cannotWrite
    case BatchError.nothing, BatchError.notRun, BatchError.nobody: self = .noInput
    case is BatchError: self = .configuration
    case GroundTruthError.nobodyDone(let first): self = ExitStatus(of: first) ?? .fault
    case TrainingError.unwritable: self = .cannotWrite
    case TrainingError.vanished: self = .noInput
    case TrainingError.scan, TrainingError.emptyMask, TrainingError.gaps, TrainingError.gridMismatch: self = .data
    case is TrainingError: self = .configuration
    case StudyError.configuration: self = .configuration
    case is StudyError: self = .data
    case let error:
      guard let status = ExitStatus(withEngine: error) else { return nil }
      self = status
    }
  }
}
