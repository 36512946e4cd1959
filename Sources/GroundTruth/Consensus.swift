import Foundation
import Registration

/// One outline of the cord from several contrasts' sections.
struct Consensus: Sendable {
  /// Wavelength along the cord of which the outline keeps half, mm.
  static let smoothingLength = 16.0
  /// Least robust standard deviation of a section's distance from the consensus, mm: that of a careful rater.
  static let floor = 0.15
  private static let rounds = 6

  private let curve: SmoothCurve
  /// Contour offset of each contrast, mm: how far its masks lie outside the consensus.
  let offsets: [Double]
  /// Robust weight of each contrast's sections, 0...1.
  let factors: [[Double]]
  /// Places that the contrasts cover, mm.
  let range: ClosedRange<Double>

  /// The outline at a place.
  func callAsFunction(_ place: Double) -> Contour { Contour(curve(min(max(place, curve.range.lowerBound), curve.range.upperBound))) }

  /// Combines sections.
  ///
  /// Contrasts count alike wherever they cover the cord, each freed of its own offset, so that the outline does not step where a
  /// contrast ends. What is left open, one common offset, is set so that the offsets differ from the expected ones by nothing on
  /// average (a robust average: one careless mask does not move it).
  ///
  /// - Parameters:
  ///   - sections: Of each contrast; together at least three.
  ///   - expected: Offset of each contrast as known from a cohort, mm.
  ///   - frees: Whether offsets are taken off; otherwise they stay in, as in a plain mean.
  init(_ sections: [[Section]], expected: [Double], frees: Bool = true) {
    let lows = sections.joined().map { $0.place - $0.length / 2 }
    let highs = sections.joined().map { $0.place + $0.length / 2 }
    range = lows.min()!...max(lows.min()!, highs.max()!)
    let places = sections.joined().map(\.place)
    var factors = sections.map { $0.map { _ in 1.0 } }
    var offsets = expected
    var curve: SmoothCurve?
    for _ in 0..<Self.rounds {
      let before = curve
      func outline(_ place: Double) -> Contour? { before.map { Contour($0(min(max(place, $0.range.lowerBound), $0.range.upperBound))) } }
      let freed = sections.indices.map { c in
        sections[c].map { section -> [Double] in
          guard frees, let outline = outline(section.place) else { return section.contour.coefficients }
          return zip(section.contour.coefficients, outline.growth.coefficients).map { $0 - offsets[c] * $1 }
        }
      }
      let weights = zip(sections, factors).flatMap { sections, factors in zip(sections, factors).map { $0.length * max($1, 1e-6) } }
      let next = SmoothCurve(places: places, values: Array(freed.joined()), weights: weights, smoothingLength: Self.smoothingLength)
      curve = next
      func fitted(_ place: Double) -> Contour { Contour(next(min(max(place, next.range.lowerBound), next.range.upperBound))) }
      // Offsets against the new outline, then the common part.
      if frees {
        for c in sections.indices {
          let gaps = zip(sections[c], freed[c]).map { section, own in
            let outline = fitted(section.place)
            return (2 * .pi * own[0] - outline.area) / outline.growth.area
          }
          offsets[c] += Self.robustMean(gaps, floor: 0.05)
        }
        let common = Self.robustMean(zip(offsets, expected).map { $0 - $1 }, floor: 0.06)
        offsets = offsets.map { $0 - common }
      }
      let distances = zip(sections, freed).map { sections, freed in
        zip(sections, freed).map { Contour($1).distance(to: fitted($0.place)) }
      }
      let limit = 4.685 * max(1.4826 * distances.joined().median, Self.floor)
      factors = distances.map { $0.map { $0 < limit ? pow(1 - ($0 / limit) * ($0 / limit), 2) : 0 } }
    }
    (self.curve, self.offsets, self.factors) = (curve!, offsets, factors)
  }

  /// Huber's mean: beyond 1.5 robust standard deviations a value pulls no harder.
  static func robustMean(_ values: [Double], floor: Double) -> Double {
    var mean = values.median
    let limit = 1.5 * max(1.4826 * values.map { abs($0 - mean) }.median, floor)
    for _ in 0..<20 {
      let weights = values.map { abs($0 - mean) <= limit ? 1 : limit / abs($0 - mean) }
      mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / max(weights.reduce(0, +), 1e-12)
    }
    return mean
  }
}
