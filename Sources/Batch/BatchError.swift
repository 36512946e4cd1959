/// Why the scans of a data set cannot be worked on.
public enum BatchError: Error, Hashable, CustomStringConvertible {
  /// A filter file that cannot be used.
  case filter(path: String, reason: String)
  /// People that are not in the data set.
  case nobody(asked: [String])
  /// No scan is left by the filters.
  case nothing(path: String)
  /// The output lies where nothing may be written, or holds something else.
  case output(path: String, reason: String)
  /// Nothing was done yet that a group could be made of.
  case notRun(path: String)
  /// A file that an earlier run wrote was changed.
  case record(path: String)
  /// A table of verdicts that cannot be used.
  case verdicts(path: String, reason: String)

  public var description: String {
    switch self {
    case .filter(let path, let reason): "\(path): \(reason); expected {\"t2w\": {\"suffix\": \"T2w\", \"session\": \"01\"}}"
    case .nobody(let asked): "\(asked.joined(separator: ", ")): nobody of that name is in the data set"
    case .nothing(let path): "\(path): no scan is left by the filters; --dry-run lists what is found"
    case .output(let path, let reason): "\(path): \(reason)"
    case .notRun(let path): "\(path): holds no records of scans; run the participant level first"
    case .record(let path): "\(path): is no record that this program wrote; remove it, and the scan is done again"
    case .verdicts(let path, let reason): "\(path): \(reason); expected the columns scan and verdict (pass, fail or artefact)"
    }
  }
}
