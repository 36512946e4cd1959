import Foundation
import Morphometry

/// Several scans of one cord on a common scale of length, which lies half-way between all of them.
///
/// A common place is the place along a visit's own cord less the visit's offset; offsets sum up to 0, so that no visit is favoured.
public struct CommonCord: Sendable {
  /// Share of a level that all scans must show for its change to be told.
  public static let leastShare = 0.8
  /// Least common cord, mm.
  public static let leastLength = 10.0
  /// Farthest that a disc may lie from where another visit has it, mm: half a vertebra.
  static let farthestDisc = 7.5

  public let visits: [ChangeVisit]
  /// Place along each visit's own cord where the common scale has 0, mm.
  public let offsets: [Double]
  /// Cord that all scans show, common places.
  public let extent: ClosedRange<Double>
  /// Common place and standard error of each disc that any visit knows, mm, by number.
  public let discs: [Int: (place: Double, error: Double)]

  /// - Parameters:
  ///   - visits: At least two scans of one person.
  ///   - shift: Place along the second visit's cord less that along the first's, for the same tissue, mm.
  /// - Throws: ``ChangeError``.
  public init(_ visits: [ChangeVisit], shift: (Int, Int) throws -> Double) throws {
    guard visits.count >= 2 else { throw ChangeError.fewVisits(found: visits.count) }
    var sums = [Double](repeating: 0, count: visits.count)
    for first in visits.indices {
      for second in visits.indices where second > first {
        let shift = try shift(first, second)
        sums[second] += shift
        sums[first] -= shift
      }
    }
    let offsets = sums.map { $0 / Double(visits.count) }
    let ends = zip(visits, offsets).map { ($0.whole.lowerBound - $1, $0.whole.upperBound - $1) }
    let (low, high) = (ends.map(\.0).max()!, ends.map(\.1).min()!)
    guard high - low >= Self.leastLength else { throw ChangeError.apart(common: max(0, high - low), least: Self.leastLength) }
    (self.visits, self.offsets, extent) = (visits, offsets, low...high)
    discs = try Self.discs(visits, offsets)
  }

  private static func discs(_ visits: [ChangeVisit], _ offsets: [Double]) throws -> [Int: (place: Double, error: Double)] {
    var found: [Int: [(visit: Int, place: Double, error: Double)]] = [:]
    for (index, visit) in visits.enumerated() {
      for disc in visit.discs { found[disc.number, default: []].append((index, disc.place - offsets[index], max(disc.error, 0.3))) }
    }
    for (number, places) in found.sorted(by: { $0.key < $1.key }) {
      let (low, high) = (places.min { $0.place < $1.place }!, places.max { $0.place < $1.place }!)
      guard high.place - low.place <= farthestDisc else {
        throw ChangeError.otherLevels(
          first: visits[low.visit].name, second: visits[high.visit].name, disc: number, apart: high.place - low.place)
      }
    }
    return found.mapValues { places in
      let weights = places.map { 1 / ($0.error * $0.error) }
      let sum = weights.reduce(0, +)
      return (zip(places, weights).reduce(0) { $0 + $1.0.place * $1.1 } / sum, 1 / sum.squareRoot())
    }
  }

  /// Where a range of levels lies, common places; `nil` where a border is not known.
  public func places(ofLevels levels: ClosedRange<Int>) -> ClosedRange<Double>? {
    guard let top = discs[levels.lowerBound]?.place, let bottom = discs[levels.upperBound + 1]?.place, top < bottom else { return nil }
    return top...bottom
  }

  /// The part of a range of levels that all scans show, and its share of the whole.
  func shown(_ levels: ClosedRange<Int>) -> (places: ClosedRange<Double>, share: Double)? {
    guard let places = places(ofLevels: levels) else { return nil }
    let (low, high) = (max(places.lowerBound, extent.lowerBound), min(places.upperBound, extent.upperBound))
    guard low < high else { return (places, 0) }
    return (low...high, (high - low) / (places.upperBound - places.lowerBound))
  }

  /// A visit's own measures of a piece.
  func summary(of places: ClosedRange<Double>, visit: Int) -> Summary? {
    let own = places.lowerBound + offsets[visit]...places.upperBound + offsets[visit]
    return visits[visit].measurements.summary(of: own, on: visits[visit].axis)
  }
}
