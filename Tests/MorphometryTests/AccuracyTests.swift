import Foundation
import Numerics
import Testing
import Volumes

@testable import Morphometry

/// What a reference measurement must reach, on soft masks of a cord 8 mm deep and 13 mm wide.
struct AccuracyTests {
  /// Slices that hold the whole cord.
  private func whole(_ measurements: CordMeasurements) -> [CrossSection] {
    measurements.filter { $0.flags.isDisjoint(with: [.cutAtSide, .endOfImage]) }.compactMap(\.section)
  }

  @Test func untiltedAtRandomPhases() throws {
    var generator = Generator(seed: 3)
    var (worst, ap, rl) = (0.0, 0.0, 0.0)
    for _ in 0..<100 {
      let point = SIMD3(generator.uniform(-0.5, 0.5), generator.uniform(-0.5, 0.5), 0)
      let mask = Phantom.cylinder(on: Phantom.grid([20, 14, 5], spacing: [1, 1, 1]), through: point, direction: [0, 0, 1], fineness: 8)
      for section in whole(try Morphometry.measure(mask: mask)) {
        worst = max(worst, abs(section.area / Phantom.area - 1))
        ap = max(ap, abs(section.apDiameter - 8), abs(section[.apDiameterEllipse]!.value - 8))
        rl = max(rl, abs(section.rlDiameter - 13), abs(section[.rlDiameterEllipse]!.value - 13))
      }
    }
    print("untilted: worst area error \(worst * 100) %, AP \(ap) mm, RL \(rl) mm")
    #expect(worst < 0.001)
    #expect(ap < 0.05 && rl < 0.05)
  }

  @Test func tiltedInAnyDirection() throws {
    var generator = Generator(seed: 4)
    var (worst, ap, rl) = (0.0, 0.0, 0.0)
    for spacing in [SIMD3(1.0, 1, 1), [0.5, 0.5, 5], [0.6, 0.8, 3], [0.8, 0.8, 0.8]] {
      for _ in 0..<6 {
        let (tilt, towards) = (generator.uniform(10, 45) * .pi / 180, generator.uniform(0, 2 * .pi))
        let direction = SIMD3(sin(tilt) * cos(towards), sin(tilt) * sin(towards), cos(tilt))
        let size = SIMD3(56, 50, 36) / spacing
        let grid = Phantom.grid([Int(size.x), Int(size.y), Int(size.z)], spacing: spacing)
        let point = SIMD3(generator.uniform(-0.5, 0.5), generator.uniform(-0.5, 0.5), 0)
        let mask = Phantom.cylinder(on: grid, through: point, direction: direction, fineness: 2)
        let sections = whole(try Morphometry.measure(mask: mask))
        #expect(sections.count >= 3)
        var here = SIMD3<Double>.zero
        for section in sections {
          here = pointwiseMax(here, SIMD3(abs(section.area / Phantom.area - 1), abs(section.apDiameter - 8), abs(section.rlDiameter - 13)))
        }
        (worst, ap, rl) = (max(worst, here.x), max(ap, here.y), max(rl, here.z))
      }
    }
    print("tilted: worst area error \(worst * 100) %, AP \(ap) mm, RL \(rl) mm")
    #expect(worst < 0.001)
    #expect(ap < 0.05 && rl < 0.05)
  }

  @Test func bentCord() throws {
    let grid = Phantom.grid([20, 40, 60], spacing: [1, 1, 1])
    let mask = Phantom.arc(on: grid, through: [0.2, -8.1, 0], radius: 60, fineness: 2)
    let areas = whole(try Morphometry.measure(mask: mask)).map { $0.area / Phantom.area - 1 }
    let spread = Spread(of: areas)
    let worst = areas.map(abs).max()!
    print("bent: SD \(spread.standardDeviation! * 100) %, worst \(worst * 100) %, mean \(spread.mean * 100) %, slices \(areas.count)")
    #expect(spread.standardDeviation! < 0.005 && worst < 0.01)
  }

  @Test func halfASliceIsHalfAnArea() throws {
    var mask = Phantom.cylinder(on: Phantom.grid([20, 14, 11], spacing: [1, 1, 1]), through: [0.2, 0.1, 0], direction: [0, 0, 1])
    let whole = try Morphometry.measure(mask: mask)
    for y in 0..<14 { for x in 0..<20 { mask[x, y, 5] *= 0.5 } }
    let half = try Morphometry.measure(mask: mask)
    let (a, b) = (try #require(whole[5].section).area, try #require(half[5].section).area)
    #expect(abs(b / a - 0.5) < 1e-4)
    #expect(half[5].flags.isSuperset(of: [.lowConfidence, .jump]) && whole[5].flags.isEmpty)
  }

  /// What fades is flagged though single voxels are sure; a small cord in large voxels, which has nothing inside but edges, is not.
  @Test func whatFadesIsFlagged() throws {
    let grid = Phantom.grid([20, 14, 11], spacing: [1, 1, 1])
    var mask = Phantom.cylinder(on: grid, through: [0.2, 0.1, 0], direction: [0, 0, 1])
    for y in 0..<14 { for x in 0..<20 where (x, y) != (10, 7) { mask[x, y, 5] *= 0.85 } }
    let fading = try Morphometry.measure(mask: mask)
    #expect(mask[10, 7, 5] == 1 && fading[5].flags == .lowConfidence && fading[4].flags.isEmpty)

    let coarse = Phantom.cylinder(
      on: Phantom.grid([9, 7, 11], spacing: [4, 4, 4]), through: [0.2, 0.1, 0], direction: [0, 0, 1])
    #expect(try Morphometry.measure(mask: coarse)[5].flags.isEmpty)
  }
}
