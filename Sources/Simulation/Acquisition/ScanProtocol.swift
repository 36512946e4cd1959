import Foundation
import Numerics
import Volumes

/// A range of numbers to draw from, each as likely.
public struct Span: Sendable, Hashable, Codable {
  public var from, to: Double

  public init(_ from: Double, _ to: Double) { (self.from, self.to) = (from, to) }

  func drawn(_ g: inout Generator) -> Double { g.uniform(from, to) }
}

/// How often an artefact happens, and how strong it then is.
public struct Rate: Sendable, Hashable, Codable {
  /// Probability, 0...1.
  public var probability: Double
  /// Strength, 0...1 as in ``Artefacts``.
  public var strength: Span

  public init(_ probability: Double, _ from: Double, _ to: Double) {
    (self.probability, self.strength) = (probability, Span(from, to))
  }
}

/// How one contrast is scanned: voxels, placement, noise, and how often what goes wrong.
public struct ScanProtocol: Sendable, Hashable, Codable {
  /// Planes in which slices follow each other.
  public enum Plane: String, Sendable, Hashable, Codable { case axial, sagittal }

  public var plane: Plane
  /// Other times and another angle than the Spine Generic sequence.
  public var sequence = SequenceFactors()
  /// Voxels along right–left, front–back and head–foot.
  public var matrix: [Int]
  /// Their size, mm.
  public var spacing: [Double]
  /// Vertebral disc at the middle of the field of view (disc n lies above vertebra n), and how far off technicians put it, mm.
  public var disc: Int
  public var offset: Double
  /// Distance of the field of view's middle in front of the cord, mm, and its SD.
  public var front, frontOffset: Double
  /// SD of the obliqueness about each axis, degrees; axial slices follow the cord first.
  public var obliqueness: Double
  /// Whether slices are excited one by one.
  public var slicewise: Bool
  /// Thickness of a slice over the distance of slices, and width of its flanks over its thickness.
  public var thickness, flank: Double
  /// Signal-to-noise ratio of the white matter at 3 T, coil fall-off, bias.
  public var signalToNoise, coil, bias: Span
  /// SD of the point spread along frequency, phase and slice, in voxels.
  public var blur: [Double]
  /// SD of how the neck moves between series: mm, degrees; and of the jumps of single slices, mm.
  public var shift, turn, jump: Double
  /// By name, as in ``Artefacts``.
  public var artefacts: [String: Rate]

  /// The Spine Generic protocol: T1w 1 mm from head to T3, T2w 0.8 mm, both sagittal; T2star 0.5×0.5×5, MTS and DWI
  /// 0.9×0.9×5 mm, axial.
  public static func standard(_ contrast: Contrast) -> ScanProtocol {
    var result = ScanProtocol(
      plane: .axial, matrix: [256, 256, 22], spacing: [0.9, 0.9, 5], disc: 4, offset: 6, front: 12, frontOffset: 8, obliqueness: 2,
      slicewise: false, thickness: 1, flank: 0, signalToNoise: Span(14, 30), coil: Span(0.2, 0.85), bias: Span(0, 0.15),
      blur: [0.5, 0.55, 0.1], shift: 1.2, turn: 0.8, jump: 0,
      artefacts: [
        "ringing": Rate(1, 0.1, 0.5), "ghosting": Rate(0.4, 0.05, 0.4), "pulsation": Rate(0.5, 0.05, 0.4), "flowVoids": Rate(0, 0, 0),
        "distortion": Rate(0, 0, 0), "dropOut": Rate(0, 0, 0), "metal": Rate(0, 0.3, 1), "unevenSlices": Rate(0, 0, 0),
        "missingSlices": Rate(0, 0, 0), "duplicatedSlices": Rate(0, 0, 0), "zipper": Rate(0.01, 0.1, 0.5), "smoothing": Rate(0, 0, 0),
        "inflow": Rate(0, 0, 0), "slabEnds": Rate(0, 0, 0), "quotient": Rate(0, 0, 0),
      ])
    switch contrast {
    case .t1w:
      (result.plane, result.matrix, result.spacing) = (.sagittal, [192, 256, 304], [1, 1, 1])
      (result.disc, result.front, result.blur) = (3, 25, [0.55, 0.6, 0.55])
    case .t2w, .random:
      (result.plane, result.matrix, result.spacing) = (.sagittal, [64, 320, 320], [0.8, 0.8, 0.8])
      (result.disc, result.front, result.blur) = (5, 30, [0.45, 0.6, 0.45])
      result.artefacts["flowVoids"] = Rate(0.5, 0.1, 0.7)
    case .t2star:
      (result.matrix, result.spacing) = ([448, 448, 15], [0.5, 0.5, 5])
      (result.slicewise, result.flank, result.jump) = (true, 0.3, 0.4)
      result.artefacts["dropOut"] = Rate(0.5, 0.05, 0.3)
      result.artefacts["unevenSlices"] = Rate(0.7, 0.05, 0.3)
    case .mtOn, .mtOff:
      result.blur = [0.6, 0.65, 0.2]
    case .dwi:
      (result.matrix, result.front, result.frontOffset) = ([96, 40, 20], 0, 2)
      (result.slicewise, result.flank, result.jump) = (true, 0.3, 0.4)
      (result.signalToNoise, result.coil, result.bias) = (Span(10, 22), Span(0.1, 0.3), Span(0, 0.1))
      result.blur = [0.35, 0.5, 0.1]
      result.artefacts["distortion"] = Rate(1, 0.1, 0.6)
      result.artefacts["dropOut"] = Rate(0.6, 0.05, 0.25)
      result.artefacts["unevenSlices"] = Rate(0.8, 0.1, 0.6)
    }
    return result
  }

  /// As clinics scan: 2D sequences with slices of several millimetres, three in five of them sagittal.
  static func clinical(_ contrast: Contrast, generator g: inout Generator) -> ScanProtocol {
    var result = standard(contrast)
    let pixel = g.uniform(0.4, 0.95)
    result.plane = g.chance(0.6) ? .sagittal : .axial
    let isSagittal = result.plane == .sagittal
    result.spacing = isSagittal ? [g.uniform(2, 4.6), pixel, pixel] : [pixel, pixel, g.uniform(2.5, 6)]
    let extent: [Double] = isSagittal ? [50, 200, 240] : [150, 150, 90]
    result.matrix = zip(extent, result.spacing).map { Int($0 / $1) }
    (result.disc, result.slicewise, result.flank, result.jump) = (5, true, g.uniform(0.1, 0.5), 0.4)
    (result.signalToNoise, result.blur) = (Span(8, 30), [g.uniform(0.3, 0.7), g.uniform(0.3, 0.7), 0.1])
    result.artefacts["flowVoids"] = Rate(contrast == .t2w ? 0.5 : 0, 0.1, 0.7)
    return result
  }

  /// As functional and diffusion series are scanned: echo-planar slices of a small field of view, bent, smeared along the phase and with lost signal.
  static func echoPlanar(generator g: inout Generator) -> ScanProtocol {
    var result = standard(.dwi)
    let pixel = g.uniform(0.8, 1.8)
    result.spacing = [pixel, pixel, g.uniform(2, 6)]
    result.matrix = [Int(g.uniform(80, 150) / pixel), Int(g.uniform(40, 150) / pixel), Int(g.uniform(40, 100) / result.spacing[2])]
    (result.signalToNoise, result.coil, result.bias) = (Span(5, 25), Span(0.1, 0.6), Span(0, 0.2))
    result.blur = [g.uniform(0.3, 0.6), g.uniform(0.4, 1.2), 0.1]
    result.artefacts["distortion"] = Rate(1, 0.1, 0.9)
    result.artefacts["dropOut"] = Rate(0.8, 0.1, 0.6)
    return result
  }

  /// Strengths for one scan.
  func drawArtefacts(_ g: inout Generator) -> Artefacts {
    var result = Artefacts.none
    // What these draw changes nothing that is drawn later.
    var copy = g
    var aside = Generator(seed: copy.next(), stream: 1)
    // All names, whether listed or not: what one artefact draws does not change the next.
    for (name, path) in Artefacts.all {
      let isAside = path == \.inflow || path == \.slabEnds || path == \.quotient
      let (dice, share) = isAside ? (aside.uniform(0, 1), aside.uniform(0, 1)) : (g.uniform(0, 1), g.uniform(0, 1))
      guard let rate = artefacts[name], dice < rate.probability else { continue }
      result[keyPath: path] = rate.strength.from + share * (rate.strength.to - rate.strength.from)
    }
    return result
  }
}

extension Acquisition {
  /// A scan by the Spine Generic protocol.
  ///
  /// - Parameters:
  ///   - neck: Whom to scan. One person's scans are all made on one scanner.
  ///   - settings: Protocols, scanners.
  ///   - generator: Source of the operator's freedom.
  public static func standard(
    _ contrast: Contrast, for neck: Neck, settings: SimulationSettings = .standard, generator g: inout Generator
  ) -> Acquisition {
    let plan = settings.protocols[contrast.rawValue] ?? .standard(contrast)
    var person = Generator(seed: neck.body.texture, stream: 1)
    let manufacturer = Manufacturer.drawn(&person)
    let strength = settings.fieldStrengths[Int(person.uniform(0, Double(settings.fieldStrengths.count)))]
    let section = neck.cord.section(at: neck.discs[plan.disc - 1] + g.normal(0, plan.offset))
    // Axial slices follow the cord; sagittal slabs stay upright.
    let tilt = plan.plane == .axial ? Self.tilt(section) : 0
    let angles = SIMD3(tilt + g.normal(0, 1.4 * plan.obliqueness), g.normal(0, plan.obliqueness), g.normal(0, plan.obliqueness))
    let off = SIMD3(g.normal(0, 3), plan.front + g.normal(0, plan.frontOffset), 0)
    let slices = plan.slicewise ? plan.matrix[plan.plane == .axial ? 2 : 0] : 0
    let motion = Motion.drawn(
      pivot: section.center, shift: plan.shift, turn: plan.turn, slices: slices, jump: plan.jump, generator: &g)
    var grid = grid(
      shape: SIMD3(plan.matrix), spacing: SIMD3(plan.spacing), center: motion.seriesFromPerson(section.center) + off, angles: angles)
    // The frequency is encoded along x, the phase along y: from front to back, but from side to side where swallowing would
    // otherwise smear over an axial cord; echo-planar images, which alone are bent, have the short side of a small field of view as phase.
    let isEchoPlanar = (plan.artefacts["distortion"]?.probability ?? 0) > 0
    let axes = plan.plane == .sagittal ? "IPR" : isEchoPlanar ? "RAS" : "ARS"
    grid = grid.reoriented(to: Orientation(towards: axes)!)
    return Acquisition(
      contrast: contrast,
      sequence: .published(contrast, manufacturer: manufacturer, fieldStrength: strength).scaled(by: plan.sequence), grid: grid,
      signalToNoise: plan.signalToNoise.drawn(&g) * strength / 3, coil: plan.coil.drawn(&g), bias: plan.bias.drawn(&g),
      blur: SIMD3(plan.blur), stored: Orientation(towards: "LAS")!, motion: motion,
      profile: SliceProfile(thickness: plan.thickness, flank: plan.flank), artefacts: plan.drawArtefacts(&g), seed: g.next())
  }
}
