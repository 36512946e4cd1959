import Morphometry

/// One known place: the middle of a vertebra (C1 = 1) lies at a height of the scan's world, mm.
public struct KnownVertebra: Sendable, Hashable {
  public let level: Int
  public let height: Double

  public init(level: Int, height: Double) { (self.level, self.height) = (level, height) }

  /// - Parameter text: `C3@-12.5`; `nil` where it is not of that form.
  public init?(_ text: String) {
    let parts = text.split(separator: "@")
    guard parts.count == 2, let level = LabelNumbering.level(named: String(parts[0])), let height = Double(parts[1]), height.isFinite
    else { return nil }
    self.init(level: level, height: height)
  }
}

/// How levels are told.
public struct LevelSettings: Sendable {
  /// Numbers of the labels that are written.
  public var numbering = LabelNumbering.sct
  /// Least probability of the numbering; what is less sure is not told.
  public var minimumProbability = 0.8
  /// Labels of discs that somebody else made, one or several, in an image on any grid: the rest follows from them.
  public var known: String?
  public var vertebra: KnownVertebra?
  /// Another scan of the same session, whose levels are taken where this one shows none.
  public var session: String?

  public init() {}
}

/// Why levels are not told.
public enum LevelsUnknown: Error, Hashable, CustomStringConvertible {
  /// The model file has no network for levels.
  case noNetwork(model: String)
  /// Nothing in the scan tells which vertebra is which.
  case unsure(probability: Double, likely: String, minimum: Double)
  /// A known label does not lie beside the cord, or not within what the strip shows.
  case away(known: String)
  /// The other scan of the session shows another part of the body.
  case otherPart(scan: String)
  case sessionUnsure(scan: String, reason: String)

  public var description: String {
    switch self {
    case .noNetwork(let model): "\(model): the model does not number vertebrae; softcord model info says what it holds"
    case .unsure(let probability, let likely, let minimum):
      "the levels are not known: "
        + (likely.isEmpty ? "no level" : "most likely \(likely), with a probability of \(Self.percent(probability))")
        + " (least: \(Self.percent(minimum))); give one disc (--label, --labels) or another scan of the session (--session)"
    case .away(let known): "\(known) does not lie beside the cord of this scan"
    case .otherPart(let scan): "the discs of \(scan) do not lie beside the cord of this scan"
    case .sessionUnsure(let scan, let reason): "\(scan): \(reason)"
    }
  }

  private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
