import Evaluation
import Foundation
import Numerics
import Statistics
import Testing

@Suite struct ComparisonTests {
  /// Areas of people in contrasts: `offsets` shift a contrast.
  static func table(_ name: String, people: Int = 8, offsets: [String: Double], noise: Double = 0.3, scale: Double = 1, seed: UInt64 = 1)
    throws
    -> AreaTable
  {
    var generator = Generator(seed: seed)
    let records = (1...people).flatMap { person in
      // Sizes of people are the same for every method, what a method adds is its own.
      offsets.sorted { $0.key < $1.key }.map { series, offset in
        AreaRecord(
          person: "0\(person)", series: series, level: "2:3",
          area: scale * (60 + 2 * Double(person) + offset + generator.normal(0, noise)))
      }
    }
    return try AreaTable(name: name, records: records)
  }

  static let biased = ["T1w": 0.0, "T2w": 7, "T2star": 3]

  private func find(_ comparison: Comparison, _ analysis: String, _ quantity: String, _ subject: String? = nil) throws -> Finding {
    try #require(
      comparison.findings.first { $0.analysis == analysis && $0.quantity == quantity && (subject == nil || $0.subject == subject) })
  }

  @Test func aMethodWithoutBiasIsFoundBetter() throws {
    let first = try Self.table("biased", offsets: Self.biased)
    let second = try Self.table("even", offsets: ["T1w": 3, "T2w": 3.5, "T2star": 3], seed: 2)
    let truth = try AreaTable(
      name: "truth", records: (1...8).map { AreaRecord(person: "0\($0)", series: nil, level: "2:3", area: 63 + 2 * Double($0)) })
    let comparison = try Comparison(of: [first, second], truth: truth, settings: .init(margin: 2))
    #expect(comparison.hasTruth && comparison.excluded.isEmpty && comparison.people.count == 16)
    // Sample SD of 0, 7, 3 is 3.51.
    let spread = try find(comparison, "mean", "sd_across_contrasts", "biased")
    let mean = try spread.value.get()
    #expect(abs(mean - 3.5) < 0.3 && spread.interval?.contains(mean) == true)
    let test = try find(comparison, "wilcoxon", "sd_across_contrasts")
    // All eight differences have one sign: 2 / 2⁸.
    #expect(test.p == 2.0 / 256 && test.remark?.hasPrefix("exact; 0 zero differences") == true)
    #expect(test.holm == test.p)
    #expect(try find(comparison, "rm_anova_contrast", "area", "biased").p! < 1e-6)
    #expect(try find(comparison, "mean", "absolute_error", "even").value.get() < 0.6)
    #expect(try find(comparison, "tost", "area").remark?.contains("equivalent") == true)
    #expect(try find(comparison, "mean_difference", "area_between_contrasts_biased", "T2w - T1w").value.get() > 6)
    #expect(abs(try find(comparison, "icc_3_1_contrasts", "area", "even").value.get() - 1) < 0.05)
    let mdc = try find(comparison, "minimal_detectable_change", "area", "even").value.get()
    let sem = try find(comparison, "standard_error_of_measurement", "area", "even").value.get()
    #expect(abs(mdc / sem - 1.959964 * 2.0.squareRoot()) < 1e-4)
    for table in comparison.tables { table.table.explainsItsGaps() }
  }

  @Test func identicalMethodsAreSaidToBe() throws {
    let table = try Self.table("one", offsets: Self.biased)
    let copy = try AreaTable(name: "two", records: table.records)
    let comparison = try Comparison(of: [table, copy], settings: .init(zeros: .pratt, margin: 1))
    for analysis in ["wilcoxon", "paired_t", "icc_2_1", "tost"] {
      let finding = try find(comparison, analysis, "area", "two - one")
      #expect(finding.value.reason?.contains("all differences are zero") == true, "\(analysis): \(finding.value)")
      #expect(finding.p == nil && finding.holm == nil)
    }
    #expect(try find(comparison, "bland_altman_bias", "area").value.get() == 0)
    for table in comparison.tables { table.table.explainsItsGaps() }
  }

  @Test func constantDataAreSaidToBe() throws {
    let records = ["01", "02", "03"].flatMap { person in
      ["T1w", "T2w"].map { AreaRecord(person: person, series: $0, level: "all", area: 70) }
    }
    let comparison = try Comparison(of: [AreaTable(name: "flat", records: records), Self.constant(71)])
    for finding in comparison.findings where finding.value.value == nil { #expect(finding.value.reason?.isEmpty == false) }
    #expect(try find(comparison, "sd_between_people", "area", "flat").value.get() == 0)
    #expect(try find(comparison, "rm_anova_contrast", "area", "flat").value.reason != nil)
    #expect(try find(comparison, "paired_t", "area", "constant - flat").value.reason == "all differences are the same")
    for table in comparison.tables { table.table.explainsItsGaps() }
  }

  private static func constant(_ area: Double) throws -> AreaTable {
    try AreaTable(
      name: "constant",
      records: ["01", "02", "03"].flatMap { person in
        ["T1w", "T2w"].map { AreaRecord(person: person, series: $0, level: "all", area: area) }
      })
  }

  @Test func onePersonAndOneContrast() throws {
    for (people, offsets) in [(1, Self.biased), (5, ["T2w": 0.0]), (1, ["T2w": 0])] {
      let tables = [try Self.table("a", people: people, offsets: offsets), try Self.table("b", people: people, offsets: offsets, seed: 2)]
      let comparison = try Comparison(of: tables, settings: .init(margin: 1))
      for table in comparison.tables { table.table.explainsItsGaps() }
      #expect(comparison.findings.allSatisfy { $0.value.value?.isFinite ?? true })
      #expect(
        try find(comparison, "rm_anova_contrast", "area", "a").value.reason
          == (offsets.count == 1 ? "there is one contrast only" : "one person only"))
    }
  }

  /// A scan that no method could measure is told of once, with all of them.
  @Test func aGapIsToldOnce() throws {
    let tables = try ["a", "b", "c"].map { name in
      let gaps = ["01 DWI: no mask"] + (name == "c" ? [] : ["02 DWI: no area"])
      return try AreaTable(name: name, records: Self.table(name, offsets: Self.biased).records, gaps: gaps)
    }
    #expect(try Comparison(of: tables).excluded == ["a, b, c: 01 DWI: no mask", "a, b: 02 DWI: no area"])
  }

  @Test func onlySharedScansCount() throws {
    let full = try Self.table("full", offsets: Self.biased)
    let part = try AreaTable(name: "part", records: full.records.filter { !($0.person == "03" && $0.series == "T2w") && $0.person != "05" })
    let comparison = try Comparison(of: [full, part])
    #expect(comparison.excluded.count == 4 && comparison.excluded.allSatisfy { $0.contains("missing in part") })
    #expect(comparison.results("full", "2:3").first { $0.person == "03" }?.areas.count == 2)
    #expect(try find(comparison, "rm_anova_contrast", "area", "full").people == 6)
    let stranger = try AreaTable(name: "stranger", records: [AreaRecord(person: "99", series: "T2w", level: "2:3", area: 1)])
    #expect(throws: EvaluationError.self) { try Comparison(of: [full, stranger]) }
    #expect(throws: EvaluationError.self) { try Comparison(of: [full], level: "7") }
    #expect(throws: EvaluationError.self) { try AreaTable(name: "twice", records: stranger.records + stranger.records) }
  }

  @Test func tablesOfTheToolAreRead() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/areas.tsv"
      try """
      file\tslice\tlevel\tcsa_mm2\tflags
      out/sub-01_space-T2w_label-SC_probseg.nii.gz\tn/a\t3\t71.5\tn/a
      out/sub-01_space-T2w_label-SC_probseg.nii.gz\tn/a\t4\tn/a\tlevel_incomplete

      """.write(toFile: path, atomically: true, encoding: .utf8)
      let table = try AreaTable(contentsOf: path)
      #expect(table.name == "areas" && table.area("01", "T2w", level: "3") == 71.5 && table.gaps[0].contains("level_incomplete"))
      try "file\tarea\nx\t1\n".write(toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: EvaluationError.self) { try AreaTable(contentsOf: path) }
      try "file\tcsa_mm2\nx\tmany\n".write(toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: EvaluationError.self) { try AreaTable(contentsOf: path) }
      #expect(throws: EvaluationError.missing(path: "none.tsv")) { try AreaTable(contentsOf: "none.tsv") }
    }
  }
}
