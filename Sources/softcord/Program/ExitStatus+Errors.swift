import Batch
import Cohorts
import Datasets
import Evaluation
import Files
import GroundTruth
import Inference
import Measuring
import Models
import Morphometry
import NIfTI
import Pipeline
import Preprocessing
import Registration
import Reports
import Settings
import Simulation
import Study
import Tensors
import Training

extension ExitStatus {
  /// `nil` for errors that are not ours (the argument parser's).
  init?(of error: any Error) {
    switch error {
    case let failure as Failure: self = failure.status
    case let error as LocatedError:
      guard let status = ExitStatus(of: error.cause) else { return nil }
      self = status
    case is PipelineError: self = .usage
    case BatchError.output: self = .cannotWrite
    case BatchError.nothing, BatchError.notRun, BatchError.nobody: self = .noInput
    case is BatchError: self = .configuration
    case is RegistrationError: self = .data
    case GroundTruthError.insideInput: self = .usage
    case GroundTruthError.noMask: self = .noInput
    case GroundTruthError.nobodyDone(let first): self = ExitStatus(of: first) ?? .fault
    case is GroundTruthError: self = .data
    case NIfTIError.missing, NIfTIError.unreadable, NIfTIError.pairMissing, NIfTIError.brokenLink, NIfTIError.notFetched: self = .noInput
    case NIfTIError.unwritable, NIfTIError.unknownExtension: self = .cannotWrite
    case is NIfTIError, is MaskError, is MeasuringError: self = .data
    case InferenceError.noUncertainty: self = .configuration
    case InferenceError.misnamedAxes: self = .data
    case is InferenceError: self = .noCord
    case is PreprocessingError, is MorphometryError, is LevelError: self = .data
    case ModelError.missing, ModelError.unreadable: self = .noInput
    case ModelError.unwritable: self = .cannotWrite
    case TrainingError.unwritable: self = .cannotWrite
    case TrainingError.vanished: self = .noInput
    case TrainingError.scan, TrainingError.emptyMask, TrainingError.gaps, TrainingError.gridMismatch: self = .data
    case is ModelError, is TrainingError: self = .configuration
    case SettingsFileError.unreadable: self = .noInput
    case is SettingsFileError: self = .configuration
    case is TensorError: self = .unavailable
    case FileError.missing, FileError.unreadable: self = .noInput
    case FileError.malformed: self = .data
    case FileError.unknownFormat: self = .usage
    case is FileError, is ReportError: self = .cannotWrite
    case EvaluationError.missing, EvaluationError.unreadable, EvaluationError.noParticipants: self = .noInput
    case is EvaluationError: self = .data
    case DatasetError.missing, DatasetError.unreadable, DatasetError.noCompanion: self = .noInput
    case DatasetError.unwritable: self = .cannotWrite
    case DatasetError.wouldReplace, DatasetError.noTable: self = .usage
    case is DatasetError, is Disagreement: self = .data
    case is BackdropError, CohortError.noBackdrop: self = .data
    case StudyError.configuration: self = .configuration
    case is StudyError: self = .data
    case CohortError.notEmpty, CohortError.otherSettings, CohortError.busy: self = .cannotWrite
    case is CohortError, is SettingsError, is AnatomyError: self = .configuration
    default: return nil
    }
  }
}
