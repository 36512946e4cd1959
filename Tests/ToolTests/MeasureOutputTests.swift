import Foundation
import NIfTI
import Simulation
import Testing
import Volumes

/// What `softcord measure` writes, and for how many masks.
@Suite struct MeasureOutputTests {
  static let leading = [
    "file", "slice", "level", "csa_mm2", "csa_mm2_lower", "csa_mm2_upper", "ap_diameter_mm", "rl_diameter_mm", "eccentricity",
    "orientation_degrees", "solidity", "angle_ap_degrees", "angle_rl_degrees", "length_mm", "method", "flags",
  ]

  /// A short straight cord: quick to measure.
  static let short: SimulatedScan = {
    let neck = Neck(straight: 11)
    let grid = Grid(shape: [32, 32, 70], affine: Affine(spacing: .one, origin: neck.discPosition(5) - [15.5, 15.5, 35]))
    return acquire(neck, Acquisition(contrast: .t2w, grid: grid, seed: 5))
  }()

  func withMask<T>(_ body: (String) throws -> T) throws -> T {
    try withTemporaryFolder { folder in
      try NIfTI.write(Self.short.cord, to: folder + "/mask.nii.gz")
      return try body(folder)
    }
  }

  @Test func theTableBeginsWithTheAgreedColumnsAndADictionaryExplainsAll() throws {
    try withMask { folder in
      let result = try Tool.run("measure", "mask.nii.gz", "-o", "areas.tsv", "--compression", in: folder)
      #expect(result.status == 0, "\(result.error)")
      let table = WrittenTable(try String(contentsOfFile: folder + "/areas.tsv", encoding: .utf8))
      #expect(Array(table.columns.prefix(Self.leading.count)) == Self.leading)
      let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: folder + "/areas.json")))
      let dictionary = try #require(json as? [String: [String: Any]])
      #expect(Set(dictionary.keys) == Set(table.columns))
      #expect(dictionary.values.allSatisfy { ($0["Description"] as? String)?.isEmpty == false })
      #expect(dictionary["csa_mm2"]?["Units"] as? String == "mm2")
      let flags = try #require(dictionary["flags"]?["Levels"] as? [String: String])
      for words in table.texts("flags") where words != "n/a" {
        for word in words.split(separator: ",") { #expect(flags[String(word)] != nil, "\(word)") }
      }
      // The cord is even: nothing is compressed, and the ends have nothing to compare with.
      #expect(abs(table.numbers("mscc_percent")[35] ?? 99) < 0.5)
      #expect(table.numbers("mscc_percent")[5] == nil)
    }
  }

  @Test func aTableCalledLikeItsMaskLeavesTheSidecar() throws {
    try withMask { folder in
      try "{\"Sources\": []}".write(toFile: folder + "/mask.json", atomically: true, encoding: .utf8)
      let result = try Tool.run("measure", "mask.nii.gz", "--per", "range", "-o", "./mask.tsv", in: folder)
      #expect(result.status == 0, "\(result.error)")
      #expect(try String(contentsOfFile: folder + "/mask.json", encoding: .utf8) == "{\"Sources\": []}")
      let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(files == ["mask.json", "mask.nii.gz", "mask.tsv", "mask_dictionary.json"])
      #expect(try Tool.run("measure", "mask.nii.gz", "-o", folder + "/mask.json", in: folder).status == 64)
    }
  }

  @Test func masksOfOneNameHavePlotsOfTheirOwn() throws {
    try withTemporaryFolder { folder in
      for person in ["one", "two"] {
        try FileManager.default.createDirectory(atPath: "\(folder)/\(person)", withIntermediateDirectories: true)
        try NIfTI.write(Self.short.cord, to: "\(folder)/\(person)/mask.nii.gz")
      }
      let result = try Tool.run("measure", "one/mask.nii.gz", "two/mask.nii.gz", "--plot", "plots", in: folder)
      #expect(result.status == 0, "\(result.error)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/plots").sorted() == ["one_mask.svg", "two_mask.svg"])
    }
  }

  @Test func rowsAreAddedOnlyToTheirOwnKind() throws {
    try withMask { folder in
      for _ in 0..<2 {
        let result = try Tool.run("measure", "mask.nii.gz", "--per", "range", "--append", "-o", "areas.tsv", in: folder)
        #expect(result.status == 0, "\(result.error)")
      }
      let before = try String(contentsOfFile: folder + "/areas.tsv", encoding: .utf8)
      #expect(WrittenTable(before).rows.count == 2)
      let other = try Tool.run("measure", "mask.nii.gz", "--per", "range", "--compression", "--append", "-o", "areas.tsv", in: folder)
      #expect(other.status == 73 && other.error.contains("columns"))
      #expect(try String(contentsOfFile: folder + "/areas.tsv", encoding: .utf8) == before)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["areas.json", "areas.tsv", "mask.nii.gz"])
    }
  }

  @Test func manyProgramsAddToOneTable() throws {
    try withMask { folder in
      let programs = try (0..<6).map { _ in
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Tool.path)
        process.arguments = ["measure", "mask.nii.gz", "--per", "range", "--append", "-o", "areas.tsv"]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        try process.run()
        return process
      }
      for program in programs { program.waitUntilExit() }
      #expect(programs.allSatisfy { $0.terminationStatus == 0 })
      #expect(WrittenTable(try String(contentsOfFile: folder + "/areas.tsv", encoding: .utf8)).rows.count == 6)
    }
  }

  @Test func theDialectOfSCTHasItsColumns() throws {
    try withMask { folder in
      let result = try Tool.run(
        "measure", "mask.nii.gz", "--per", "range", "--slices", "20:40", "--format", "sct", "--method", "sct", in: folder)
      #expect(result.status == 0, "\(result.error)")
      let table = WrittenTable(result.output, separator: ",")
      let metrics = [
        "area", "angle_AP", "angle_RL", "diameter_AP", "diameter_AP_ellipse", "diameter_RL", "length_anterior", "length_posterior",
        "eccentricity",
        "orientation", "solidity",
      ]
      #expect(
        table.columns == ["Timestamp", "SCT Version", "Filename", "Slice (I->S)", "VertLevel", "DistancePMJ"]
          + metrics.flatMap { ["MEAN(\($0))", "STD(\($0))"] } + ["SUM(length)"])
      let row = try #require(table.rows.first)
      #expect(row["Slice (I->S)"] == "20:40" && row["VertLevel"] == "" && row["DistancePMJ"] == "")
      #expect(row["Filename"]?.hasSuffix("/mask.nii.gz") == true)
      // A straight ellipse of 7.6 × 12 mm.
      #expect(abs((table.numbers("MEAN(area)")[0] ?? 0) / 71.63 - 1) < 0.01)
      #expect(abs((table.numbers("SUM(length)")[0] ?? 0) - 21) < 0.1)
    }
  }

  @Test func slicesOfTheDialectAreNumberedFromTheFeet() throws {
    try withTemporaryFolder { folder in
      let turned = Self.short.cord.reoriented(to: Orientation(towards: "RAI")!)
      try NIfTI.write(turned, to: folder + "/mask.nii.gz")
      let result = try Tool.run("measure", "mask.nii.gz", "--slices", "0:9", "--per", "range", "--format", "sct", in: folder)
      #expect(WrittenTable(result.output, separator: ",").texts("Slice (I->S)") == ["60:69"])
    }
  }

  @Test func theCanalGivesItsAreaAndTheCordsShare() throws {
    try withMask { folder in
      try NIfTI.write(Self.short.canal, to: folder + "/canal.nii.gz")
      let result = try Tool.run("measure", "mask.nii.gz", "--per", "range", "--slices", "10:60", "--canal", "canal.nii.gz", in: folder)
      #expect(result.status == 0, "\(result.error)")
      let table = WrittenTable(result.output)
      let (cord, canal) = (7.6 * 12.0, 13.2 * 20.8)
      #expect(abs((table.numbers("canal_area_mm2")[0] ?? 0) / (canal * .pi / 4) - 1) < 0.005)
      #expect(abs((table.numbers("ascor")[0] ?? 0) / (cord / canal) - 1) < 0.005)
    }
  }

  @Test func aScanAddsQuadrants() throws {
    try withMask { folder in
      try NIfTI.write(Self.short.image, to: folder + "/scan.nii.gz")
      let result = try Tool.run("measure", "mask.nii.gz", "--per", "range", "--slices", "10:60", "--anat", "scan.nii.gz", in: folder)
      #expect(result.status == 0, "\(result.error)")
      let table = WrittenTable(result.output)
      let quadrants = ["anterior_left_mm2", "anterior_right_mm2", "posterior_left_mm2", "posterior_right_mm2"].compactMap {
        table.numbers($0)[0]
      }
      #expect(quadrants.count == 4)
      // An ellipse is symmetric; the axes come from a noisy scan.
      #expect(quadrants.allSatisfy { abs($0 / (7.6 * 12 * .pi / 16) - 1) < 0.1 }, "\(quadrants)")
    }
  }

  @Test func plotsShowLevelsAndAreWellFormed() throws {
    try withTemporaryFolder { folder in
      let cord = MeasuredCord.whole
      try NIfTI.write(cord.mask, to: folder + "/a<&>b.nii.gz")
      try NIfTI.write(cord.discs(), to: folder + "/discs.nii.gz")
      let result = try Tool.run(
        "measure", "a<&>b.nii.gz", "--discs", "discs.nii.gz", "--per", "range", "--vertebrae", "2:3", "--plot", "plot.svg", in: folder)
      #expect(result.status == 0, "\(result.error)")
      let svg = try String(contentsOfFile: folder + "/plot.svg", encoding: .utf8)
      #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
      for name in ["C2", "C7", "T1", "a&lt;&amp;&gt;b"] { #expect(svg.contains(">\(name)</text>"), "\(name)") }
      #expect(!svg.contains("nan") && !svg.contains("inf\""))
    }
  }

  @Test func aBadMaskOfManyCostsItsOwnLine() throws {
    try withMask { folder in
      try Data("no mask".utf8).write(to: URL(fileURLWithPath: folder + "/bad.nii.gz"))
      try NIfTI.write(Self.short.cord.map { _ in 0 }, to: folder + "/empty.nii.gz")
      for name in ["a", "b"] { try NIfTI.write(Self.short.cord, to: "\(folder)/\(name).nii.gz") }
      let result = try Tool.run(
        "measure", "a.nii.gz", "bad.nii.gz", "empty.nii.gz", "none.nii.gz", "b.nii.gz", "--per", "range", "--jobs", "3", "-o", "areas.tsv",
        in: folder)
      #expect(result.status == 1)
      for name in ["bad.nii.gz", "empty.nii.gz", "none.nii.gz"] { #expect(result.error.contains("softcord: error: \(name)")) }
      #expect(WrittenTable(try String(contentsOfFile: folder + "/areas.tsv", encoding: .utf8)).texts("file") == ["a.nii.gz", "b.nii.gz"])
      #expect(try Tool.run("measure", "empty.nii.gz", "-o", "none.tsv", in: folder).status == 65)
      #expect(!FileManager.default.fileExists(atPath: folder + "/none.tsv"))
    }
  }

  @Test func aMaskOfEverythingIsNeverASilentNumber() throws {
    try withTemporaryFolder { folder in
      try NIfTI.write(Self.short.cord.map { _ in 1 }, to: folder + "/all.nii.gz")
      let result = try Tool.run("measure", "all.nii.gz", in: folder)
      let table = WrittenTable(result.output)
      #expect(result.status == 65 || !table.rows.isEmpty && table.texts("flags").allSatisfy { $0 != "n/a" }, "\(table.texts("flags"))")
    }
  }

  @Test func labelsAreFoundBesideTheirMasks() throws {
    try withTemporaryFolder { folder in
      let cord = MeasuredCord.whole
      for subject in ["sub-01", "sub-02"] {
        try NIfTI.write(cord.mask, to: "\(folder)/\(subject)_space-T2w_label-SC_probseg.nii.gz")
        try NIfTI.write(cord.discs(), to: "\(folder)/\(subject)_T2w_label-discs_dlabel.nii.gz")
      }
      let masks = ["sub-01", "sub-02"].map { "\(folder)/\($0)_space-T2w_label-SC_probseg.nii.gz" }
      for discs in ["auto", "{}_label-discs_dlabel.nii.gz"] {
        let result = try Tool.run(
          arguments: ["measure"] + masks + ["--discs", discs, "--per", "range", "--vertebrae", "3", "--format", "tsv"])
        #expect(result.status == 0, "\(result.error)")
        #expect(WrittenTable(result.output).texts("level") == ["3", "3"])
      }
      let missing = try Tool.run("measure", masks[0], "--discs", "{}_nothing.nii.gz", "--per", "level")
      #expect(missing.status == 66 && missing.error.contains("sub-01_T2w_nothing.nii.gz"))
    }
  }

  @Test(arguments: [
    ["--per", "level"], ["--vertebrae", "2:3"], ["--discs", "d.nii", "--levels", "l.nii"], ["--distance", "50"],
    ["--pmj", "p.nii", "--extent", "3"],
    ["--append"], ["--append", "-o", "a.json"], ["--plot", "a.png"], ["-o", "a.nii"], ["-o", "b.nii"], ["-o", "a.xlsx"], ["-o", "./a.nii"],
    ["--volume", "-1"],
    ["--discs", "d.nii", "--vertebrae", "C9"],
    ["--jobs", "0"],
  ]) func wrongUsageIs64(arguments: [String]) throws {
    let result = try Tool.run(arguments: ["measure", "a.nii"] + arguments)
    #expect(result.status == 64, "\(result.error)")
  }
}
