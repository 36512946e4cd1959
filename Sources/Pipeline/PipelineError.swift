/// Why scans cannot be segmented to the files that were named.
public enum PipelineError: Error, Hashable, CustomStringConvertible {
  /// Several scans would get the same file.
  case writtenTwice(path: String, scans: [String])
  /// A mask or its sidecar would take the place of a scan or of a scan's own sidecar.
  case replacesInput(path: String)

  public var description: String {
    switch self {
    case .writtenTwice(let path, let scans):
      "\(path) would be written for several scans, \(scans.joined(separator: " and ")); segment them into different folders."
    case .replacesInput(let path): "\(path) would replace a scan or its sidecar; choose another name."
    }
  }
}
