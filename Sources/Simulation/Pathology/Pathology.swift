import Numerics

/// What is wrong with a simulated cord. The truth stays exact in every case.
public enum Pathology: String, Sendable, Codable, CaseIterable {
  case none
  /// A cord thinner all along, or over a few levels.
  case atrophy
  /// A canal narrowed at one to three discs, flattening or indenting the cord, at times with water in it.
  case compression
  /// Plaques as in multiple sclerosis: up to a few levels long, often at the back and the sides; they do not change the shape.
  case lesion
  /// A bruised stretch: swollen, or thin after years, with water in its middle.
  case trauma
  /// A cavity filled with fluid inside a cord that it widens; it counts as cord, as in masks drawn by hand.
  case syrinx
  /// Water over a long stretch with faint borders, slightly swollen.
  case oedema
  /// Any of them, or nothing, drawn for each person.
  case mixed

  /// What one person has.
  func drawn(_ g: inout Generator) -> Pathology {
    guard self == .mixed else { return self }
    // Compression is what patients have most often, and what changes the cord's shape most.
    let kinds: [Pathology] = [.none, .atrophy, .compression, .compression, .compression, .lesion, .lesion, .trauma, .syrinx, .oedema]
    return kinds[Int(g.uniform(0, Double(kinds.count)))]
  }
}

extension Neck {
  /// Removes a share of the cord's area.
  ///
  /// - Parameters:
  ///   - percent: How much of the area is lost, everywhere or at the center of the focus; below 0 the cord swells.
  ///   - focus: Center (s) and length of a focal thinning, mm: half of which the loss has fallen to 1/e; without it the whole cord.
  public mutating func thin(byPercent percent: Double, focus: (place: Double, length: Double)? = nil) {
    thinnings.append(Thinning(place: focus?.place ?? 0, length: focus.map { $0.length / 2 }, area: percent / 100))
  }

  /// Narrows the canal, e.g. at a disc: `discs[n - 1]`.
  public mutating func narrow(_ narrowing: Narrowing) { narrowings.append(narrowing) }

  /// Adds a patch of another signal.
  public mutating func add(_ lesion: Lesion) { lesions.append(lesion) }

  /// Draws one kind of finding, of a degree as seen in patients.
  public mutating func add(_ pathology: Pathology, generator g: inout Generator) {
    switch pathology.drawn(&g) {
    case .none, .mixed: break
    case .atrophy:
      thin(byPercent: g.uniform(4, 40), focus: g.chance(0.3) ? (place: g.uniform(10, 140), length: g.uniform(20, 80)) : nil)
    case .compression: compress(&g)
    case .lesion:
      for _ in 0..<(1 + Int(g.uniform(0, 4))) { plaque(&g) }
      if g.chance(0.4) { thin(byPercent: g.uniform(2, 20)) }
    case .trauma:
      let place = g.uniform(30, 130)
      thin(byPercent: g.chance(0.5) ? g.uniform(-15, 0) : g.uniform(5, 45), focus: (place, g.uniform(15, 50)))
      water(at: place, across: g.uniform(0.4, 0.9), along: g.uniform(6, 25), share: g.uniform(0.3, 1), softness: g.uniform(0.2, 0.6), &g)
      if g.chance(0.5) { compress(&g) }
    case .syrinx:
      let (place, along, across) = (g.uniform(20, 160), g.uniform(12, 70), g.uniform(0.15, 0.65))
      thin(byPercent: -60 * across * across * g.uniform(0.3, 1), focus: (place, 1.6 * along))
      water(at: place, across: across, along: along, share: 1, softness: 0.1, &g)
    case .oedema:
      let (place, along) = (g.uniform(20, 140), g.uniform(15, 50))
      thin(byPercent: g.uniform(-20, 0), focus: (place, along))
      water(at: place, across: g.uniform(0.5, 0.9), along: along, share: g.uniform(0.15, 0.5), softness: g.uniform(0.5, 1), &g)
    }
  }

  private mutating func compress(_ g: inout Generator) {
    let levels = [3, 4, 5, 6, 7].shuffled(using: &g).prefix(1 + Int(g.uniform(0, 3))).sorted()
    let fluid = g.uniform(0, 0.9)
    for disc in levels {
      let cord = g.chance(0.3) ? g.uniform(0, 0.08) : g.uniform(0.05, 0.5)
      // Most press from the front, some from the side, some are ligaments behind.
      let direction = g.chance(0.75) ? g.normal(0, 0.5) : g.chance(0.5) ? .pi + g.normal(0, 0.4) : g.uniform(-.pi, .pi)
      narrow(
        Narrowing(
          place: discs[disc - 1] + g.normal(0, 1.5), length: g.uniform(3, 10), cord: cord, fluid: fluid * g.uniform(0, 1),
          direction: direction, dent: g.uniform(0, 1)))
    }
    if g.chance(0.3), let disc = levels.first {
      water(
        at: discs[disc - 1] + g.normal(0, 3), across: g.uniform(0.25, 0.7), along: g.uniform(3, 12), share: g.uniform(0.2, 0.6),
        softness: g.uniform(0.3, 0.8), &g)
    }
  }

  private mutating func plaque(_ g: inout Generator) {
    let (right, front) = g.chance(0.6) ? (g.normal(0, 0.5), g.normal(-0.4, 0.3)) : (g.uniform(-0.8, 0.8), g.uniform(-0.7, 0.7))
    lesions.append(
      Lesion(
        place: g.uniform(0, 170), right: min(max(right, -0.8), 0.8), front: min(max(front, -0.8), 0.8),
        halves: [g.uniform(1, 3), g.uniform(0.8, 2.5), g.uniform(2.5, 16)], water: g.uniform(0.1, 0.5),
        softness: g.uniform(0.2, 0.8)))
  }

  /// Water in the middle of the cord, over a share of its diameters.
  private mutating func water(
    at place: Double, across: Double, along: Double, share: Double, softness: Double, _ g: inout Generator
  ) {
    let diameters = cord.section(at: place).diameters
    lesions.append(
      Lesion(
        place: place, right: g.normal(0, 0.1), front: g.normal(0, 0.1),
        halves: [across * diameters.rl / 2, across * diameters.ap / 2 * g.uniform(0.7, 1), along], water: share, softness: softness))
  }
}
