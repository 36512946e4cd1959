import Foundation
import Levels
import Models

/// What became of scans whose levels are known.
enum LevelOutcome {
  /// A scan's evidence, with the rows of its boundaries.
  struct Evidence {
    /// Of the strip as it is and with other contrasts, as it is looked at in use.
    let looks: [LevelEvidence]
    let truth: [Double]

    static func of(_ examples: [LevelExample], _ network: LevelNetwork) throws -> [Evidence] {
      try examples.map { example in
        Evidence(
          looks: try ([example.strip] + example.strip.otherContrasts).map { try network.evidence(of: $0) }, truth: example.boundaries)
      }
    }

    /// How sure a trust makes of the numbering, and whether it is right: each boundary nearer than half a vertebra.
    func judged(_ trust: LevelTrust) -> (probability: Double, isRight: Bool, distances: [Double])? {
      let sequence = LevelSequence(looks, trust: trust)
      guard !sequence.boundaries.isEmpty else { return nil }
      let distances = sequence.boundaries.filter { $0.number > 0 }.map { abs($0.row - truth[$0.number]) }
      let isRight = sequence.boundaries.allSatisfy { abs($0.row - truth[$0.number]) < Self.half }
      return (sequence.probability, isRight, distances)
    }

    private static let half = 7.0
  }

  /// The trust whose probabilities are likeliest to come out as they do.
  ///
  /// A boundary is looked at once, so its evidence counts in full. Rows of one vertebra say the same thing many times over.
  static func bestTrust(_ scans: [Evidence]) -> LevelTrust {
    var best = (trust: LevelTrust(), loss: Double.infinity)
    for part in [0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.12] {
      let judged = scans.map { $0.judged(LevelTrust(part: part, surprise: 0)) }
      for surprise in [0.002, 0.005, 0.01, 0.02, 0.05] {
        let loss = judged.reduce(0.0) { sum, judged in
          guard let judged else { return sum - log(0.5) }
          let probability = min(max(judged.probability, surprise), 1 - surprise)
          return sum - log(judged.isRight ? probability : 1 - probability)
        }
        if loss < best.loss { best = (LevelTrust(part: part, surprise: surprise), loss) }
      }
    }
    return best.trust
  }

  /// How held-out scans come out, in one line.
  static func summary(_ scans: [Evidence], _ trust: LevelTrust) -> String {
    let judged = scans.compactMap { $0.judged(trust) }
    let sure = judged.filter { $0.probability >= 0.99 }
    let told = judged.filter { $0.probability >= 0.9 }
    let distances = told.filter(\.isRight).flatMap(\.distances)
    let mean = distances.reduce(0, +) / Double(max(distances.count, 1))
    return
      "held out: \(scans.count) scans; at least 0.99 sure \(sure.count), of which wrong \(sure.filter { !$0.isRight }.count); at least 0.9 sure "
      + "\(told.count), wrong \(told.filter { !$0.isRight }.count); discs \(String(format: "%.2f", mean)) mm away; trust \(trust.part), surprise \(trust.surprise)"
  }
}
