import Datasets
import Simulation

/// Why a simulated data set cannot be written.
public enum CohortError: Error, Hashable, CustomStringConvertible {
  /// The folder holds something that no simulation made.
  case notEmpty(path: String)
  /// The folder holds a simulated data set of other settings; `differences` are like `seed: 7 there, 8 asked for`.
  case otherSettings(path: String, differences: [String])
  /// Another program writes into the folder.
  case busy(path: String)
  /// A folder of backdrops holds no scan with a mask of its cord.
  case noBackdrop(path: String, images: Int)
  /// A scan shows no cord at all.
  case noCord(person: String, contrast: String)

  public var description: String {
    switch self {
    case .notEmpty(let path): "\(path): the folder is not empty; name a new one, nothing is overwritten"
    case .otherSettings(let path, let differences):
      "\(path): the folder holds a data set of other settings (\(differences.joined(separator: "; "))); repeat those to go on with it, or name a new folder"
    case .busy(let path): "\(path): another program is writing this data set; wait for its end, or name another folder"
    case .noBackdrop(let path, let images):
      "\(path): \(images) images, none with a mask of its cord beside it; expected for NAME.nii.gz a file \(Companion.cord.stems(of: "NAME", prefersSoft: true).map { "\($0).nii.gz" }.joined(separator: " or "))"
    case .noCord(let person, let contrast):
      "\(person), \(contrast): the field of view holds no cord; enlarge it or place it on the cord"
    }
  }
}
