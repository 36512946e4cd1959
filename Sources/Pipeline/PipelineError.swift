/// Why scans cannot be segmented as they were given.
public enum PipelineError: Error, Hashable, CustomStringConvertible {
  /// Several scans would get the same file.
  case writtenTwice(path: String, scans: [String])
  /// A mask or its sidecar would take the place of a scan or of a scan's own sidecar.
  case replacesInput(path: String)
  /// A worker was asked for something that is no scan.
  case request
  /// A worker's memory does not hold what it was asked to segment.
  case memory(bytes: Int)

  public var description: String {
    switch self {
    case .writtenTwice(let path, let scans):
      "\(path) would be written for several scans, \(scans.joined(separator: " and ")); segment them into different folders."
    case .replacesInput(let path): "\(path) would replace a scan or its sidecar; choose another name."
    case .request: "a request needs three lengths of at least 1 and an affine of 16 numbers"
    case .memory(let bytes): "the shared memory does not hold the \(bytes) bytes of the scan"
    }
  }
}
