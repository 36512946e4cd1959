import Change
import Cohorts
import Datasets
import Evaluation
import Files
import GroundTruth
import Measuring
import Morphometry
import NIfTI
import Preprocessing
import Registration
import Reports
import Settings
import Simulation

extension ExitStatus {
  /// The status of an error of the half without LibTorch; `nil` for any other.
  public init?(withoutEngine error: any Error) {
    switch error {
    case let error as LocatedError:
      guard let status = ExitStatus(withoutEngine: error.cause) else { return nil }
      self = status
    case is RegistrationError: self = .data
    case ChangeError.noLevels, ChangeError.otherLevels: self = .levelsUnknown
    case is ChangeError: self = .data
    case GroundTruthError.insideInput: self = .usage
    case GroundTruthError.noMask: self = .noInput
    case GroundTruthError.nobodyDone(let first): self = ExitStatus(withoutEngine: first) ?? .fault
    case is GroundTruthError: self = .data
    case NIfTIError.missing, NIfTIError.unreadable, NIfTIError.pairMissing, NIfTIError.brokenLink, NIfTIError.notFetched: self = .noInput
    case NIfTIError.unwritable, NIfTIError.unknownExtension: self = .cannotWrite
    case is NIfTIError, is MaskError, is MeasuringError: self = .data
    case is PreprocessingError, is MorphometryError, is LevelError: self = .data
    case SettingsFileError.unreadable: self = .noInput
    case is SettingsFileError: self = .configuration
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
    case CohortError.notEmpty, CohortError.otherSettings, CohortError.busy: self = .cannotWrite
    case is CohortError, is SettingsError, is AnatomyError: self = .configuration
    default: return nil
    }
  }
}
