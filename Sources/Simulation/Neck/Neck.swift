import Foundation
import Numerics
import Volumes

/// A digital neck: the anatomy of one person in RAS+ world millimeters, whose truth is known exactly.
///
/// Places along the cord are arc lengths s of its centerline in mm, 0 at the top of C1, growing downwards.
public struct Neck: Sendable, Codable {
  /// Control values of the cord's direction along s: tilt backwards and to the right, and turn of the section, radians.
  public struct Bend: Sendable, Codable {
    public var place, tilt, sway, turn: Double
  }

  /// s of the disc planes: `discs[n - 1]` is the disc above vertebra n (C1 = 1), as numbered by SCT.
  public internal(set) var discs: [Double]
  /// Cord and canal diameters of the healthy neck at four places of each level, mm: of the ellipses with the sections' second
  /// moments.
  public internal(set) var cordAP, cordRL, canalAP, canalRL: [Double]
  /// The canal's center relative to the cord's, towards right and front, at the middle of each level, mm.
  public internal(set) var canalRight, canalFront: [Double]
  /// Shape of the healthy cord and of the canal at the middle of each level.
  public internal(set) var cordOutlines, canalOutlines: [Outline]
  /// How the centerline bends.
  public internal(set) var bends: [Bend]
  /// Where the cord is thinner or thicker than it was.
  public internal(set) var thinnings: [Thinning] = []
  /// Where the canal is narrow; empty in a healthy neck.
  public internal(set) var narrowings: [Narrowing] = []
  /// Patches of the cord with another signal; they do not change its shape.
  public internal(set) var lesions: [Lesion] = []
  /// s of the pontomedullary junction: of the groove in front, below the pons.
  public internal(set) var junction: Double
  /// s of the tip of the conus, where the cord ends.
  public internal(set) var tip: Double
  /// World position of the middle of C4 on the centerline.
  public internal(set) var position: SIMD3<Double>
  /// Build of the body around the cord.
  public internal(set) var body: Body

  /// s where the labelled cord ends above, in a plane perpendicular to the cord: the medulla continues unlabelled.
  public static let top = -15.0
  /// s up to which the tubes reach, beyond any field of view.
  static let range = -110.0...620.0

  /// A random person.
  ///
  /// - Parameters:
  ///   - generator: Source of all that differs between people.
  ///   - pathology: What is wrong with the cord; the same seed gives the same person with and without it.
  public init(generator g: inout Generator, pathology: Pathology = .none) {
    let tall = g.normal(1, 0.07)
    var discs = [0.0]
    for (level, height) in Population.heights.enumerated() {
      discs.append(discs.last! + height * tall * (level < Population.varied ? g.normal(1, 0.03) : 1))
    }
    self.discs = discs
    let sizes = Population.sizes(discs: discs, generator: &g)
    (cordAP, cordRL, canalAP, canalRL) = (sizes.cordAP, sizes.cordRL, sizes.canalAP, sizes.canalRL)
    cordOutlines = Self.continued(Self.drawnCordOutlines(&g))
    canalOutlines = Self.continued(Self.drawnCanalOutlines(&g))
    // The cord lies a little to the front; in the chest it lies against the front of the canal, inside of the bend.
    var (front, right) = (g.normal(0, 0.8), g.normal(0, 0.4))
    canalFront = (0..<Population.varied).map { level in
      defer { front = 0.75 * front + g.normal(0, 0.5) }
      let middle = level * Population.quarters + 2
      let room = (sizes.canalAP[middle] - sizes.cordAP[middle]) / 2 - 0.8
      return min(max(front - (level < 8 ? 0.4 : 1.1), -room), room)
    }
    canalRight = (0..<Population.varied).map { _ in
      defer { right = 0.8 * right + g.normal(0, 0.25) }
      return min(max(right, -1.2), 1.2)
    }
    (canalFront, canalRight) = (Self.continued(canalFront), Self.continued(canalRight))
    bends = Self.drawnBends(&g)
    position = [g.normal(0, 4), g.normal(0, 6), g.normal(0, 6)]
    body = Body(generator: &g)
    var lower = Generator(seed: body.texture, stream: 5)
    tip = min((discs[19] + discs[20]) / 2 + lower.normal(Population.tip.mean, Population.tip.sd), Self.range.upperBound - 80)
    var upper = Generator(seed: body.texture, stream: 6)
    let (junctions, drawn) = (Population.junction.range, upper.normal(Population.junction.mean, Population.junction.sd))
    junction = min(max(drawn, junctions.lowerBound), junctions.upperBound)
    var finding = Generator(seed: g.next())
    add(pathology, generator: &finding)
  }

  /// Values of the upper levels, with the last one for all levels below.
  private static func continued<Value>(_ values: [Value]) -> [Value] {
    values + Array(repeating: values.last!, count: Population.levels.count - values.count)
  }

  /// Lordosis of the neck and kyphosis of the chest, flexion, leaning and turning.
  private static func drawnBends(_ g: inout Generator) -> [Bend] {
    let degrees = Double.pi / 180
    let flexion = g.normal(0, 9)
    let kyphosis = g.normal(24, 8)
    let lordosis = g.normal(0, 7)
    let lean = g.normal(0, 2)
    let turn = g.normal(0, 3)
    return [
      Bend(place: -110, tilt: flexion + g.normal(8, 6), sway: lean, turn: turn),
      Bend(place: -30, tilt: flexion + g.normal(10, 6), sway: lean + g.normal(0, 1.5), turn: turn),
      Bend(place: 10, tilt: flexion + g.normal(2, 5), sway: lean + g.normal(0, 2), turn: 0.8 * turn),
      Bend(place: 60, tilt: 0.6 * flexion + 0.25 * kyphosis - lordosis, sway: lean + g.normal(0, 2), turn: 0.3 * turn),
      Bend(place: 105, tilt: 0.2 * flexion + 0.75 * kyphosis, sway: lean + g.normal(0, 2), turn: 0),
      Bend(place: 150, tilt: kyphosis + 0.5 * lordosis, sway: lean + g.normal(0, 2), turn: g.normal(0, 1)),
      Bend(place: 215, tilt: 0.85 * kyphosis, sway: lean + g.normal(0, 2), turn: g.normal(0, 1)),
      Bend(place: 330, tilt: g.normal(4, 4), sway: lean, turn: 0),
      Bend(place: 440, tilt: -8 - 0.3 * lordosis, sway: lean, turn: 0), Bend(place: 540, tilt: -4, sway: lean, turn: 0),
    ].map { Bend(place: $0.place, tilt: $0.tilt * degrees, sway: $0.sway * degrees, turn: $0.turn * degrees) }
  }

  /// A cord is nearly an ellipse: a little flat or indented in front, a little square, a little lopsided.
  private static func drawnCordOutlines(_ g: inout Generator) -> [Outline] {
    let (square, heart, front) = (g.normal(0, 0.012), g.normal(-0.01, 0.012), max(0, g.normal(0.03, 0.03)))
    var lopsided = g.normal()
    return (0..<Population.varied).map { _ in
      defer { lopsided = 0.8 * lopsided + 0.6 * g.normal() }
      var outline = Outline.ellipse
      outline.cosines[4] += square + g.normal(0, 0.004)
      outline.cosines[3] += heart + g.normal(0, 0.004)
      outline.sines[2] += 0.012 * lopsided
      outline.sines[3] += 0.006 * lopsided
      outline.press(0, depth: front * exp(g.normal(0, 0.3)))
      return outline
    }
  }

  /// The canal is flat in front and pointed behind where the neck is mobile, round in the chest.
  private static func drawnCanalOutlines(_ g: inout Generator) -> [Outline] {
    let strength = g.normal(1, 0.2)
    let square = g.normal(0, 0.02)
    return (0..<Population.varied).map { level in
      let filling = level < Population.canalFilling.count ? Population.canalFilling[level] : 1
      var outline = Outline.ellipse
      // A wave of three of amplitude c fills 1 − 2c² of the ellipse with its moments.
      outline.cosines[3] -= (max(0, 1 - filling) / 2).squareRoot() * strength * exp(g.normal(0, 0.1))
      outline.cosines[4] += square
      outline.sines[3] += g.normal(0, 0.01)
      return outline
    }
  }

  /// A straight neck: a vertical cord of one elliptical section, for checks whose answer is known by hand.
  ///
  /// - Parameter cordAP, cordRL: Diameters everywhere from C1 down, mm.
  public init(straight seed: UInt64, cordAP ap: Double = 7.6, cordRL rl: Double = 12) {
    var generator = Generator(seed: seed)
    self.init(generator: &generator)
    bends = [Bend(place: 0, tilt: 0, sway: 0, turn: 0)]
    (cordAP, cordRL) = (cordAP.map { _ in ap }, cordRL.map { _ in rl })
    canalAP = canalAP.map { _ in 13.2 }
    canalRL = canalRL.map { _ in 20.8 }
    canalFront = canalFront.map { _ in 0 }
    canalRight = canalRight.map { _ in 0 }
    cordOutlines = cordOutlines.map { _ in .ellipse }
    canalOutlines = canalOutlines.map { _ in .ellipse }
  }

  /// The same person without any finding.
  public var healthy: Neck {
    var neck = self
    (neck.thinnings, neck.narrowings, neck.lesions) = ([], [], [])
    return neck
  }
}
