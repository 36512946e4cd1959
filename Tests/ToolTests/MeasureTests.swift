import Foundation
import NIfTI
import Simulation
import Testing
import Volumes

/// Where the cord is measured: levels, slices, and distances from the pontomedullary junction.
@Suite struct MeasurePlaceTests {
  /// Areas of levels: half a voxel of a label moves a border by 0.4 mm, which changes a mean by 0.2 % where the area changes fastest.
  static let areaTolerance = 0.005
  static let cord = MeasuredCord.whole

  /// Writes a mask and labels, runs the tool and reads its table.
  func measure(_ volumes: [String: Volume], _ arguments: String...) throws -> WrittenTable {
    try withTemporaryFolder { folder in
      for (name, volume) in volumes { try NIfTI.write(volume, to: "\(folder)/\(name).nii.gz") }
      let result = try Tool.run(arguments: ["measure"] + arguments, in: folder)
      #expect(result.status == 0, "\(result.error)")
      return WrittenTable(result.output)
    }
  }

  func expectTrueAreas(_ table: WrittenTable, _ levels: ClosedRange<Int>) {
    #expect(table.texts("level") == levels.map(String.init))
    for (level, area) in zip(levels, table.numbers("csa_mm2")) {
      let truth = Self.cord.neck.trueArea(level: level)
      #expect(abs((area ?? 0) / truth - 1) < Self.areaTolerance, "level \(level): \(area ?? 0), true \(truth)")
    }
    #expect(!table.texts("flags").contains { $0.contains("incomplete") })
  }

  @Test func discsOnAnotherGridGiveTheTrueAreaOfEachLevel() throws {
    let table = try measure(
      ["mask": Self.cord.mask, "discs": Self.cord.discs()], "mask.nii.gz", "--discs", "discs.nii.gz", "--per", "level", "--vertebrae",
      "C1:T1")
    expectTrueAreas(table, 1...8)
    #expect(table.texts("method").allSatisfy { $0 == "exact" })
  }

  @Test func aMaskOfLevelsGivesTheSame() throws {
    let table = try measure(
      ["mask": Self.cord.mask, "levels": Self.cord.levelMask()], "mask.nii.gz", "--levels", "levels.nii.gz", "--per", "level")
    expectTrueAreas(table, 1...8)
  }

  @Test func theNumbersOfTotalSpineSegAreKnown() throws {
    // C2–C3 63 to C6–C7 67, C7–T1 71; 50 is its sacrum, 1 its cord.
    let labels = Self.cord.discs([(3, 63), (4, 64), (5, 65), (6, 66), (7, 67), (8, 71)])
    let table = try measure(
      ["mask": Self.cord.mask, "discs": labels], "mask.nii.gz", "--discs", "discs.nii.gz", "--per", "level", "--vertebrae", "3:7")
    expectTrueAreas(table, 3...7)
  }

  @Test func rangesAreMeansByLength() throws {
    let table = try measure(
      ["mask": Self.cord.mask, "discs": Self.cord.discs()], "mask.nii.gz", "--discs", "discs.nii.gz", "--per", "range", "--vertebrae", "2:3"
    )
    let row = try #require(table.rows.first)
    #expect(row["level"] == "2:3" && row["slice"]?.contains(":") == true)
    let neck = Self.cord.neck
    #expect(abs(Double(row["csa_mm2"]!)! / Self.cord.trueArea(2...3) - 1) < Self.areaTolerance)
    let length = zip(neck.centerline(spacing: 0.1), neck.centerline(spacing: 0.1).dropFirst()).enumerated()
      .filter { neck.discs[1] <= Neck.top + 0.1 * Double($0.offset) && Neck.top + 0.1 * Double($0.offset) < neck.discs[3] }
      .reduce(0) { $0 + ($1.element.1 - $1.element.0).length }
    // Two borders, each known to half a label's voxel of 0.8 mm.
    #expect(abs(Double(row["length_mm"]!)! - length) < 0.8)
    #expect(abs(Double(row["volume_mm3"]!)! / (length * Self.cord.trueArea(2...3)) - 1) < 0.8 / length + Self.areaTolerance)
  }

  @Test func wholeSlicesAreSCTsWay() throws {
    let table = try measure(
      ["mask": Self.cord.mask, "discs": Self.cord.discs()], "mask.nii.gz", "--discs", "discs.nii.gz", "--per", "level", "--vertebrae",
      "3:4",
      "--method", "sct")
    #expect(table.texts("method") == ["sct", "sct"])
    // No slice belongs to two levels.
    let slices = table.texts("slice").map { $0.split(separator: ":").compactMap { Int($0) } }
    #expect(slices[0][0] > slices[1][1])
  }

  @Test func levelsBesideAMissingDiscAreNotMeasured() throws {
    let table = try measure(
      ["mask": Self.cord.mask, "discs": Self.cord.discs(without: [4])], "mask.nii.gz", "--discs", "discs.nii.gz", "--per", "level")
    for row in table.rows {
      let level = Int(row["level"]!)!
      let isKnown = level != 3 && level != 4
      #expect((row["csa_mm2"] != "n/a") == isKnown)
      if !isKnown { #expect(row["flags"] == "level_incomplete") }
    }
    #expect(table.texts("level").contains("3") && table.texts("level").contains("4"))
    let both = try measure(
      ["mask": Self.cord.mask, "discs": Self.cord.discs(without: [4])], "mask.nii.gz", "--discs", "discs.nii.gz", "--per", "range",
      "--vertebrae", "3:4")
    #expect(abs((both.numbers("csa_mm2")[0] ?? 0) / Self.cord.trueArea(3...4) - 1) < Self.areaTolerance)
  }

  @Test func levelsThatTheFieldOfViewCutsAreFlagged() throws {
    let mask = Self.cord.mask
    // The field of view ends in the middle of C6.
    let place = (Self.cord.neck.extent(ofLevel: 6).lowerBound + Self.cord.neck.extent(ofLevel: 6).upperBound) / 2
    let first = Int((Self.cord.neck.cord.section(at: place).center.z - mask.grid.affine.origin.z).rounded())
    let cut = mask.box(lower: [0, 0, first], shape: mask.grid.shape &- SIMD3(0, 0, first))
    let table = try measure(["mask": cut, "discs": Self.cord.discs()], "mask.nii.gz", "--discs", "discs.nii.gz", "--per", "level")
    let flags = Dictionary(uniqueKeysWithValues: zip(table.texts("level"), table.texts("flags")))
    #expect(flags["6"]?.contains("level_incomplete") == true)
    #expect(flags["5"]?.contains("level_incomplete") == false)
    #expect(flags["7"] == nil)
  }

  @Test func slicesAreGivenTheirLevel() throws {
    let table = try measure(
      ["mask": Self.cord.mask, "discs": Self.cord.discs()], "mask.nii.gz", "--discs", "discs.nii.gz", "--slices", "20:80")
    #expect(table.texts("slice") == (20...80).map(String.init))
    let origin = Self.cord.mask.grid.affine.origin.z
    let curve = Self.cord.neck.centerline(spacing: 0.1)
    for (slice, level) in zip(20...80, table.texts("level")) {
      let point = curve.min { abs($0.z - origin - Double(slice)) < abs($1.z - origin - Double(slice)) }!
      let truth = Self.cord.neck.levels(of: [point])[0]
      // At a border the level may be the other one.
      let isAtBorder = Neck.levels.contains { abs(Self.cord.neck.discPosition($0).z - point.z) < 0.8 }
      if !isAtBorder { #expect(level == truth.map(String.init), "slice \(slice)") }
    }
  }

  @Test func distancesFromTheJunctionRunAlongTheCord() throws {
    // 20 mm above C1, beyond the mask; the truth of the cord between 35 and 55 mm from there.
    let (above, middle) = (20.0, 45.0)
    let tube = Self.cord.neck.cord
    let table = try measure(
      ["mask": Self.cord.mask, "pmj": Self.cord.junction(above: above)], "mask.nii.gz", "--pmj", "pmj.nii.gz", "--distance", "45",
      "--extent",
      "20", "--per", "range")
    let truth = tube.meanArea(from: middle - above - 10, to: middle - above + 10)
    #expect(abs((table.numbers("csa_mm2")[0] ?? 0) / truth - 1) < Self.areaTolerance)
    // The length of a slice is that of its tangent.
    #expect(abs((table.numbers("length_mm")[0] ?? 0) - 20) < 0.001)
    #expect(abs((table.numbers("distance_pmj_mm")[0] ?? 0) - middle) < 1e-6)
    let slices = try measure(
      ["mask": Self.cord.mask, "pmj": Self.cord.junction(above: above)], "mask.nii.gz", "--pmj", "pmj.nii.gz")
    let origin = Self.cord.mask.grid.affine.origin.z
    for (slice, distance) in zip(slices.numbers("slice"), slices.numbers("distance_pmj_mm")) where Int(slice!) % 20 == 0 {
      let place =
        Double(
          Self.cord.neck.centerline(spacing: 0.1).enumerated().min {
            abs($0.element.z - origin - slice!) < abs($1.element.z - origin - slice!)
          }!.offset) * 0.1 + Neck.top
      // Voxel of the label, fitted direction of the extension.
      #expect(abs(distance! - above - place) < 1, "slice \(slice!)")
    }
  }

  @Test func piecesThatTheCordDoesNotFillAreFlagged() throws {
    let table = try measure(
      ["mask": Self.cord.mask, "pmj": Self.cord.junction(above: 20)], "mask.nii.gz", "--pmj", "pmj.nii.gz", "--distance", "15", "--extent",
      "20",
      "--per", "range")
    #expect(table.texts("flags")[0].contains("incomplete"))
    #expect((table.numbers("length_mm")[0] ?? 0) < 19)
  }

  @Test(arguments: [
    ("duplicate", "at two places"), ("order", "lies above"), ("far", "mm from the cord"), ("scan", "whole numbers"),
    ("empty", "no voxel is labelled"),
    ("numbers", "TotalSpineSeg"),
  ]) func labelsThatCannotBeRightAreRefused(kind: String, message: String) throws {
    try withTemporaryFolder { folder in
      var labels = Self.cord.discs(
        kind == "order" ? [(3, 3), (4, 5), (5, 4)] : kind == "numbers" ? [(3, 11), (4, 12)] : [(3, 3), (4, 4), (5, 5)])
      switch kind {
      case "duplicate": labels.put(4, at: Self.cord.neck.discPosition(6))
      case "far":
        labels = Volume(
          voxels: labels.voxels,
          grid: Grid(
            shape: labels.grid.shape,
            affine: Affine(
              x: labels.grid.affine.x, y: labels.grid.affine.y, z: labels.grid.affine.z, origin: labels.grid.affine.origin + [90, 0, 0])))
      case "scan": labels.put(612.5, at: Self.cord.neck.discPosition(6))
      case "empty": labels = labels.map { _ in 0 }
      default: break
      }
      try NIfTI.write(Self.cord.mask, to: folder + "/mask.nii.gz")
      try NIfTI.write(labels, to: folder + "/discs.nii.gz")
      let result = try Tool.run("measure", folder + "/mask.nii.gz", "--discs", folder + "/discs.nii.gz", "--per", "level")
      #expect(result.status == 65)
      #expect(result.error.contains(message) && result.error.contains("discs.nii.gz"), "\(result.error)")
      #expect(result.output.isEmpty)
    }
  }

  @Test func oneSliceIsMeasuredAndFlagged() throws {
    var slice = Self.cord.mask.map { _ in 0 }
    let plane = slice.grid.shape.x * slice.grid.shape.y
    for offset in 70 * plane..<71 * plane { slice.voxels[offset] = Self.cord.mask.voxels[offset] }
    let table = try measure(["mask": slice, "discs": Self.cord.discs()], "mask.nii.gz", "--discs", "discs.nii.gz", "--per", "level")
    #expect(table.rows.count == 1)
    #expect(table.texts("flags")[0].contains("level_incomplete") && table.texts("flags")[0].contains("no_direction"))
  }

  @Test func aPlaceWithoutCordIsAnError() throws {
    try withTemporaryFolder { folder in
      try NIfTI.write(Self.cord.mask, to: folder + "/mask.nii.gz")
      let result = try Tool.run("measure", folder + "/mask.nii.gz", "--slices", "900:950")
      #expect(result.status == 65)
      #expect(result.error.contains("the cord lies in slices"))
    }
  }
}
