/// Why a change is not known.
public enum ChangeError: Error, Hashable, CustomStringConvertible {
  case fewVisits(found: Int)
  /// The scans share too little cord.
  case apart(common: Double, least: Double)
  /// What was asked for does not lie within the cord that all scans show.
  case outside(name: String, part: Double)
  /// The same disc has places in two scans that lie more than half a vertebra apart.
  case otherLevels(first: String, second: String, disc: Int, apart: Double)
  /// No scan tells the levels that were asked for.
  case noLevels(name: String)

  public var description: String {
    switch self {
    case .fewVisits(let found): "a change needs at least 2 scans; there is \(found)"
    case .apart(let common, let least):
      "the scans show \(Self.text(common)) mm of the same cord; at least \(Self.text(least)) mm are needed"
    case .outside(let name, let part):
      "\(name) is not known: all scans together show \(Self.text(100 * part)) % of it; at least 80 % are needed"
    case .otherLevels(let first, let second, let disc, let apart):
      "levels differ: disc \(disc) of \(first) lies \(Self.text(apart)) mm from that of \(second) along the same cord; give one disc (--label)"
    case .noLevels(let name): "\(name) is not known in any of the scans; without --vertebrae the common cord is measured"
    }
  }

  private static func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
