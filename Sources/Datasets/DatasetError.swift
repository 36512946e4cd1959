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
  /// A file or folder cannot be written.
  case unwritable(path: String, reason: String)

  public var description: String {
    switch self {
    case .missing(let path): "\(path): no such folder"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .noDescription(let path): "\(path): holds no dataset_description.json; expected the root of a BIDS data set"
    case .malformed(let path, let reason): "\(path): \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }
}
