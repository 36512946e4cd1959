import Foundation
import Numerics
import Registration

/// What one contrast's mask or one contrast's image says of the cord's outline.
struct Witness: Sendable {
  /// What its offset and its shape are known to: SD of the contour offset between people and SD of the contour's unsteadiness, mm.
  struct Reliability: Sendable {
    var offset, shape: Double
    /// Weight of an offset, mm⁻².
    var certainty: Double { 1 / (offset * offset) }
    /// A person who draws.
    static let rater = Reliability(offset: 0.065, shape: 0.25)
    /// Gray levels.
    static let image = Reliability(offset: 0.035, shape: 0.1)
  }
  /// Over which distance along the cord an unsteadiness lasts, mm.
  private static let persistence = 20.0

  let sections: [Section]
  /// Contour offset as known from a cohort, mm.
  let expected: Double
  /// How surely the offset tells the person's size: 0 where nothing was expected.
  let certainty: Double
  private let shape: Double

  /// - Parameter expected: Offset as known from a cohort; `nil` where it is not.
  init(_ sections: [Section], expected: Double?, reliability: Reliability) {
    (self.sections, self.expected) = (sections, expected ?? 0)
    certainty = expected == nil ? 0 : reliability.certainty
    shape = reliability.shape
  }

  /// Information in each section, mm⁻²: one that strays from the others counts less.
  ///
  /// - Parameter distances: Of its sections from what all witnesses agree on, mm.
  func information(_ distances: [Double]) -> [Double] {
    let strays = zip(distances, sections).map { $0 * $0 - $1.variance }.reduce(0, +) / Double(max(distances.count, 1))
    return sections.map { $0.length / (Self.persistence * max(shape * shape, strays) + $0.length * $0.variance) }
  }
}

/// One outline of the cord from several contrasts' sections.
struct Consensus: Sendable {
  /// Wavelength along the cord of which the outline keeps half, mm.
  static let smoothingLength = 16.0
  /// Least robust standard deviation of a section's distance from the consensus, mm: that of a careful rater.
  static let floor = 0.15
  private static let rounds = 6

  private let curve: PenalizedSpline
  /// Contour offset of each witness, mm: how far outside the consensus it puts the edge.
  let offsets: [Double]
  /// Places that the contrasts cover, mm.
  let range: ClosedRange<Double>

  /// The outline at a place.
  func callAsFunction(_ place: Double) -> Contour { Contour(curve(min(max(place, curve.range.lowerBound), curve.range.upperBound))) }

  /// Combines sections.
  ///
  /// Witnesses count by what they know wherever they see the cord, each freed of its own offset, so that the outline does not step where
  /// one ends. What is left open, one common offset, is set so that the offsets differ from the expected ones by nothing on average (a
  /// robust average: one careless mask does not move it).
  ///
  /// - Parameter witnesses: Together at least three sections.
  init(_ witnesses: [Witness]) {
    let sections = witnesses.map(\.sections)
    let lows = sections.joined().map { $0.place - $0.length / 2 }
    let highs = sections.joined().map { $0.place + $0.length / 2 }
    range = lows.min()!...max(lows.min()!, highs.max()!)
    let places = sections.joined().map(\.place)
    var factors = sections.map { $0.map { _ in 1.0 } }
    var offsets = witnesses.map(\.expected)
    var distances = sections.map { $0.map { _ in 0.0 } }
    let certainties = witnesses.map(\.certainty)
    var curve: PenalizedSpline?
    for _ in 0..<Self.rounds {
      let before = curve
      func outline(_ place: Double) -> Contour? { before.map { Contour($0(min(max(place, $0.range.lowerBound), $0.range.upperBound))) } }
      let freed = sections.indices.map { c in
        sections[c].map { section -> [Double] in
          guard let outline = outline(section.place) else { return section.contour.coefficients }
          return zip(section.contour.coefficients, outline.growth.coefficients).map { $0 - offsets[c] * $1 }
        }
      }
      let weights = witnesses.indices.flatMap { c in
        zip(witnesses[c].information(distances[c]), factors[c]).map { $0 * max($1, 1e-6) }
      }
      let next = PenalizedSpline(places: places, values: Array(freed.joined()), weights: weights, smoothingLength: Self.smoothingLength)
      curve = next
      func fitted(_ place: Double) -> Contour { Contour(next(min(max(place, next.range.lowerBound), next.range.upperBound))) }
      // Offsets against the new outline, then the common part.
      for c in sections.indices {
        let gaps = zip(sections[c], freed[c]).map { section, own in
          let outline = fitted(section.place)
          return (2 * .pi * own[0] - outline.area) / outline.growth.area
        }
        offsets[c] += Self.robustMean(gaps, floor: 0.05)
      }
      let common = Self.robustMean(zip(offsets, witnesses).map { $0 - $1.expected }, weights: certainties, floor: 0.06)
      offsets = offsets.map { $0 - common }
      distances = zip(sections, freed).map { sections, freed in
        zip(sections, freed).map { Contour($1).distance(to: fitted($0.place)) }
      }
      let limit = 4.685 * max(1.4826 * distances.joined().medianOrZero, Self.floor)
      factors = distances.map { $0.map { $0 < limit ? pow(1 - ($0 / limit) * ($0 / limit), 2) : 0 } }
    }
    (self.curve, self.offsets) = (curve!, offsets)
  }

  /// Huber's mean: beyond 1.5 robust standard deviations a value pulls no harder.
  ///
  /// - Parameter weights: How much each value counts; those that count nothing do not tell the spread either. Without, all count alike.
  static func robustMean(_ values: [Double], weights: [Double]? = nil, floor: Double) -> Double {
    let weights = weights ?? [Double](repeating: 1, count: values.count)
    let counted = zip(values, weights).filter { $0.1 > 0 }.map(\.0)
    guard !counted.isEmpty else { return 0 }
    var mean = counted.medianOrZero
    let limit = 1.5 * max(1.4826 * counted.map { abs($0 - mean) }.medianOrZero, floor)
    for _ in 0..<20 {
      let pulls = zip(values, weights).map { $1 * (abs($0 - mean) <= limit ? 1 : limit / abs($0 - mean)) }
      mean = zip(values, pulls).reduce(0) { $0 + $1.0 * $1.1 } / max(pulls.reduce(0, +), 1e-12)
    }
    return mean
  }
}
