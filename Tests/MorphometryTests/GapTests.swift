import Foundation
import Numerics
import Testing
import Volumes

@testable import Morphometry

/// A band without signal, as metal or the gap between two slabs makes it: one cord in several pieces.
struct GapTests {
  /// 200 mm of a cord that bends with a radius of 200 mm, 1 mm.
  static let cord = Phantom.arc(on: Phantom.grid([24, 60, 200], spacing: [1, 1, 1]), through: [0.2, -8.1, 0], radius: 200)

  private func without(_ bands: [Range<Int>], in mask: Volume = cord) -> Volume {
    var result = mask
    let size = mask.grid.shape.x * mask.grid.shape.y
    for band in bands { for offset in band.lowerBound * size..<band.upperBound * size { result.voxels[offset] = 0 } }
    return result
  }

  @Test(arguments: [[90..<92], [80..<120], [40..<100], [20..<60, 120..<160], [60..<140]])
  func allPiecesAreMeasured(bands: [Range<Int>]) throws {
    let found = try Morphometry.measure(mask: without(bands))
    let held = found.filter { $0.section != nil }.map(\.slice)
    #expect(held == (0..<200).filter { slice in !bands.contains { $0.contains(slice) } })
    for measurement in found {
      guard let section = measurement.section, !measurement.flags.contains(.cutAtSide) else { continue }
      #expect(abs(section.area / Phantom.area - 1) < CylinderTests.bendTolerance, "slice \(measurement.slice)")
    }
    let beside = bands.flatMap { [$0.lowerBound - 1, $0.upperBound] }
    #expect(found.filter { $0.flags.contains(.gap) }.map(\.slice) == beside)
    #expect(found.leftOut.isEmpty && found.pieces.count == bands.count + 1)
    // A row over the gap says so, one beside it does not.
    let across = try #require(found.summary(over: bands[0].lowerBound - 5...bands[0].upperBound + 4))
    #expect(across.flags.isSuperset(of: [.gap, .incomplete]) && across.slices.count == 10)
    #expect(
      try #require(found.summary(over: bands[0].lowerBound - 5...bands[0].lowerBound - 1)).flags.isDisjoint(with: [.gap, .incomplete]))
  }

  /// Discs on both sides of the gap: every level that the cord fills is measured; the one with a border in the gap as far as the cord goes.
  @Test func levelsOnBothSidesAreMeasured() throws {
    let found = try Morphometry.measure(mask: without([80..<120]))
    let axis = CordAxis(found.centerline)
    let discs = [190, 150, 110, 70, 30].enumerated().map { (number: $0 + 2, place: axis.place(atSlice: Double($1))) }
    let map = LevelMap(discs: discs, openEnds: 0...axis.extent.upperBound, tolerance: 1)
    for (level, slices) in [(2, 150..<190), (3, 120..<150), (4, 70..<80), (5, 30..<70)] {
      let piece = try #require(map.piece(ofLevels: level...level, within: axis.extent))
      let summary = try #require(found.summary(of: piece.places, on: axis))
      #expect(abs(summary.slices.count - slices.count) <= 1)
      #expect(abs(summary.area.mean / Phantom.area - 1) < CylinderTests.bendTolerance)
      #expect(summary.flags.contains(.incomplete) == [3, 4].contains(level))
    }
  }

  @Test func somethingElseBeyondAGapIsLeftOutAndNamed() throws {
    var mask = without([100..<200])
    // 60 mm to the side of where the cord would go on, and a flat plate where it would.
    for z in 150..<170 { for y in 50..<58 { for x in 0..<3 { mask[x, y, z] = 1 } } }
    let found = try Morphometry.measure(mask: mask)
    #expect(found.filter { $0.section != nil }.map(\.slice) == Array(0..<100))
    let object = try #require(found.leftOut.first)
    #expect(found.leftOut.count == 1 && object.slices == 150...169 && object.volume == 480)
  }
}

/// Faint values around the cord.
struct HazeTests {
  static let grid = Phantom.grid([60, 60, 40], spacing: [1, 1, 1])
  static let cord = Phantom.cylinder(on: grid, through: [0.2, 0.1, 0], direction: Phantom.direction(ap: 10, rl: 5))

  /// What a haze may change: cord's voxels below it are not counted, or those at the edge have it added.
  private static let tolerance = 0.008

  @Test(arguments: [0.005, 0.02, 0.05]) func isNotCounted(value: Float) throws {
    let clean = try Morphometry.measure(mask: Self.cord)
    for hazy in [Self.cord.map { max($0, value) }, Self.cord.map { $0 + value * (1 - $0) }] {
      let found = try Morphometry.measure(mask: hazy)
      for (a, b) in zip(clean, found) {
        let (a, b) = (try #require(a.section), try #require(b.section))
        #expect(abs(b.area / a.area - 1) < (value > 0.02 ? 2 : 1) * Self.tolerance)
      }
      // Below 1 % nothing counts anyway.
      #expect(found.allSatisfy { $0.flags.contains(.haze) } == (value > 0.01))
      #expect((found.haze != nil) == (value > 0.01))
    }
  }

  @Test func noiseIsNotCounted() throws {
    let clean = try Morphometry.measure(mask: Self.cord)
    var generator = Generator(seed: 5)
    let hazy = Self.cord.map { max($0, Float(generator.uniform(0, 0.05))) }
    let found = try Morphometry.measure(mask: hazy)
    for (a, b) in zip(clean, found) { #expect(abs(try #require(b.section).area / (try #require(a.section).area) - 1) < 2 * Self.tolerance) }
  }

  @Test func aCleanMaskHasNone() throws {
    #expect(try Morphometry.measure(mask: Self.cord).allSatisfy { !$0.flags.contains(.haze) })
    // Half of the mask's values, or the mask as eight bits, change nothing.
    let eight = Self.cord.map { ($0 * 255).rounded() / 255 }
    #expect(try Morphometry.measure(mask: eight).haze == nil)
  }
}

/// Masks that are binary but for a few voxels.
struct NearlyBinaryTests {
  private func width(_ mask: Volume) throws -> Double {
    let area = try #require(Morphometry.measure(mask: mask)[20].section?[.area])
    return try #require(area.standardError)
  }

  @Test func oneVoxelDoesNotMakeAMaskSoft() throws {
    let binary = HazeTests.cord.binarized(above: 0.5)
    let expected = try width(binary)
    for value in [Float(0.9999), 0.5, 0.02] {
      var mask = binary
      mask[30, 30, 12] = value
      #expect(abs(try width(mask) / expected - 1) < 0.02)
    }
    // 254 of 255 for all, and single precision's last digits.
    #expect(abs(try width(binary.map { $0 * 254 / 255 }) / expected - 1) < 0.02)
    #expect(abs(try width(binary.map { $0 > 0 ? $0 - Float.ulpOfOne * 3 : 0 }) / expected - 1) < 0.02)
    #expect(try width(HazeTests.cord) < 0.7 * expected)
  }
}
