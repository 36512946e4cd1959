import Foundation
import Volumes

extension Neck {
  /// Name of a vertebral level: 1 is C1, 8 is T1.
  public static func name(ofLevel level: Int) -> String { Population.levels[level - 1] }

  /// Levels that the anatomy holds: C1 = 1 to L3 = 22; the cord ends above, at about L1.
  public static var levels: ClosedRange<Int> { 1...Population.levels.count }

  /// Range of s between the discs above and below a vertebra.
  public func extent(ofLevel level: Int) -> ClosedRange<Double> { discs[level - 1]...discs[level] }

  /// Exact mean cord area over a vertebral level, perpendicular to the cord, mm².
  public func trueArea(level: Int) -> Double { cord.meanArea(from: discs[level - 1], to: discs[level]) }

  /// Exact mean cord diameters over a vertebral level, mm: of the ellipse with each section's second moments.
  public func trueDiameters(level: Int) -> (ap: Double, rl: Double) {
    let sections = cord.samples(from: discs[level - 1], to: discs[level]).map(\.diameters)
    let count = Double(sections.count)
    return (sections.reduce(0) { $0 + $1.ap } / count, sections.reduce(0) { $0 + $1.rl } / count)
  }

  /// The true area along the cord, perpendicular to it.
  ///
  /// - Parameters:
  ///   - spacing: Distance between the places, mm.
  ///   - range: Values of s; without it the labelled cord.
  /// - Returns: s and area in mm².
  public func areaProfile(spacing: Double = 1, over range: ClosedRange<Double>? = nil) -> [(s: Double, area: Double)] {
    let tube = cord
    let range = range ?? Self.top...tip
    return stride(from: range.lowerBound, through: range.upperBound, by: spacing).map { ($0, tube.section(at: $0).area) }
  }

  /// World position where a disc plane crosses the cord's centerline; disc n lies above vertebra n, as in SCT.
  public func discPosition(_ disc: Int) -> SIMD3<Double> { cord.section(at: discs[disc - 1]).center }

  /// World position of a disc's posterior edge, where the front of the canal passes it.
  public func discEdge(_ disc: Int) -> SIMD3<Double> { canal.frontEdge(at: discs[disc - 1]) }

  /// World position of the pontomedullary junction: the groove in front of the brainstem, below the pons.
  public var junctionPosition: SIMD3<Double> { axis.frontEdge(at: junction) }

  /// Mean distance along the cord between the discs above and below each vertebra, mm, from C1 down.
  public static var meanLevelLengths: [Double] { Population.heights }

  /// Mean distance from the pontomedullary junction to the disc above C1, mm.
  public static var meanJunctionHeight: Double { -Population.junction.mean }

  /// Points of the cord's centerline from the labelled top down to its tip, world mm.
  ///
  /// - Parameter spacing: Distance between them along the curve, mm.
  public func centerline(spacing: Double = 1) -> [SIMD3<Double>] {
    let tube = cord
    return stride(from: Self.top, through: tip, by: spacing).map { tube.section(at: $0).center }
  }

  /// The vertebral level that each point near the cord belongs to; `nil` above C1 and below the last level.
  public func levels(of points: [SIMD3<Double>]) -> [Int?] {
    let spacing = 0.5
    let curve = centerline(spacing: spacing)
    return points.map { point in
      let nearest = curve.indices.min { (curve[$0] - point).length < (curve[$1] - point).length }!
      let place = Self.top + Double(nearest) * spacing
      return Self.levels.first { discs[$0 - 1] <= place && place < discs[$0] }
    }
  }
}
