import Foundation
import Morphometry
import Volumes

/// Discs and the pontomedullary junction beside a cord, and how sure they are.
public struct CordLevels: Sendable {
  /// A disc, or the junction.
  public struct Mark: Sendable, Hashable {
    /// Disc n lies above vertebra n (C1 = 1); 0 is the pontomedullary junction.
    public let number: Int
    /// Place along the cord (``CordAxis``), mm, and the interval that holds it with 95 %.
    public let place: Double
    public let interval: ClosedRange<Double>
    /// Of this being the disc of that number, and lying within half a vertebra of the place.
    public let probability: Double
    /// Its edge beside the canal, world mm.
    public let point: SIMD3<Double>
  }

  /// From the head down; the junction first, where it is seen. Empty where nothing is known.
  public let marks: [Mark]
  /// Probability that all marks have their right numbers.
  public let probability: Double

  /// The discs.
  public var discs: [Mark] { marks.filter { $0.number > 0 } }
  /// The pontomedullary junction.
  public var junction: Mark? { marks.first { $0.number == 0 } }

  /// - Parameters:
  ///   - looks: Evidence of a network for the strip, at first as it is, then as it might look otherwise.
  ///   - strip: Along the axis.
  ///   - trust: How much the evidence counts.
  ///   - known: Places along the axis between which marks lie for certain, by number, mm.
  public init(
    _ looks: [LevelEvidence], of strip: SpineStrip, along axis: CordAxis, trust: LevelTrust, known: [Int: ClosedRange<Double>] = [:]
  ) {
    let first = strip.firstPlace
    let inside = known.mapValues { $0.lowerBound - first...$0.upperBound - first }
      .filter { $0.value.overlaps(0...Double(strip.rows - 1)) }
    let sequence = LevelSequence(looks, trust: trust, known: inside)
    let edges = looks[0].edge
    marks = sequence.boundaries.map { boundary in
      let place = strip.firstPlace + boundary.row
      let (center, _, front) = SpineStrip.frame(of: axis, at: place)
      let edge = edges[min(max(Int(boundary.row.rounded()), 0), edges.count - 1)]
      return Mark(
        number: boundary.number, place: place,
        interval: strip.firstPlace + boundary.interval.lowerBound...strip.firstPlace + boundary.interval.upperBound,
        probability: boundary.probability, point: center + front * edge)
    }
    probability = sequence.probability
  }
}

extension CordLevels {
  /// The same marks beside the cord of another scan.
  ///
  /// - Parameters:
  ///   - other: Of the scan that shows them.
  ///   - axis: Of this scan's cord.
  ///   - moved: World of the other scan → world of this one.
  public init(_ other: CordLevels, along axis: CordAxis, moved: (SIMD3<Double>) -> SIMD3<Double>) {
    let reach = CordAxis.reach / 4
    let marks = other.marks.compactMap { mark -> Mark? in
      let point = moved(mark.point)
      let place = axis.foot(of: point).place
      guard place > axis.extent.lowerBound - reach, place < axis.extent.upperBound + reach else { return nil }
      // Two scans of one person minutes apart are brought onto each other to about a millimetre.
      let error = (mark.interval.upperBound - mark.interval.lowerBound) / 2
      let half = (error * error + Self.motionError * Self.motionError).squareRoot()
      return Mark(number: mark.number, place: place, interval: place - half...place + half, probability: mark.probability, point: point)
    }
    self.init(marks: marks, probability: other.probability)
  }

  private init(marks: [Mark], probability: Double) { (self.marks, self.probability) = (marks, probability) }

  /// Half of the 95 % interval of how well two scans are brought together along the cord, mm.
  private static let motionError = 2.0
}
