/// Why a report could not be made.
public enum ReportError: Error, Hashable, CustomStringConvertible {
  /// libpng refused to encode a picture.
  case encodingFailed(width: Int, height: Int, reason: String)

  public var description: String {
    switch self {
    case .encodingFailed(let width, let height, let reason):
      "picture of \(width) x \(height) pixels: libpng could not encode it (\(reason))"
    }
  }
}
