/// Why a data set cannot be read or written.
public enum DatasetError: Error, Hashable, CustomStringConvertible {
  /// There is no folder of that name.
  case missing(path: String)
  /// A folder or file is there but cannot be opened.
  case unreadable(path: String, reason: String)
  /// The folder holds no `dataset_description.json`.
  case noDescription(path: String)
  /// A file of the data set is not what it should be.
  case malformed(path: String, reason: String)
  /// Nothing that belongs to a mask was found where it was looked for.
  case noCompanion(mask: String, reason: String)
  /// An output would replace an input, or the sidecar of an image.
  case wouldReplace(path: String, what: String)
  /// A table is to be written to a file of another kind.
  case noTable(path: String)
  /// A file or folder cannot be written.
  case unwritable(path: String, reason: String)

  public var description: String {
    switch self {
    case .missing(let path): "\(path): no such folder"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .noDescription(let path): "\(path): holds no dataset_description.json; expected the root of a BIDS data set"
    case .malformed(let path, let reason): "\(path): \(reason)"
    case .noCompanion(let mask, let reason): "\(mask): \(reason); name the file"
    case .wouldReplace(let path, let what): "\(path): would replace \(what); choose another name"
    case .noTable(let path): "\(path): tables are written as .tsv, .csv, .json or .txt; choose one of these endings"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}
