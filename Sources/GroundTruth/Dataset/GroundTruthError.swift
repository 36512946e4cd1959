/// Why soft ground truth cannot be made, of everybody or of a person.
public enum GroundTruthError: Error, CustomStringConvertible {
  /// The folder to write lies in the data set that is read.
  case insideInput(folder: String)
  /// The data set holds no image that shows the cord.
  case noPeople(path: String)
  case noMask(image: String)
  /// What became of the others, by contrast.
  case tooFewContrasts(reasons: [String: String])
  case noReference(person: String, contrast: String)
  case nothingAgrees(person: String, reasons: String)
  /// Everybody failed; why the first one did.
  case nobodyDone(first: any Error)

  public var description: String {
    switch self {
    case .insideInput(let folder): "\(folder) lies in the input; name a folder outside, nothing is written there."
    case .noPeople(let path): "\(path): no image of a person in anat or dwi; is this the root of a BIDS data set?"
    case .noMask(let image): "\(image): no mask of it was found; draw one, or make one with --segmenter"
    case .tooFewContrasts(let reasons):
      (["at least two contrasts with masks are needed"] + reasons.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
        .joined(separator: "; ")
    case .noReference(let person, let contrast):
      "\(person): \(contrast), which the others are brought to, is missing; choose another by --reference"
    case .nothingAgrees(let person, let reasons): "\(person): no contrast is left: \(reasons)"
    case .nobodyDone(let first): "nobody could be done; of the first: \(first)"
    }
  }
}
