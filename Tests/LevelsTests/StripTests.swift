import Foundation
import Morphometry
import Numerics
import Simulation
import Testing
import Volumes

@testable import Levels

/// A tilted cord of 8 mm in a scan whose voxels say how high they lie.
private func tilted() throws -> (scan: Volume, axis: CordAxis, direction: SIMD3<Double>) {
  let grid = Grid(shape: [40, 90, 120], affine: Affine(spacing: [1, 1, 1], origin: [-20, -45, -60]))
  let direction = SIMD3<Double>(0.1, 0.3, 1).normalized
  var (scan, mask) = (Volume(repeating: 0, grid: grid), Volume(repeating: 0, grid: grid))
  for offset in mask.voxels.indices {
    let index = SIMD3(Double(offset % 40), Double(offset / 40 % 90), Double(offset / 3600))
    let point = grid.world(index)
    scan.voxels[offset] = Float(point.dot(direction))
    let away = point - direction * point.dot(direction)
    mask.voxels[offset] = abs(point.z) < 30 ? Float(min(max(4.5 - away.length, 0), 1)) : 0
  }
  return (scan, CordAxis(try Centerline(of: mask)), direction)
}

@Test("Rows of a strip are a millimeter of the cord each, and go on beyond it as far as the field of view")
func rowsFollowTheCord() throws {
  let (scan, axis, _) = try tilted()
  let strip = SpineStrip(scan, along: axis)
  #expect(strip.rows > 80)
  let cell = 20
  let column = (0..<strip.rows).map { strip.values[(strip.rows + $0) * SpineStrip.cells + cell] }
  for (upper, lower) in zip(column, column.dropFirst()) where !upper.isNaN && !lower.isNaN { #expect(abs(upper - lower - 1) < 0.02) }
}

@Test("A point's row and cell are where the strip shows it")
func positions() throws {
  let (scan, axis, direction) = try tilted()
  let strip = SpineStrip(scan, along: axis)
  for (place, front) in [(10.0, 0.0), (35, 9), (50, 20)] {
    let frame = SpineStrip.frame(of: axis, at: place)
    let point = frame.center + frame.front * front
    let (row, cell) = strip.position(of: point, along: axis)
    #expect(abs(row - (place - strip.firstPlace)) < 0.05 && abs(cell - (front - SpineStrip.back - 0.5)) < 0.1)
    let shown = strip.values[(strip.rows + Int(row.rounded())) * SpineStrip.cells + Int(cell.rounded())]
    #expect(abs(Double(shown) - point.dot(direction)) < 0.8)
  }
}

@Test("Standardized strips do not depend on the scan's units, and are 0 outside of the field of view")
func standardization() throws {
  let (scan, axis, _) = try tilted()
  let (plain, other) = (SpineStrip(scan, along: axis).standardized, SpineStrip(scan.map { 700 * $0 + 3000 }, along: axis).standardized)
  #expect(zip(plain, other).allSatisfy { abs($0 - $1) < 1e-3 })
  let strip = SpineStrip(scan, along: axis)
  for offset in strip.values.indices where strip.values[offset].isNaN { #expect(plain[offset] == 0) }
}

@Test("Marks of another scan are found where the person moved to")
func movedMarks() throws {
  let (scan, axis, direction) = try tilted()
  let strip = SpineStrip(scan, along: axis)
  let outputs = (0..<strip.rows).map { row -> [Float] in
    let isDisc = row == 30 || row == 48
    return [-9, isDisc ? 6 : -9] + LevelEvidence.parts.map { $0 == (row < 30 ? 2 : row < 48 ? 3 : 4) ? 6 : 0 }
  }
  let levels = CordLevels(
    [LevelEvidence(outputs: outputs, edge: outputs.map { _ in 8 })], of: strip, along: axis, trust: LevelTrust())
  #expect(Set(levels.discs.map(\.number)).isSuperset(of: [3, 4]))
  let moved = CordLevels(levels, along: axis) { $0 + direction * 5 }
  for number in [3, 4] {
    let (before, after) = try (#require(levels.discs.first { $0.number == number }), #require(moved.discs.first { $0.number == number }))
    #expect(abs(before.place - 5 - after.place) < 0.1)
    #expect(after.interval.upperBound - after.interval.lowerBound > before.interval.upperBound - before.interval.lowerBound)
  }
}

@Test("Worn discs change what lies around the canal, not cord and canal; the junction lies above C1")
func wornPeople() {
  for seed in 0..<20 {
    var generator = Generator(seed: UInt64(seed))
    let neck = Neck(generator: &generator)
    let worn = neck.worn
    #expect(neck.discs == worn.discs && neck.trueArea(level: 3) == worn.trueArea(level: 3))
    #expect(neck.junction < Neck.top && neck.junctionPosition.z > neck.discPosition(1).z)
    for disc in 3...8 { #expect((neck.discEdge(disc) - neck.discPosition(disc)).length < 16) }
  }
}

@Test("Other contrasts keep where the field of view is, and the order of intensities or its reverse")
func otherContrasts() throws {
  let (scan, axis, _) = try tilted()
  let strip = SpineStrip(scan, along: axis)
  let others = strip.otherContrasts
  #expect(others.count == 3)
  let (low, high) = (strip.values.filter { !$0.isNaN }.min()!, strip.values.filter { !$0.isNaN }.max()!)
  let (darkest, brightest) = (try #require(strip.values.firstIndex(of: low)), try #require(strip.values.firstIndex(of: high)))
  for (other, isReversed) in zip(others, [false, false, true]) {
    #expect(other.rows == strip.rows && zip(other.values, strip.values).allSatisfy { $0.isNaN == $1.isNaN })
    #expect(other.values[darkest] == (isReversed ? 1 : 0) && other.values[brightest] == (isReversed ? 0 : 1))
  }
  #expect(SpineStrip(firstPlace: 0, values: strip.values.map { _ in 3 }).otherContrasts.isEmpty)
}
