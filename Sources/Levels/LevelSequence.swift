import Foundation
import Numerics

/// Boundaries found in a strip, and how sure they are.
public struct LevelSequence: Sendable {
  /// A boundary: 0 is the pontomedullary junction, n the disc above vertebra n.
  public struct Boundary: Sendable, Hashable {
    public let number: Int
    /// Mean row, fractional, and the rows that hold it with 95 %.
    public let row: Double
    public let interval: ClosedRange<Double>
    /// Of it having this number and lying within half a vertebra of the row.
    public let probability: Double
  }

  /// From the head down; those that the strip holds with more than even odds.
  public let boundaries: [Boundary]
  /// Probability that all have their right numbers.
  public let probability: Double

  private static let least = 0.5
  /// Half of the shortest vertebra, and the reach of an interval, rows.
  private static let (half, reach) = (7, 14)

  /// - Parameters:
  ///   - evidence: Of the strip's rows.
  ///   - trust: How much it counts.
  ///   - known: Rows between which boundaries lie for certain, by number.
  public init(_ evidence: LevelEvidence, trust: LevelTrust, known: [Int: ClosedRange<Double>] = [:]) {
    self.init([evidence], trust: trust, known: known)
  }

  /// The same of several looks at one strip, each as likely to be the right one: where they contradict each other nothing is sure.
  ///
  /// - Parameter looks: One at least, of as many rows each.
  public init(_ looks: [LevelEvidence], trust: LevelTrust, known: [Int: ClosedRange<Double>] = [:]) {
    let posteriors = parallelMap(looks) { LevelPosterior($0, trust: trust, known: known) }.map { $0.get() }
    var found: [Boundary] = []
    for number in PartLengths.boundaries {
      let all = posteriors.map { $0.marginal[number]! }
      let rows = all[0].indices.map { row in all.reduce(0) { $0 + $1[row] } / Double(all.count) }
      guard rows.reduce(0, +) >= Self.least else { continue }
      let boundary = Self.boundary(number, rows, trust: trust)
      if found.last.map({ $0.row < boundary.row }) ?? true { found.append(boundary) }
    }
    boundaries = found
    guard let first = found.first, let last = found.last else {
      probability = 0
      return
    }
    // Those beside them lie beyond; those between that were not found, nowhere.
    var allowed: [Int: ClosedRange<Double>] = [:]
    for number in first.number...last.number { allowed[number] = -1 ... -1 }
    for mark in found { allowed[mark.number] = mark.row - Double(Self.half)...mark.row + Double(Self.half) }
    let places = allowed
    let shares = parallelMap(posteriors) { $0.probability(of: places) }.map { $0.get() }
    probability = min(shares.reduce(0, +) / Double(shares.count), 1 - trust.surprise)
  }

  /// The boundary whose place has a distribution.
  private static func boundary(_ number: Int, _ rows: [Double], trust: LevelTrust) -> Boundary {
    let peak = rows.indices.max { rows[$0] < rows[$1] }!
    let near = max(0, peak - reach)...min(rows.count - 1, peak + reach)
    let mass = near.reduce(0) { $0 + rows[$1] }
    let row = near.reduce(0) { $0 + Double($1) * rows[$1] } / mass
    // The place lies anywhere within its row.
    func quantile(_ share: Double) -> Double {
      var sum = 0.0
      for index in near {
        let next = sum + rows[index] / mass
        if next >= share { return Double(index) - 0.5 + (share - sum) / max(next - sum, 1e-12) }
        sum = next
      }
      return Double(near.upperBound) + 0.5
    }
    let close = max(0, Int(row) - half)...min(rows.count - 1, Int(row.rounded(.up)) + half)
    return Boundary(
      number: number, row: row, interval: quantile(0.025)...quantile(0.975),
      probability: min(close.reduce(0) { $0 + rows[$1] }, 1 - trust.surprise))
  }
}
