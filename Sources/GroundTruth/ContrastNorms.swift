import Foundation
import Registration

/// What many people's contrasts have in common: how far each contrast's masks lie outside the mean of all.
public struct ContrastNorms: Sendable, Codable {
  /// Fewest people from whom a normal spread is learnt.
  static let fewestPeople = 6
  /// How many robust standard deviations from the others make an outlier.
  static let outlier = 5.0

  /// Contour offset of each contrast, mm, beyond the mean over contrasts: positive where masks run large.
  public private(set) var offsets: [String: Double]
  /// How many people each was learnt from.
  public private(set) var people: [String: Int]
  /// By contrast: expected distance from the others' outline and its spread, mm, and similarity to the reference.
  private var shapes: [String: (Double, Double)] = [:]
  private var similarities: [String: (Double, Double)] = [:]

  private enum CodingKeys: CodingKey { case offsets, people }

  /// Learns from prepared people; contrasts that disagree are not looked at.
  ///
  /// The offsets of a person sum to nothing over the contrasts that are there, so what is learnt is relative: the mean over all
  /// contrasts is taken for the truth. No measurement on masks alone can say more.
  public init(_ preparations: [Preparation]) {
    (offsets, people) = ([:], [:])
    let measured = preparations.map { Self.offsets(in: $0, expected: [:]) }
    let names = Set(measured.joined().map(\.name)).sorted()
    // People and contrasts in turn: someone without T1w has another mean.
    var persons = [Double](repeating: 0, count: measured.count)
    for _ in 0..<20 {
      for name in names {
        let values = measured.indices.flatMap { p in measured[p].filter { $0.name == name }.map { $0.offset - persons[p] } }
        offsets[name] = Consensus.robustMean(values, floor: 0.03)
        people[name] = values.count
      }
      let mean = names.reduce(0) { $0 + offsets[$1]! } / Double(max(names.count, 1))
      for name in names { offsets[name]! -= mean }
      for p in measured.indices where !measured[p].isEmpty {
        persons[p] = Consensus.robustMean(measured[p].map { $0.offset - offsets[$0.name]! }, floor: 0.06)
      }
    }
    for name in names {
      let own = preparations.compactMap { person in
        person.contrasts.first { $0.name == name && $0.disagreement == nil }.map { (person, $0) }
      }
      let distances = own.compactMap { person, contrast in shapeDistance(of: contrast, in: person) }
      if distances.count >= Self.fewestPeople { shapes[name] = Self.spread(distances, floor: 0.03) }
      let alike = own.compactMap { $1.similarity }
      if alike.count >= Self.fewestPeople { similarities[name] = Self.spread(alike, floor: 0.02) }
    }
  }

  private static func spread(_ values: [Double], floor: Double) -> (Double, Double) {
    let middle = values.median
    return (middle, max(1.4826 * values.map { abs($0 - middle) }.median, floor))
  }

  /// Contour offset of each agreeing contrast of a person against their consensus, mm.
  static func offsets(in person: Preparation, expected: [String: Double]) -> [(name: String, offset: Double)] {
    let used = person.contrasts.filter { $0.disagreement == nil }
    guard used.count >= 2 else { return [] }
    let consensus = Consensus(used.map(\.sections), expected: used.map { expected[$0.name] ?? 0 })
    return zip(used, consensus.offsets).map { ($0.name, $1) }
  }

  /// Root mean square distance of a contrast's outline from that of the person's others, freed of the expected offsets, mm.
  private func shapeDistance(of contrast: PreparedContrast, in person: Preparation) -> Double? {
    let others = person.contrasts.filter { $0.disagreement == nil && $0.name != contrast.name }
    guard others.count >= 2, !contrast.sections.isEmpty else { return nil }
    let consensus = Consensus(others.map(\.sections), expected: others.map { offsets[$0.name] ?? 0 })
    let within = contrast.sections.filter { consensus.range.contains($0.place) }
    guard !within.isEmpty else { return nil }
    let own = offsets[contrast.name] ?? 0
    let curve = SmoothCurve(
      places: contrast.sections.map(\.place), values: contrast.sections.map(\.contour.coefficients),
      weights: contrast.sections.map(\.length), smoothingLength: 2 * Consensus.smoothingLength)
    let squares = within.map { section -> Double in
      let outline = consensus(section.place)
      let freed = Contour(zip(curve(section.place), outline.growth.coefficients).map { $0 - own * $1 })
      return pow(freed.distance(to: outline), 2)
    }
    return (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  }

  /// Finds contrasts that are unlike those of the others in the cohort, e.g. of another person.
  public func examined(_ person: Preparation) -> Preparation {
    var result = person
    for (index, contrast) in person.contrasts.enumerated() where contrast.disagreement == nil {
      if let (middle, spread) = similarities[contrast.name], let own = contrast.similarity, own < middle - Self.outlier * spread {
        result.contrasts[index].disagreement = .otherImage(similarity: own, expected: middle - Self.outlier * spread)
      } else if let (middle, spread) = shapes[contrast.name], let own = shapeDistance(of: contrast, in: person),
        own > middle + Self.outlier * spread
      {
        result.contrasts[index].disagreement = .otherShape(distance: own, expected: middle + Self.outlier * spread)
      }
    }
    return result
  }
}
