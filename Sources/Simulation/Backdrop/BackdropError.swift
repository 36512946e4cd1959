/// Why a scan cannot be a backdrop.
public enum BackdropError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The mask holds no stretch of cord that could be followed.
  case shortCord(name: String, found: Double)
  /// Everything around the cord has the same intensity, or the cord has none.
  case noContrast(name: String)
  /// A label map without labels, or with values that are none.
  case noLabels(name: String, found: Int)

  public var description: String {
    switch self {
    case .shortCord(let name, let found):
      "\(name): the mask shows \(Int(found)) mm of cord; expected at least \(Int(Straightened.shortest)) mm of one that runs from head to foot"
    case .noContrast(let name): "\(name): nothing to tell apart around the cord, or a cord without signal; leave the scan out"
    case .noLabels(let name, let found):
      "\(name): \(found) values around the cord; expected a label map of 2 to 250 whole numbers, or another name for a scan"
    }
  }
}
