import Foundation

extension Neck {
  /// A local narrowing of the canal that deforms the cord: a disc, an osteophyte, or a thick ligament behind.
  public struct Narrowing: Sendable, Codable {
    /// Center along the cord, and where the effect has fallen to 1/e, mm.
    public var place, length: Double
    /// Fraction of the cord's AP diameter that is lost at the center, 0...0.7.
    public var cord: Double
    /// Fraction of the CSF in front and behind that is left at the center; 0: the dura touches the cord.
    public var fluid: Double
    /// Where the pressure comes from, radians from the front towards the right.
    public var direction: Double
    /// 0 flattens the cord as a whole, 1 indents it where the pressure acts.
    public var dent: Double

    /// A narrowing; each parameter is explained at its property.
    public init(place: Double, length: Double, cord: Double, fluid: Double = 0.2, direction: Double = 0, dent: Double = 0.5) {
      (self.place, self.length, self.cord) = (place, length, cord)
      (self.fluid, self.direction, self.dent) = (fluid, direction, dent)
    }

    func weight(at s: Double) -> Double {
      let x = (s - place) / length
      return abs(x) > 4 ? 0 : exp(-x * x)
    }

    /// How much the cord is flattened, and how deep the dent is: together they leave 1 − cord of the diameter.
    func effect(at s: Double) -> (flattening: Double, depth: Double) {
      let loss = cord * weight(at: s)
      // A dent as deep as the cord's middle would cut it in two.
      let depth = min(2 * loss * dent, 0.6)
      return (1 - (1 - loss) / (1 - depth / 2), depth)
    }
  }

  /// A stretch of cord that is thinner or thicker than it was.
  public struct Thinning: Sendable, Codable {
    /// Center along the cord, and where the effect has fallen to 1/e, mm; no length: everywhere below the brainstem.
    public var place: Double
    public var length: Double?
    /// Fraction of the area that is lost at the center; negative for a swelling.
    public var area: Double

    /// A thinning; each parameter is explained at its property.
    public init(place: Double = 0, length: Double? = nil, area: Double) {
      (self.place, self.length, self.area) = (place, length, area)
    }

    func loss(at s: Double) -> Double {
      guard let length else { return area * min(max((s - Neck.top) / 15, 0), 1) }
      let x = (s - place) / length
      return area * exp(-x * x)
    }
  }

  /// What findings make of a section of the healthy cord.
  func deformed(_ healthy: Tube.Section, at s: Double) -> Tube.Section {
    var section = healthy
    for thinning in thinnings {
      // The cord thins more from front to back than from side to side; together the area changes as asked.
      let left = 1 - thinning.loss(at: s)
      section.halfAP *= pow(left, 0.6)
      section.halfRL *= pow(left, 0.4)
    }
    for narrowing in narrowings where narrowing.weight(at: s) > 0 {
      let (flattening, depth) = narrowing.effect(at: s)
      section.halfAP *= 1 - flattening
      // A flattened cord gives way a little to the sides.
      section.halfRL *= 1 + 0.35 * flattening
      section.outline.press(narrowing.direction, depth: depth)
    }
    return section
  }
}

/// The canal in the cord's section: center to the right and front of the cord's, half diameters, outline.
struct CanalShape {
  var center, halves: SIMD2<Double>
  var outline: Outline

  /// The canal's walls drawn towards the cord's by what narrows it.
  func narrowed(by narrowings: [Neck.Narrowing], at s: Double, around cord: Tube.Section) -> CanalShape {
    var shape = self
    for narrowing in narrowings where narrowing.weight(at: s) > 0 {
      let weight = narrowing.weight(at: s)
      let (front, back) = (shape.outline.radius(0), shape.outline.radius(.pi))
      let walls = (shape.center.y + shape.halves.y * front, shape.center.y - shape.halves.y * back)
      let edges = (cord.edge(0).y, cord.edge(.pi).y)
      let pull = weight * (1 - narrowing.fluid)
      let near = cos(narrowing.direction) >= 0
      // The side that is pressed comes closest.
      let moved = (
        walls.0 + (edges.0 - walls.0) * pull * (near ? 1 : 0.6), walls.1 + (edges.1 - walls.1) * pull * (near ? 0.6 : 1)
      )
      let depth = narrowing.effect(at: s).depth * cord.halfAP / max(shape.halves.y, 1)
      let half = (moved.0 - moved.1) / (front + back)
      shape.center.y = moved.0 - half * front
      shape.halves.y = half
      // The wall follows into the dent: what was pulled straight is handed back at the sides.
      shape.outline.press(narrowing.direction, depth: 0.7 * depth)
      shape.halves.y += 0.35 * depth * half
    }
    return shape
  }
}

extension Tube.Section {
  /// How much larger this section would have to be to hold another one with a little room: above 1, the other sticks out.
  func tightness(around other: Tube.Section) -> Double {
    let count = 24
    return (0..<count).reduce(0) { worst, i in
      let angle = 2 * .pi * Double(i) / Double(count)
      let edge = other.edge(angle)
      let offset = other.center + other.right * edge.x + other.front * edge.y - center
      let (x, y) = (offset.dot(right) / halfRL, offset.dot(front) / halfAP)
      let radius = max((x * x + y * y).squareRoot(), 1e-9)
      return max(worst, radius / outline.radius(Outline.multiples(y / radius, x / radius)).x * 1.02)
    }
  }
}
