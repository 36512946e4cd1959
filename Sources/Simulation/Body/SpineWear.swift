import Numerics

/// What differs between the discs and vertebrae of people: by disc, from the one above C1.
///
/// Source: plain anatomy, drawn wide; no statistics.
public struct SpineWear: Sendable, Codable {
  /// How much lower a disc lies for each millimetre in front of its posterior edge.
  var slant: [Float]
  /// Whether bone replaces the disc.
  var isFused: [Bool]
  /// How far bone reaches out beside the disc, as a part of the body's own size.
  var lips: [Float]
  /// Depth of a hollow in the endplates that the disc fills, mm.
  var nodes: [Float]
  /// Thickness of marrow turned to fat beside the disc, mm.
  var fat: [Float]

  init(discs: Int, generator g: inout Generator) {
    // The neck's discs lie lower in front, those of a kyphotic chest do so less.
    let (lean, worn) = (g.normal(0.12, 0.1), g.uniform(0, 1))
    slant = (0..<discs).map { Float(lean + g.normal($0 > 8 ? -0.06 : 0, 0.07)) }
    isFused = (0..<discs).map { $0 > 1 && g.chance(0.02) }
    func some(_ share: Double, _ low: Double, _ high: Double) -> [Float] {
      (0..<discs).map { _ in g.chance(share * 2 * worn) ? Float(g.uniform(low, high)) : 0 }
    }
    lips = some(0.25, 0.1, 0.5)
    nodes = some(0.12, 0.8, 3)
    fat = some(0.12, 2, 7)
  }
}

extension Body {
  /// What is worn at a disc; there is none above C2–C3.
  func wear(ofDisc number: Int) -> Station.Wear {
    guard let wear, (3...wear.slant.count).contains(number) else { return Station.Wear(slant: 0, lips: 0, node: 0, fat: 0) }
    return Station.Wear(slant: wear.slant[number - 1], lips: wear.lips[number - 1], node: wear.nodes[number - 1], fat: wear.fat[number - 1])
  }
}

extension Neck {
  /// The same person with the slanted, worn and fused discs that people have. The cord and its canal stay the same.
  public var worn: Neck {
    var (neck, generator) = (self, Generator(seed: body.texture, stream: 7))
    neck.body.wear = SpineWear(discs: discs.count, generator: &generator)
    return neck
  }
}
