import Foundation
import Volumes

/// A digital neck: the anatomy of one person in RAS+ world millimeters, whose truth is known exactly.
///
/// Places along the cord are arc lengths s of its centerline in mm, 0 at the top of C1, growing downwards.
public struct Neck: Sendable, Codable {
  /// A local narrowing of the canal that flattens the cord, e.g. by a bulging disc.
  public struct Narrowing: Sendable, Codable {
    /// Center along the cord and half length, mm.
    public var place, length: Double
    /// Fraction of the cord's and of the canal's AP diameter that is lost.
    public var cord, canal: Double
  }

  /// A patch of the cord that is swollen with water.
  public struct Lesion: Sendable, Codable {
    /// Center along the cord, mm, and in its section as fractions of the half diameters.
    public var place, right, front: Double
    /// Size, mm: SD of a Gaussian across the cord; along it three times as long.
    public var size: Double
    /// Share of water at the center, 0...1.
    public var water: Double
  }

  /// Control values of the cord's direction along s: tilt backwards and to the right, and turn of the section, radians.
  public struct Bend: Sendable, Codable {
    public var place, tilt, sway, turn: Double
  }

  /// s of the disc planes: `discs[n - 1]` is the disc above vertebra n (C1 = 1), as numbered by SCT.
  public internal(set) var discs: [Double]
  /// Cord and canal diameters at the middle of each level, mm.
  public internal(set) var cordAP, cordRL, canalAP, canalRL: [Double]
  /// The canal's center relative to the cord's, towards right and front, at the middle of each level, mm.
  public internal(set) var canalRight, canalFront: [Double]
  /// How the centerline bends.
  public internal(set) var bends: [Bend]
  /// Where the canal is narrow; empty in a healthy neck.
  public internal(set) var narrowings: [Narrowing]
  /// Patches of the cord with another signal; they do not change its shape.
  public internal(set) var lesions: [Lesion]
  /// World position of the middle of C4 on the centerline.
  public internal(set) var position: SIMD3<Double>
  /// Build of the body around the cord.
  public internal(set) var body: Body

  /// s where the labelled cord ends above: the medulla continues unlabelled.
  public static let top = -15.0
  /// s up to which the tubes reach, beyond any field of view.
  static let range = -110.0...330.0

  /// A random person.
  ///
  /// - Parameters:
  ///   - generator: Source of all that differs between people.
  ///   - pathology: What is wrong with the cord.
  public init(generator g: inout Generator, pathology: Pathology = .none) {
    let pathology = pathology.drawn(&g)
    let tall = g.normal(1, 0.07)
    discs = [0]
    for height in Population.heights { discs.append(discs.last! + height * tall * g.normal(1, 0.03)) }

    // One factor for the person and a level noise that fades with distance (C2 with C3 0.93, C3 with C7 about 0.7).
    func levelFactor(_ person: Double, _ share: Double) -> [Double] {
      var noise = g.normal()
      return Population.levels.map { _ in
        defer { noise = 0.72 * noise + 0.694 * g.normal() }
        return share.squareRoot() * person + (1 - share).squareRoot() * noise
      }
    }
    let person = g.normal()
    let size = levelFactor(person, 0.75).map { exp(Population.areaSD * $0) }
    let shape = levelFactor(g.normal(), 0.7).map { exp(Population.shapeSD * $0) }
    // Cord and canal correlate by 0.49.
    let roomy = levelFactor(0.49 * person + 0.87 * g.normal(), 0.8).map { exp(Population.canalSD * $0 / 2) }
    let roundness = levelFactor(g.normal(), 0.7).map { exp(0.04 * $0) }
    let levels = Population.levels.indices
    // The cord thins more from front to back than from side to side.
    let thinning = pathology == .atrophy ? g.uniform(0.02, 0.2) : 0
    cordAP = levels.map { Population.cordAP[$0] * (size[$0] / shape[$0]).squareRoot() * (1 - thinning) }
    cordRL = levels.map { Population.cordRL[$0] * (size[$0] * shape[$0]).squareRoot() * (1 - thinning / 2) }
    let (ap, rl) = (cordAP, cordRL)
    // The dura never touches the cord in a healthy neck.
    canalAP = levels.map { max(Population.canalAP[$0] * roomy[$0] / roundness[$0], ap[$0] + 2.2) }
    canalRL = levels.map { max(Population.canalRL[$0] * roomy[$0] * roundness[$0], rl[$0] + 3) }
    let canal = canalAP
    var (front, right) = (g.normal(-0.3, 0.8), g.normal(0, 0.4))
    canalFront = levels.map { level in
      defer { front = 0.75 * front + g.normal(-0.1, 0.5) }
      let room = (canal[level] - ap[level]) / 2 - 0.6
      return min(max(front, -room), room)
    }
    canalRight = levels.map { _ in
      defer { right = 0.8 * right + g.normal(0, 0.25) }
      return min(max(right, -0.9), 0.9)
    }

    let degrees = Double.pi / 180
    let flexion = g.normal(0, 9)
    let kyphosis = g.normal(24, 8)
    let lordosis = g.normal(0, 7)
    let lean = g.normal(0, 2)
    let turn = g.normal(0, 3)
    bends = [
      Bend(place: -110, tilt: flexion + g.normal(8, 6), sway: lean, turn: turn),
      Bend(place: -30, tilt: flexion + g.normal(10, 6), sway: lean + g.normal(0, 1.5), turn: turn),
      Bend(place: 10, tilt: flexion + g.normal(2, 5), sway: lean + g.normal(0, 2), turn: 0.8 * turn),
      Bend(place: 60, tilt: 0.6 * flexion + 0.25 * kyphosis - lordosis, sway: lean + g.normal(0, 2), turn: 0.3 * turn),
      Bend(place: 105, tilt: 0.2 * flexion + 0.75 * kyphosis, sway: lean + g.normal(0, 2), turn: 0),
      Bend(place: 150, tilt: kyphosis + 0.5 * lordosis, sway: lean + g.normal(0, 2), turn: g.normal(0, 1)),
      Bend(place: 215, tilt: 0.85 * kyphosis, sway: lean + g.normal(0, 2), turn: g.normal(0, 1)),
      Bend(place: 330, tilt: g.normal(4, 4), sway: lean, turn: 0),
    ].map { Bend(place: $0.place, tilt: $0.tilt * degrees, sway: $0.sway * degrees, turn: $0.turn * degrees) }

    narrowings = []
    for disc in (pathology == .compression ? Array([3, 4, 5, 6, 7].shuffled(using: &g).prefix(1 + Int(g.uniform(0, 3)))).sorted() : []) {
      let cord = g.uniform(0, 0.3)
      narrowings.append(
        Narrowing(place: discs[disc - 1], length: g.uniform(4, 9), cord: cord, canal: cord + g.uniform(0.05, 0.15)))
    }
    lesions = []
    for _ in 0..<(pathology == .lesion ? 1 + Int(g.uniform(0, 4)) : 0) {
      lesions.append(
        Lesion(
          place: g.uniform(0, 160), right: g.uniform(-0.6, 0.6), front: g.uniform(-0.6, 0.6), size: g.uniform(1, 3.5),
          water: g.uniform(0.1, 0.6)))
    }
    position = [g.normal(0, 4), g.normal(0, 6), g.normal(0, 6)]
    body = Body(generator: &g)
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
  }

  /// Name of a vertebral level: 1 is C1, 8 is T1.
  public static func name(ofLevel level: Int) -> String { Population.levels[level - 1] }

  /// Levels that the anatomy holds: C1 = 1 to T8 = 15.
  public static var levels: ClosedRange<Int> { 1...Population.levels.count }

  /// Range of s between the discs above and below a vertebra.
  public func extent(ofLevel level: Int) -> ClosedRange<Double> { discs[level - 1]...discs[level] }

  /// Exact mean cord area over a vertebral level, perpendicular to the cord, mm².
  public func trueArea(level: Int) -> Double {
    cord.meanArea(from: discs[level - 1], to: discs[level])
  }

  /// Exact mean cord diameters over a vertebral level, mm.
  public func trueDiameters(level: Int) -> (ap: Double, rl: Double) {
    let tube = cord
    let extent = extent(ofLevel: level)
    let places = (0..<200).map { extent.lowerBound + (extent.upperBound - extent.lowerBound) * (Double($0) + 0.5) / 200 }
    let sections = places.map { tube.section(at: $0) }
    let count = Double(sections.count)
    return (sections.reduce(0) { $0 + 2 * $1.halfAP } / count, sections.reduce(0) { $0 + 2 * $1.halfRL } / count)
  }

  /// World position where a disc plane crosses the cord's centerline; disc n lies above vertebra n, as in SCT.
  public func discPosition(_ disc: Int) -> SIMD3<Double> { cord.section(at: discs[disc - 1]).center }

  /// Points of the cord's centerline from the labelled top downwards, world mm.
  ///
  /// - Parameter spacing: Distance between them along the curve, mm.
  public func centerline(spacing: Double = 1) -> [SIMD3<Double>] {
    let tube = cord
    return stride(from: Self.top, through: Self.range.upperBound, by: spacing).map { tube.section(at: $0).center }
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
