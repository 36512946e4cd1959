import Foundation
import Levels
import Models

/// What became of scans whose levels are known.
enum LevelOutcome {
  /// A scan's evidence, with the rows of its boundaries.
  struct Evidence {
    let evidence: LevelEvidence
    let truth: [Double]

    static func of(_ examples: [LevelExample], _ network: LevelNetwork) throws -> [Evidence] {
      try examples.map { Evidence(evidence: try network.evidence(of: $0.strip), truth: $0.boundaries) }
    }

    /// How sure a trust makes of the numbering, and whether it is right: each boundary nearer than half a vertebra.
    func judged(_ trust: LevelTrust) -> (probability: Double, isRight: Bool, distances: [Double])? {
      let sequence = LevelSequence(evidence, trust: trust)
      guard !sequence.boundaries.isEmpty else { return nil }
      let distances = sequence.boundaries.filter { $0.number > 0 }.map { abs($0.row - truth[$0.number]) }
      let isRight = sequence.boundaries.allSatisfy { abs($0.row - truth[$0.number]) < Self.half }
      return (sequence.probability, isRight, distances)
    }

    private static let half = 7.0
  }

  /// The trust whose probabilities are likeliest to come out as they do.
  static func bestTrust(_ scans: [Evidence]) -> LevelTrust {
    var best = (trust: LevelTrust(), surprise: Double.infinity)
    for disc in [0.5, 0.7, 0.85, 1, 1.2] {
      for part in [0.03, 0.06, 0.1, 0.15, 0.22, 0.3] {
        let trust = LevelTrust(junction: disc, disc: disc, part: part)
        let surprise = scans.reduce(0.0) { sum, scan in
          guard let judged = scan.judged(trust) else { return sum - log(0.5) }
          return sum - log(max(judged.isRight ? judged.probability : 1 - judged.probability, 1e-4))
        }
        if surprise < best.surprise { best = (trust, surprise) }
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
    return "held out: \(scans.count) scans; at least 0.99 sure \(sure.count), of which wrong \(sure.filter { !$0.isRight }.count); at least 0.9 sure "
      + "\(told.count), wrong \(told.filter { !$0.isRight }.count); discs \(String(format: "%.2f", mean)) mm away; trust \(trust.disc), \(trust.part)"
  }
}
