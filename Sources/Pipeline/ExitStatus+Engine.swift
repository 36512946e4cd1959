import Files
import Inference
import Models
import Statuses
import Tensors

extension ExitStatus {
  /// The status of an error of segmenting, or of the half without LibTorch; `nil` for any other.
  public init?(withEngine error: any Error) {
    switch (error as? LocatedError)?.cause ?? error {
    case is PipelineError: self = .usage
    case LevelsUnknown.noNetwork: self = .configuration
    case LevelsUnknown.away: self = .data
    case is LevelsUnknown: self = .levelsUnknown
    case InferenceError.noUncertainty, InferenceError.noCanal: self = .configuration
    case InferenceError.misnamedAxes: self = .data
    case is InferenceError: self = .noCord
    case ModelError.missing, ModelError.unreadable: self = .noInput
    case ModelError.unwritable: self = .cannotWrite
    case is ModelError: self = .configuration
    case is TensorError: self = .unavailable
    case let error:
      guard let status = ExitStatus(withoutEngine: error) else { return nil }
      self = status
    }
  }
}
