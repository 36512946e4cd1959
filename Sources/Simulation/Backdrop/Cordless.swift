import Foundation
import Numerics
import Volumes

/// A scan in which there is no spinal cord: limbs and joints, test objects, disorder, noise. A network that has seen nothing of the kind
/// finds a cord in everything that is long and round.
///
/// - Parameters:
///   - seed: The same seed gives the same scan.
///   - voxels: Largest number of voxels.
public func cordlessScan(seed: UInt64, voxels: Int = 400_000) -> Volume {
  var generator = Generator(seed: seed)
  return Cordless(generator: &generator).acquired(voxels: voxels, generator: &generator)
}

/// Something that is not a neck or a trunk, in world millimeters around the origin.
struct Cordless {
  /// Painted one over the other.
  private var solids: [Solid] = []
  /// Signals of an unordered mass in place of the solids, and how large its parts are, mm.
  private var disorder: (signals: [Float], size: Float)?
  /// Signal of what surrounds it.
  private var surroundings: Float = 0

  init(generator g: inout Generator) {
    switch g.uniform(0, 1) {
    case ..<0.45: addLimbs(&g)
    case ..<0.75: addTestObject(&g)
    case ..<0.92: addDisorder(&g)
    default: break  // noise alone
    }
    if g.chance(0.15) { surroundings = shade(&g) }
  }

  /// An arm or a leg, or both legs: skin, fat, muscles, one or two bones with marrow, vessels, perhaps a joint.
  private mutating func addLimbs(_ g: inout Generator) {
    let radius = Float(g.uniform(25, 80))
    let tissues = Tissues(&g)
    let pair = g.chance(0.25)
    for side in pair ? [Float(-1), 1] : [0] {
      // Both legs are drawn from the same numbers: a pair is alike.
      var own = g
      addLimb(at: [side * radius * 1.15, 0, 0], radius: radius, tissues, &own)
      if side != -1 { g = own }
    }
  }

  private struct Tissues {
    let skin, fat, muscle, cortex, marrow, vessel, joint: Float

    init(_ g: inout Generator) {
      // As scans show them in half of the cases: dark cortex, bright fat and marrow.
      let usual = g.chance(0.5)
      func tone(_ low: Double, _ high: Double) -> Float { usual ? Float(g.uniform(low, high)) : shade(&g) }
      (skin, fat, muscle) = (tone(0.3, 0.7), tone(0.6, 1), tone(0.15, 0.5))
      (cortex, marrow) = (tone(0.02, 0.1), tone(0.5, 1))
      (vessel, joint) = (tone(0.02, 1), tone(0.4, 1))
    }
  }

  private mutating func addLimb(at middle: SIMD3<Float>, radius: Float, _ tissues: Tissues, _ g: inout Generator) {
    let flat = Float(g.uniform(0.75, 1.3))
    let long: Float = 400
    let outer = Solid(shape: .cylinder, center: middle, half: [radius, radius * flat, long], signal: tissues.skin)
    let fat = Float(g.uniform(2, 0.35 * Double(radius)))
    solids += [outer, outer.grown(by: -1.5, signal: tissues.fat), outer.grown(by: -1.5 - fat, signal: tissues.muscle)]
    let room = radius - fat - 2
    func within(_ share: Double) -> SIMD3<Float> {
      let (angle, far) = (g.uniform(0, 2 * .pi), g.uniform(0, share) * Double(room))
      return middle + [Float(far * cos(angle)), Float(far * sin(angle)) * flat, 0]
    }
    // Muscles are parted by thin fat.
    for _ in 0..<Int(g.uniform(0, 8)) {
      let size = Float(g.uniform(0.2, 0.5)) * room
      let muscle = Solid(
        shape: .cylinder, center: within(0.7), half: [size, size * Float(g.uniform(0.5, 1.6)), long], axes: leaning(0.15, &g),
        signal: tissues.muscle * Float(exp(g.normal(0, 0.1))))
      solids += [muscle.grown(by: 0.8, signal: tissues.fat), muscle]
    }
    for _ in 0..<Int(g.uniform(1, 7)) {
      let size = Float(g.uniform(0.8, 4))
      solids.append(
        Solid(
          shape: .cylinder, center: within(0.95), half: [size, size, long], axes: leaning(0.1, &g),
          signal: g.chance(0.5) ? tissues.vessel : shade(&g)))
    }
    for _ in 0..<(g.chance(0.5) ? 1 : 2) {
      let size = Float(g.uniform(0.1, 0.32)) * radius
      addBone(
        Solid(shape: .cylinder, center: within(0.45), half: [size, size * Float(g.uniform(0.8, 1.25)), long], signal: 0), tissues, &g)
    }
    guard g.chance(0.4) else { return }
    let (wide, high) = (Float(g.uniform(0.35, 0.7)) * radius, Float(g.uniform(0.3, 0.8)) * radius)
    for sign in [Float(-1), 1] {
      addBone(
        Solid(shape: .ellipsoid, center: middle + [0, 0, sign * high], half: [wide, wide * flat, high * 0.97], signal: 0), tissues, &g)
    }
    solids.append(
      Solid(shape: .cylinder, center: middle, half: [wide * 0.9, wide * flat * 0.9, Float(g.uniform(0.7, 3))], signal: tissues.joint))
  }

  private mutating func addBone(_ bone: Solid, _ tissues: Tissues, _ g: inout Generator) {
    let cortex = Float(g.uniform(0.08, 0.4)) * min(bone.half.x, bone.half.y)
    solids += [bone.grown(by: 0, signal: tissues.cortex), bone.grown(by: -cortex, signal: tissues.marrow)]
  }

  /// A vessel of glass or plastic with fluid, and things in it.
  private mutating func addTestObject(_ g: inout Generator) {
    let shapes: [Solid.Shape] = [.cylinder, .ellipsoid, .box]
    let half = SIMD3<Float>(Float(g.uniform(20, 100)), Float(g.uniform(20, 100)), Float(g.uniform(20, 120)))
    let round = g.chance(0.6) ? SIMD3(half.x, half.x, half.z) : half
    let container = Solid(
      shape: shapes[Int(g.uniform(0, 3))], center: .zero, half: round, axes: leaning(g.chance(0.5) ? 0 : 0.4, &g), signal: shade(&g))
    if g.chance(0.4) { solids.append(container.grown(by: Float(g.uniform(1, 6)), signal: shade(&g))) }
    solids.append(container)
    let parallel = g.chance(0.7)
    let alike = g.chance(0.5) ? shade(&g) : nil
    for _ in 0..<Int(g.uniform(0, 13)) {
      let size = Float(exp(g.uniform(log(1.5), log(0.5 * Double(round.min())))))
      let place = SIMD3<Float>(Float(g.uniform(-0.8, 0.8)), Float(g.uniform(-0.8, 0.8)), Float(g.uniform(-0.8, 0.8))) * round
      let rod = g.chance(0.6)
      let insert = Solid(
        shape: rod ? .cylinder : shapes[Int(g.uniform(0, 3))], center: place,
        half: [size, size * Float(g.uniform(0.8, 1.25)), rod ? round.z * Float(g.uniform(0.3, 1.2)) : size],
        axes: parallel ? container.axes : leaning(1, &g), signal: alike ?? shade(&g))
      if g.chance(0.2) { solids.append(insert.grown(by: Float(g.uniform(0.8, 4)), signal: shade(&g))) }
      solids.append(insert)
    }
  }

  /// Islands of any shape, as organs cut at random.
  private mutating func addDisorder(_ g: inout Generator) {
    disorder = ((0..<Int(g.uniform(2, 9))).map { _ in shade(&g) }, Float(exp(g.uniform(log(4), log(60)))))
  }

  /// Its image by a scanner of any kind.
  func acquired(voxels: Int, generator g: inout Generator) -> Volume {
    let grid = Acquisition.anyGrid(voxels: voxels, turned: disorder == nil ? 25 : 180, generator: &g)
    var image = Volume(repeating: surroundings, grid: grid)
    let bias = Bias(strength: g.chance(0.6) ? g.uniform(0, 0.7) : 0, generator: &g)
    let (texture, rough, grain) = (Texture(generator: &g), Float(g.chance(0.5) ? g.uniform(0, 0.25) : 0), Float(g.uniform(2, 12)))
    let plane = grid.shape.x * grid.shape.y
    // Partial volume is that of a cube of the same content.
    let width = Float(cbrt(grid.spacing.x * grid.spacing.y * grid.spacing.z))
    let noise = Float(exp(g.uniform(log(1.0 / 60), log(1.0 / 4))))
    let seed = g.next()
    // Each slice draws its noise from its own stream.
    parallelFor(parts: plane, of: &image.voxels) { z, out in
      texture.withSampler { sampler in
        var grainy = Generator(seed: seed, stream: UInt64(z))
        for i in out.indices {
          let p = SIMD3<Float>(grid.world(SIMD3(Double(i % grid.shape.x), Double(i / grid.shape.x), Double(z))))
          var signal = out[i]
          if let disorder {
            let q = p / disorder.size
            let level = (sampler(q.x, q.y, q.z) + 0.5 * sampler(2 * q.x + 9, 2 * q.y + 5, 2 * q.z + 3) + 0.8) / 1.6
            let count = disorder.signals.count
            signal = disorder.signals[min(max(Int(level * Float(count)), 0), count - 1)]
          }
          for solid in solids {
            let share = solid.occupancy(at: p, width: width)
            if share > 0 { signal += share * (solid.signal - signal) }
          }
          let q = p / grain
          signal *= (1 + rough * sampler(q.x, q.y, q.z)) * bias(p)
          let (a, b) = grainy.normalPair()
          let (real, imaginary) = (signal + noise * a, noise * b)
          out[i] = (real * real + imaginary * imaginary).squareRoot()
        }
      }
    }
    // From sharp to smoothed, noise and all.
    let smooth = g.chance(0.2) ? g.uniform(1, 5) : g.uniform(0, 0.8)
    image.blur(sd: SIMD3(repeating: smooth) * SIMD3(1, 1, 0.6))
    return image.reoriented(to: Acquisition.anyOrientation(&g))
  }
}

/// Any brightness.
private func shade(_ g: inout Generator) -> Float { Float(g.uniform(0.02, 1)) }

/// Axes that lean by a random angle, radians SD.
private func leaning(_ angle: Double, _ g: inout Generator) -> (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>) {
  let turn = Affine.rotation(degrees: SIMD3(g.normal(0, angle), g.normal(0, angle), g.normal(0, angle)) * (180 / .pi))
  return (SIMD3<Float>(turn.x), SIMD3<Float>(turn.y), SIMD3<Float>(turn.z))
}
