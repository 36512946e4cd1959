/// Why scans cannot be segmented to the files that were named.
public enum PipelineError: Error, Hashable, CustomStringConvertible {
  case writtenTwice(path: String)
  /// A mask or its sidecar would take the place of a scan or of a scan's own sidecar.
  case replacesInput(path: String)

  public var description: String {
    switch self {
    case .writtenTwice(let path): "\(path) would be written for several scans; segment them into different folders."
    case .replacesInput(let path): "\(path) would replace a scan or its sidecar; choose another name."
    }
  }
}
