import Foundation

/// What a network says of each row of a ``SpineStrip``.
///
/// Boundary n of the spine is the disc above vertebra n (C1 = 1); boundary 0 is the pontomedullary junction. Part n lies between boundary
/// n and n + 1: part 0 is the medulla, part −1 all above.
public struct LevelEvidence: Sendable {
  /// Parts that a network tells apart: −1 to 13 (T6); the last one stands for all below as well.
  public static let parts = -1...14
  /// Outputs of a network for a row: whether the junction lies there, whether a disc does, then the logits of the parts.
  public static let outputs = 2 + parts.count

  /// By row: the logarithm of how much likelier the row's look makes the junction there, or a disc.
  public let junction, disc: [Double]
  /// By row, then part: logarithm of its probability.
  public let part: [[Double]]
  /// By row: distance of the discs' posterior edge in front of the cord's middle, mm, if a disc lies there.
  public let edge: [Double]

  public var rows: Int { disc.count }

  /// Of rows that training shows, one in so many holds the junction, or a disc: a network's logits count that in.
  private static let rarity = (junction: 250.0, disc: 20.0)

  /// - Parameters:
  ///   - outputs: By row, the network's logits: that the junction lies within half a row of its middle, that a disc does, and of the parts.
  ///   - edge: By row, mm.
  public init(outputs: [[Float]], edge: [Double]) {
    junction = outputs.map { Double($0[0]) + log(Self.rarity.junction) }
    disc = outputs.map { Double($0[1]) + log(Self.rarity.disc) }
    part = outputs.map { row in
      let logits = row.dropFirst(2).map { Double($0) }
      let highest = logits.max()!
      let total = highest + log(logits.reduce(0) { $0 + exp($1 - highest) })
      return logits.map { $0 - total }
    }
    self.edge = edge
  }

  /// Index of a part among ``parts``.
  static func index(ofPart part: Int) -> Int { min(max(part, parts.lowerBound), parts.upperBound) - parts.lowerBound }
}

/// How much a network's evidence counts. Neighbouring rows say the same thing several times over; these figures make the posterior's
/// probabilities come true on scans that training did not use.
public struct LevelTrust: Sendable, Hashable, Codable {
  /// Exponents of the evidence for the junction, for a disc, and for the part of each row.
  public var junction, disc, part: Double
  /// Share of scans that are unlike all others, in which any numbering is as likely.
  public var surprise: Double

  public init(junction: Double = 1, disc: Double = 1, part: Double = 0.04, surprise: Double = 0.005) {
    (self.junction, self.disc, self.part, self.surprise) = (junction, disc, part, surprise)
  }
}
