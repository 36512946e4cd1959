import Morphometry

/// Why a mask could not be measured as it was asked for.
public enum MeasuringError: Error, Hashable, CustomStringConvertible {
  /// A mask, or another that belongs to it, is no cord.
  case mask(path: String, MorphometryError)
  /// Labels do not tell levels.
  case labels(mask: String, path: String, LevelError)
  /// The cord does not reach into what was asked for.
  case nothingThere(path: String, reach: String)

  public var description: String {
    switch self {
    case .mask(let path, let error): "\(path): \(error)"
    case .labels(let mask, let path, let error): "\(mask): \(path): \(error)"
    case .nothingThere(let path, let reach): "\(path): no cord in what was asked for; \(reach)"
    }
  }
}
