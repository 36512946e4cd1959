import Foundation
import Numerics
import Testing

@testable import GroundTruth

/// What a consensus must do, whoever draws.
@Suite struct ConsensusTests {
  /// A solved system of some tens of unknowns, and a spline through sections that are all alike.
  private static let rounding = 1e-4

  /// Sections of a round cord, one each 2 mm over 60 mm, drawn `offset` mm too wide.
  private static func sections(radius: Double = 5, offset: Double = 0, noise: Double = 0, seed: UInt64 = 1) -> [Section] {
    var generator = Generator(seed: seed)
    return (0..<30).map { index in
      let drawn = radius + offset + noise * generator.normal()
      return Section(slice: index, place: 2 * Double(index), length: 2, contour: ContourTests.circle(drawn), variance: noise * noise)
    }
  }

  private static func witness(_ sections: [Section], expected: Double? = 0) -> Witness {
    Witness(sections, expected: expected, reliability: .rater)
  }

  private static func radius(_ consensus: Consensus, at place: Double) -> Double { (consensus(place).area / .pi).squareRoot() }

  @Test func equalWitnessesAreBelieved() {
    for count in 1...4 {
      let consensus = Consensus((0..<count).map { _ in Self.witness(Self.sections()) })
      for place in [3.0, 20, 41, 55] { #expect(abs(Self.radius(consensus, at: place) - 5) < Self.rounding) }
      #expect(consensus.offsets.allSatisfy { abs($0) < Self.rounding })
      #expect(consensus.range == -1...59)
    }
  }

  @Test func theOrderOfWitnessesDoesNotMatter() {
    let drawn = [0.0, 0.15, -0.1].enumerated().map { Self.witness(Self.sections(offset: $1, noise: 0.1, seed: UInt64($0))) }
    let (a, b) = (Consensus(drawn), Consensus([drawn[2], drawn[0], drawn[1]]))
    for place in [3.0, 20, 41, 55] { #expect(abs(Self.radius(a, at: place) - Self.radius(b, at: place)) < Self.rounding) }
    for (i, j) in [(0, 1), (1, 2), (2, 0)] { #expect(abs(a.offsets[i] - b.offsets[j]) < Self.rounding) }
  }

  /// Offsets are told from each other by what differs; only what is expected of them says where the truth lies.
  ///
  /// Offsets are of first order: of a circle of radius r, d is told as d + d²/2r.
  @Test func expectedOffsetsAreTakenOff() {
    let offsets = [0.3, 0, -0.12]
    let consensus = Consensus(offsets.map { Self.witness(Self.sections(offset: $0), expected: $0) })
    #expect(abs(Self.radius(consensus, at: 30) - 5) < 0.005)
    for (found, offset) in zip(consensus.offsets, offsets) { #expect(abs(found - offset) < 0.3 * 0.3 / (2 * 5)) }
    // Drawn wider than expected by all: nothing says so, the cord is larger.
    let larger = Consensus(offsets.map { Self.witness(Self.sections(radius: 5.2, offset: $0), expected: $0) })
    #expect(abs(Self.radius(larger, at: 30) - 5.2) < 0.005)
  }

  /// A contrast that begins where another ends does not make a step.
  @Test func theOutlineDoesNotStepWhereAWitnessEnds() {
    let wide = Array(Self.sections(offset: 0.3).prefix(15))
    let consensus = Consensus([Self.witness(Self.sections()), Self.witness(wide)])
    for place in stride(from: 22.0, through: 36, by: 1) {
      #expect(abs(Self.radius(consensus, at: place) - Self.radius(consensus, at: place + 1)) < 0.01)
    }
  }

  @Test func oneSpoiltSectionDoesNotPull() {
    var spoilt = Self.sections(noise: 0.02)
    spoilt[14].contour = ContourTests.circle(8)
    let consensus = Consensus([
      Self.witness(Self.sections(noise: 0.02, seed: 2)), Self.witness(spoilt), Self.witness(Self.sections(noise: 0.02, seed: 3)),
    ])
    #expect(abs(Self.radius(consensus, at: 28) - 5) < 0.05)
  }

  /// Laws of the robust mean: it moves and scales with its values, lies among them, and one wild value hardly moves it.
  @Test(arguments: 1...20) func theRobustMeanIsAMean(seed: UInt64) {
    var generator = Generator(seed: seed)
    let values = (0..<9).map { _ in generator.normal() }
    let mean = Consensus.robustMean(values, floor: 0.05)
    #expect(mean >= values.min()! && mean <= values.max()!)
    #expect(abs(Consensus.robustMean(values.map { 3 - 2 * $0 }, floor: 0.1) - (3 - 2 * mean)) < 1e-6)
    #expect(abs(Consensus.robustMean(values + [1e6], floor: 0.05) - Consensus.robustMean(values + [1e3], floor: 0.05)) < 1e-6)
    #expect(abs(Consensus.robustMean(values, weights: values.map { _ in 7 }, floor: 0.05) - mean) < 1e-9)
    #expect(abs(Consensus.robustMean(values + [50], weights: values.map { _ in 1 } + [0], floor: 0.05) - mean) < 1e-9)
    #expect(Consensus.robustMean([Double](), floor: 0.05) == 0)
  }
}
