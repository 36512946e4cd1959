/// Why a study cannot begin or go on.
public enum StudyError: Error, Hashable, CustomStringConvertible {
  case configuration(reason: String)
  /// The data set holds no scans of the kinds that are known.
  case noPeople(path: String)
  case missingContrast(String, found: [String])
  /// Too few people for anybody to be trained on and anybody to be tested.
  case tooFewPeople(found: Int, test: Int)
  case unknownPerson(String, found: [String])
  case personOnBothSides(String)
  /// Nobody who is trained on has a label of this kind.
  case noLabel(LabelSource, folder: String)
  /// Nothing that a mask of this scan could be judged by.
  case noReference(scan: String)
  /// Neither the scan nor another of the person has labels of discs.
  case noDiscs(person: String)
  /// A mask does not lie on the grid of what it is judged by.
  case otherGrid(mask: String, reference: String)

  public var description: String {
    switch self {
    case .configuration(let reason): "the configuration of the study is not understood: \(reason)"
    case .noPeople(let path): "\(path): no scan of a person in anat or dwi; is this the root of a BIDS data set?"
    case .missingContrast(let contrast, let found):
      "nobody was scanned with \(contrast); found: \(found.joined(separator: ", ")); change cohort.contrasts"
    case .tooFewPeople(let found, let test):
      "\(found) \(found == 1 ? "person is" : "people are") there and \(test) shall be tested; at least one is needed for training and one for the test"
    case .unknownPerson(let name, let found): "split: \(name) has no scan; people are \(found.prefix(3).joined(separator: ", ")), …"
    case .personOnBothSides(let name): "split: \(name) is named for training and for the test; nobody may be both"
    case .noLabel(let label, let folder): "\(folder): nobody who is trained on has a label of the kind \(label.rawValue)"
    case .noReference(let scan): "\(scan): neither an exact mask nor a refined one is there to judge by"
    case .otherGrid(let mask, let reference): "\(mask): its grid differs from that of \(reference)"
    case .noDiscs(let person): "\(person): no labels of discs, which levels are told by (label-discs or seg-discs in a derivative)"
    }
  }
}
