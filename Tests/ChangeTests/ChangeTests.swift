import Foundation
import Morphometry
import Testing
import Volumes

@testable import Change

/// A soft mask of an upright cylinder, exact to a hundredth of a voxel.
private func cylinder(radius: Double, slices: Int = 60, middle: SIMD2<Double> = [15.3, 14.8]) -> Volume {
  var volume = Volume(repeating: 0, grid: Grid(shape: [30, 30, slices], affine: Affine(spacing: .one, origin: .zero)))
  for y in 0..<30 {
    for x in 0..<30 {
      var inside = 0
      for i in 0..<80 {
        for j in 0..<80 {
          let place = SIMD2(Double(x) + (Double(i) + 0.5) / 80 - 0.5, Double(y) + (Double(j) + 0.5) / 80 - 0.5) - middle
          if (place * place).sum() <= radius * radius { inside += 1 }
        }
      }
      for z in 0..<slices { volume[x, y, z] = Float(inside) / 6400 }
    }
  }
  return volume
}

private func visit(
  _ name: String, _ mask: Volume, discs: [(number: Int, place: Double, error: Double)] = [], years: Double? = nil, contrast: String? = "T2w"
) throws -> ChangeVisit {
  ChangeVisit(name: name, measurements: try Morphometry.measure(mask: mask), discs: discs, years: years, contrast: contrast)
}

@Suite struct ChangeTests {
  @Test("The change of cylinders is exact, per year where dates are known")
  func phantoms() throws {
    let (before, now) = (cylinder(radius: 5), cylinder(radius: 5 * 0.98.squareRoot(), middle: [14.6, 15.1]))
    let cord = try CommonCord([try visit("a", before, years: 1), try visit("b", now, years: 3)]) { _, _ in 0 }
    let piece = try #require(CordChange(cord).pieces.first)
    #expect(abs(piece.percent.value + 2) < 0.05)
    #expect(abs(piece.area.value + 0.02 * 25 * .pi) < 0.05)
    #expect(abs(try #require(piece.yearly).value + 1) < 0.03)
    #expect(piece.percent.interval!.contains(-2))
    #expect(try CordChange(CommonCord([visit("a", before), visit("b", now)]) { _, _ in 0 }).pieces[0].yearly == nil)
  }

  @Test("The same scan twice has not changed")
  func same() throws {
    let mask = cylinder(radius: 4.7)
    let cord = try CommonCord([try visit("a", mask), try visit("b", mask)]) { _, _ in 0 }
    #expect(try CordChange(cord).pieces[0].percent.value == 0)
  }

  @Test("Swapped visits give minus the change")
  func swapped() throws {
    let discs = [(2, 10.0, 0.5), (3, 25.0, 0.5), (4, 40.0, 0.5)].map { (number: $0.0, place: $0.1, error: $0.2) }
    let moved = discs.map { (number: $0.number, place: $0.place + 3.5, error: $0.error) }
    let (a, b) = (try visit("a", cylinder(radius: 5), discs: discs), try visit("b", cylinder(radius: 4.9, slices: 66), discs: moved))
    let there = try CordChange(CommonCord([a, b]) { _, _ in 3 }, vertebrae: 2...3)
    let back = try CordChange(CommonCord([b, a]) { _, _ in -3 }, vertebrae: 2...3)
    #expect(there.pieces.map(\.region) == ["C2:C3", "C2", "C3"])
    for (forth, back) in zip(there.pieces, back.pieces) {
      #expect(abs(log(1 + forth.percent.value / 100) + log(1 + back.percent.value / 100)) < 1e-12)
      #expect(abs(forth.area.value + back.area.value) < 1e-9)
      #expect(forth.length == back.length)
    }
  }

  @Test("What is not known has no number")
  func unknown() throws {
    let (a, b) = (try visit("a", cylinder(radius: 5)), try visit("b", cylinder(radius: 5)))
    #expect(throws: ChangeError.self) { try CommonCord([a, b]) { _, _ in 55 } }
    #expect(throws: ChangeError.fewVisits(found: 1)) { try CommonCord([a]) { _, _ in 0 } }
    #expect(throws: ChangeError.noLevels(name: "C2:C3")) { try CordChange(CommonCord([a, b]) { _, _ in 0 }, vertebrae: 2...3) }
    let (c, d) = (
      try visit("c", cylinder(radius: 5), discs: [(2, 10, 0.5), (3, 25, 0.5)]),
      try visit("d", cylinder(radius: 5), discs: [(3, 10, 0.5), (4, 25, 0.5)])
    )
    #expect(throws: ChangeError.otherLevels(first: "d", second: "c", disc: 3, apart: 15)) { try CommonCord([c, d]) { _, _ in 0 } }
  }

  @Test("Another contrast is said, and widens the interval")
  func contrasts() throws {
    let mask = cylinder(radius: 5)
    let same = try CordChange(CommonCord([visit("a", mask), visit("b", mask)]) { _, _ in 0 }).pieces[0]
    let other = try CordChange(CommonCord([visit("a", mask), visit("b", mask, contrast: "T1w")]) { _, _ in 0 }).pieces[0]
    #expect(!same.flags.contains("other_contrast") && other.flags.contains("other_contrast"))
    #expect(other.percent.standardError! > 1.5 * same.percent.standardError!)
  }
}
