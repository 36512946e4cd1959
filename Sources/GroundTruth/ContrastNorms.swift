import Foundation
import Numerics
import Registration

/// What many people's contrasts have in common: how far each contrast's masks lie outside the mean of all.
public struct ContrastNorms: Sendable, Codable {
  /// Fewest people from whom a normal spread is learnt.
  static let fewestPeople = 6
  /// How many robust standard deviations from the others make an outlier.
  static let outlier = 5.0

  /// Contour offset of each contrast's masks, mm, beyond the mean over contrasts: positive where masks run large.
  public private(set) var offsets: [String: Double] = [:]
  /// The same of the edges that the contrast's images show, against the mean over masks.
  public private(set) var edgeOffsets: [String: Double] = [:]
  /// How many people's masks each was learnt from.
  public private(set) var people: [String: Int] = [:]
  /// By contrast: expected distance of masks and of edges from the others' outline and its spread, mm, and similarity to the reference.
  private var shapes: [String: (Double, Double)] = [:]
  private var edgeShapes: [String: (Double, Double)] = [:]
  private var similarities: [String: (Double, Double)] = [:]

  private enum CodingKeys: CodingKey { case offsets, edgeOffsets, people }

  /// Learns from prepared people; contrasts that disagree are not looked at.
  ///
  /// What is learnt is relative: the mean of the masks over all contrasts and people is taken for the truth. No measurement can say
  /// more, for nobody knows whether an image's edge or a rater's line is the cord's true surface. A single person's size, though, is better
  /// told by gray levels, whose offset from that mean is much the same in everybody.
  public init(_ preparations: [Preparation]) {
    let witnesses = preparations.map { person -> (masks: [PreparedContrast], images: [PreparedContrast]) in
      let used = person.contrasts.filter { $0.disagreement == nil }
      return used.count < 2 ? ([], []) : (used, used.filter { !$0.edges.isEmpty })
    }
    let measured = zip(witnesses.map(\.masks), witnesses.map(\.images)).map { masks, images in
      masks.isEmpty ? [] : Consensus(Self().masks(masks) + Self().images(images)).offsets
    }
    let certainties = witnesses.map { masks, images in
      masks.map { _ in Witness.Reliability.rater.certainty } + images.map { _ in Witness.Reliability.image.certainty }
    }
    let (drawn, seen) = (Set(witnesses.flatMap(\.masks).map(\.name)).sorted(), Set(witnesses.flatMap(\.images).map(\.name)).sorted())
    // People and contrasts in turn: someone without T1w has another mean.
    var persons = [Double](repeating: 0, count: measured.count)
    for _ in 0..<20 {
      func learnt(_ name: String, _ values: (Int) -> Double?) -> (offset: Double, people: Int) {
        let values = measured.indices.compactMap { p in values(p).map { $0 - persons[p] } }
        return (Consensus.robustMean(values, floor: 0.03), values.count)
      }
      for name in drawn {
        (offsets[name], people[name]) = learnt(name) { p in
          witnesses[p].masks.firstIndex { $0.name == name }.map { measured[p][$0] }
        }
      }
      for name in seen {
        edgeOffsets[name] =
          learnt(name) { p in
            witnesses[p].images.firstIndex { $0.name == name }.map { measured[p][witnesses[p].masks.count + $0] }
          }.offset
      }
      let mean = drawn.reduce(0) { $0 + (offsets[$1] ?? 0) } / Double(max(drawn.count, 1))
      offsets = offsets.mapValues { $0 - mean }
      edgeOffsets = edgeOffsets.mapValues { $0 - mean }
      for p in measured.indices where !measured[p].isEmpty {
        let expected = witnesses[p].masks.map { offsets[$0.name] ?? 0 } + witnesses[p].images.map { edgeOffsets[$0.name] ?? 0 }
        persons[p] = Consensus.robustMean(zip(measured[p], expected).map { $0 - $1 }, weights: certainties[p], floor: 0.06)
      }
    }
    for name in drawn {
      let own = preparations.compactMap { person in
        person.contrasts.first { $0.name == name && $0.disagreement == nil }.map { (person, $0) }
      }
      let distances = own.compactMap { person, contrast in shapeDistance(of: contrast, in: person) }
      if distances.count >= Self.fewestPeople { shapes[name] = Self.spread(distances, floor: 0.03) }
      let edges = own.compactMap { $1.edgeDistance }
      if edges.count >= Self.fewestPeople { edgeShapes[name] = Self.spread(edges, floor: 0.03) }
      let alike = own.compactMap { $1.similarity }
      if alike.count >= Self.fewestPeople { similarities[name] = Self.spread(alike, floor: 0.02) }
    }
  }

  private static func spread(_ values: [Double], floor: Double) -> (Double, Double) {
    let middle = values.medianOrZero
    return (middle, max(1.4826 * values.map { abs($0 - middle) }.medianOrZero, floor))
  }

  private init() {}

  /// What masks say, with the offsets that are known.
  func masks(_ contrasts: [PreparedContrast]) -> [Witness] {
    contrasts.map { Witness($0.sections, expected: offsets[$0.name] ?? 0, reliability: .rater) }
  }

  /// What images say.
  func images(_ contrasts: [PreparedContrast]) -> [Witness] {
    contrasts.filter { !$0.edges.isEmpty }.map { Witness($0.edges, expected: edgeOffsets[$0.name], reliability: .image) }
  }

  /// Root mean square distance of a contrast's outline from that of the person's others, freed of the expected offsets, mm.
  private func shapeDistance(of contrast: PreparedContrast, in person: Preparation) -> Double? {
    let others = person.contrasts.filter { $0.disagreement == nil && $0.name != contrast.name }
    guard others.count >= 2, !contrast.sections.isEmpty else { return nil }
    let consensus = Consensus(masks(others))
    let within = contrast.sections.filter { consensus.range.contains($0.place) }
    guard !within.isEmpty else { return nil }
    let own = offsets[contrast.name] ?? 0
    let curve = PenalizedSpline(
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
      } else if let (middle, spread) = edgeShapes[contrast.name], let own = contrast.edgeDistance, own > middle + Self.outlier * spread {
        result.contrasts[index].disagreement = .otherShape(distance: own, expected: middle + Self.outlier * spread)
      }
    }
    return result
  }
}
