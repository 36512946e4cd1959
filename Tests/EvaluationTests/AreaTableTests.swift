import Evaluation
import Foundation
import Testing

/// Tables of areas as people have them.
@Suite struct AreaTableTests {
  private func read(_ text: String, ending: String = "tsv") throws -> AreaTable {
    try withTemporaryFolder { folder in
      let path = folder + "/areas." + ending
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return try AreaTable(contentsOf: path)
    }
  }

  private func reason(_ text: String) -> String {
    do {
      _ = try read(text)
      return ""
    } catch { return "\(error)" }
  }

  @Test(arguments: ["0", "-63", "-0.0", "nan", "inf", "71,5", "many", "0x10p"]) func whatIsNoAreaIsRefusedWithItsLine(_ area: String) {
    let text = reason("file\tlevel\tcsa_mm2\nsub-01_T2w.nii\t3\t70\n\nsub-02_T2w.nii\t3\t\(area)\n")
    #expect(text.contains("line 4, column csa_mm2: \(area) where a number above 0"), "\(text)")
  }

  @Test func rowsThatTellTheSameAreNamedWithTheirLines() {
    let text = reason("participant_id\tcontrast\tlevel\tcsa_mm2\nsub-1\tT1w\t3\t70\nsub-2\tT1w\t3\t71\n1\tT1w\t3\t70\n")
    #expect(text.contains("1 T1w, level 3 (lines 2, 4)"), "\(text)")
    #expect(reason("participant_id\tcsa_mm2\n\t70\n").contains("line 2, column participant_id: nothing"))
  }

  /// CSV of `softcord measure`, and SCT's.
  @Test func commaSeparatedTablesAreRead() throws {
    let own = try read(
      "file,slice,level,csa_mm2,length_mm,flags\r\nout/sub-01_T2w_label-SC_seg.nii.gz,3:9,3,71.5,12.5,\"a,b\"\r\n", ending: "csv")
    #expect(own.area("01", "T2w", level: "3") == 71.5 && own.records[0].length == 12.5)
    let sct = try read(
      "Timestamp,Filename,Slice (I->S),VertLevel,MEAN(area),STD(area),SUM(length)\nnow,/d/sub-02_T1w_seg.nii.gz,5:9,2:3,68.25,1.5,30\n")
    #expect(sct.area("02", "T1w", level: "2:3") == 68.25)
  }

  /// A range is the mean of its levels weighted by their lengths, so that it is the mean over the cord.
  @Test func levelsAreTakenTogetherByTheirLengths() throws {
    func record(_ person: String, _ level: String, _ area: Double, _ length: Double?, incomplete: Bool = false) -> AreaRecord {
      AreaRecord(person: person, series: "T2w", level: level, area: area, length: length, isIncomplete: incomplete)
    }
    let table = try AreaTable(
      name: "levels",
      records: [
        record("1", "2", 80, 10), record("1", "3", 70, 30), record("2", "2", 80, 10), record("3", "2", 80, 10),
        record("3", "3", 70, 20, incomplete: true), record("4", "2:3", 61, nil),
      ])
    let combined = try table.combined(to: "2:3")
    #expect(combined.area("1", "T2w", level: "2:3") == 72.5)
    #expect(combined.area("2", "T2w", level: "2:3") == nil && combined.area("3", "T2w", level: "2:3") == nil)
    #expect(combined.area("4", "T2w", level: "2:3") == 61)
    #expect(combined.gaps == ["2 T2w level 2:3: level 3 has no area", "3 T2w level 2:3: level 3 is not wholly in the scan"])
    let comparison = try Comparison(of: [table, AreaTable(name: "ranges", records: [record("1", "2:3", 72, nil)])], level: "2:3")
    #expect(comparison.results("levels", "2:3").map(\.mean) == [72.5])
    let bare = try AreaTable(name: "bare", records: [record("1", "2", 80, nil), record("1", "3", 70, 30)])
    #expect {
      try Comparison(of: [bare], level: "2:3")
    } throws: { "\($0)".contains("length_mm") && "\($0)".contains("measure with --per range --vertebrae 2:3") }
  }
}
