import Foundation
import Testing
import Volumes

@testable import Morphometry

/// Masks that are no plain cord: a clear error or a flagged slice, never a silent number.
struct BadInputTests {
  static let grid = Phantom.grid([26, 22, 24], spacing: [1, 1, 1])
  static let cord = Phantom.cylinder(on: grid, through: [0.2, 0.1, 0], direction: [0, 0, 1])

  private func clearing(_ mask: Volume, _ slices: Range<Int>, x: Range<Int> = 0..<26) -> Volume {
    var result = mask
    for z in slices { for y in 0..<22 { for x in x { result[x, y, z] = 0 } } }
    return result
  }

  @Test func oneSliceIsMeasuredWithoutADirection() throws {
    let mask = clearing(clearing(Self.cord, 0..<10), 11..<24)
    let found = try Morphometry.measure(mask: mask)
    #expect(found.compactMap(\.section).count == 1)
    let section = try #require(found[10].section)
    #expect(abs(section.area / Phantom.area - 1) < 0.002 && abs(section.apAngle) < 1e-9)
    #expect(found[10].flags.isSuperset(of: [.noDirection, .endOfCord]))
    #expect(try #require(found.summary()).flags.contains(.noDirection))
  }

  @Test func aStraightImageOfOneSlice() throws {
    let grid = Phantom.grid([26, 22, 1], spacing: [1, 1, 3])
    let found = try Morphometry.measure(mask: Phantom.cylinder(on: grid, through: [0.2, 0.1, 0], direction: [0, 0, 1]))
    #expect(found.count == 1 && found[0].flags.isSuperset(of: [.noDirection, .endOfImage]))
    #expect(abs(try #require(found[0].section).area / Phantom.area - 1) < 0.002)
  }

  @Test func endsInsideTheImageAreFlagged() throws {
    let found = try Morphometry.measure(mask: clearing(clearing(Self.cord, 0..<5), 20..<24))
    #expect(found.filter { $0.flags.contains(.endOfCord) }.map(\.slice) == [5, 19])
    #expect(found.filter { $0.section != nil }.map(\.slice) == Array(5..<20))
    let summary = try #require(found.summary(over: 2...8))
    #expect(summary.flags.contains(.incomplete) && summary.slices == [5, 6, 7, 8])
  }

  @Test func aForkIsFlagged() throws {
    // A cleft of two voxels divides the cord.
    let found = try Morphometry.measure(mask: clearing(Self.cord, 8..<14, x: 12..<14))
    #expect(found.filter { $0.flags.contains(.fork) }.map(\.slice) == Array(8..<14))
  }

  @Test func aSecondObjectIsLeftOutAndFlagged() throws {
    let clean = try Morphometry.measure(mask: Self.cord)
    var mask = Self.cord
    for z in 9..<12 { for y in 0..<3 { for x in 22..<26 { mask[x, y, z] = 1 } } }
    let found = try Morphometry.measure(mask: mask)
    #expect(found.map(\.section) == clean.map(\.section))
    #expect(found.filter { $0.flags.contains(.otherObject) }.map(\.slice) == [9, 10, 11])
  }

  /// 52° to the head: the cord is nearer to another axis, and is cut along that.
  @Test func aSteepCordIsCutAcross() throws {
    let grid = Phantom.grid([26, 70, 60], spacing: [1, 1, 1])
    let mask = Phantom.cylinder(on: grid, through: .zero, direction: Phantom.direction(ap: 52, rl: 0))
    let found = try Morphometry.measure(mask: mask)
    let sections = found.filter { $0.flags.isDisjoint(with: [.cutAtSide, .endOfImage]) }.compactMap(\.section)
    #expect(sections.count > 20 && sections.allSatisfy { abs($0.area / Phantom.area - 1) < 0.01 })
    #expect(found.allSatisfy { !$0.flags.contains(.steep) })
  }

  @Test func anImageOfAnotherGridIsRefused() {
    let image = Volume(repeating: 1, grid: Phantom.grid([5, 5, 5], spacing: [1, 1, 1]))
    #expect(throws: MorphometryError.self) { try Morphometry.measure(mask: Self.cord, image: image) }
  }

  @Test func oneBadVoxelIsRefused() {
    var mask = Self.cord
    mask[3, 3, 3] = .nan
    #expect(throws: MorphometryError.self) { try Morphometry.measure(mask: mask) }
    mask[3, 3, 3] = 1.2
    #expect(throws: MorphometryError.self) { try Morphometry.measure(mask: mask) }
    mask[3, 3, 3] = -0.2
    #expect(throws: MorphometryError.self) { try Morphometry.measure(mask: mask) }
  }
}
