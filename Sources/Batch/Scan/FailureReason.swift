import Files
import Inference
import Measuring
import Morphometry
import NIfTI
import Preprocessing

/// Why a scan has no result, in one word for tables.
public enum FailureReason: String, Sendable, Hashable, Codable, CaseIterable {
  case notFetched = "not_fetched"
  case missing, empty, damaged
  case foreign = "not_nifti"
  case severalVolumes = "several_volumes"
  case dimensions
  case noScan = "not_a_scan"
  case noCord = "no_cord"
  case axes
  case notMeasurable = "not_measurable"
  case notWritten = "not_written"
  case fault

  /// What each word says, for data dictionaries.
  public static let meanings: [String: String] = [
    "not_fetched": "git-annex or DataLad keep the content elsewhere: datalad get",
    "missing": "The file, or what a link leads to, is not there", "empty": "The file holds no byte",
    "damaged": "The compressed data or the voxels are cut short or do not hold together",
    "not_nifti": "The file is no NIfTI image", "several_volumes": "An anatomical scan holds several volumes",
    "dimensions": "The header's dimensions, affine or type describe no scan",
    "not_a_scan": "The file holds a mask, labels, or nothing that varies", "no_cord": "No spinal cord was found",
    "axes": "A cord runs along another axis than the header says", "not_measurable": "The mask could not be measured",
    "not_written": "A result could not be written", "fault": "Another fault, which the message tells",
  ]

  /// The word for an error.
  init(of error: any Error) {
    switch error {
    case let located as LocatedError: self.init(of: located.cause)
    case is ScanFault: self = .severalVolumes
    case NIfTIError.notFetched: self = .notFetched
    case NIfTIError.missing, NIfTIError.brokenLink, NIfTIError.pairMissing, NIfTIError.unreadable, NIfTIError.notAFile: self = .missing
    case NIfTIError.empty: self = .empty
    case NIfTIError.truncated, NIfTIError.truncatedHeader, NIfTIError.corruptGzip, NIfTIError.oversized: self = .damaged
    case NIfTIError.notNIfTI: self = .foreign
    case NIfTIError.unwritable, is FileError: self = .notWritten
    case NIfTIError.noFiniteVoxel, is MaskError, is PreprocessingError: self = .noScan
    case is NIfTIError: self = .dimensions
    case InferenceError.misnamedAxes: self = .axes
    case is InferenceError: self = .noCord
    case is MeasuringError, is MorphometryError, is LevelError: self = .notMeasurable
    default: self = .fault
    }
  }
}

/// What is wrong with a scan in a cohort that is no fault of a file alone.
enum ScanFault: Error, CustomStringConvertible {
  case severalVolumes(path: String, count: Int)

  var description: String {
    switch self {
    case .severalVolumes(let path, let count):
      "\(path): \(count) volumes where an anatomical scan has one; save the one that is meant as a file of its own"
    }
  }
}
