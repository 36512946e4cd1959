import Foundation
import Testing

@testable import Files

/// Tables as spreadsheets and statistics programs write them.
struct TextTableTests {
  private func read(_ text: String) throws -> TextTable { try TextTable(Array(text.utf8), path: "t") }

  private func reason(_ bytes: [UInt8]) -> String? {
    do {
      _ = try TextTable(bytes, path: "t")
      return nil
    } catch { return "\(error)" }
  }

  /// Separators, line ends and marks do not change what a table says.
  @Test(arguments: ["\t", ",", ";"], ["\n", "\r\n", "\r"]) func oneTableInManyForms(separator: String, ending: String) throws {
    let lines = [["file", "level", "csa_mm2"], ["a b.nii", "3", "71.5"], ["c.nii", "", "n/a"]].map { $0.joined(separator: separator) }
    for mark in ["", "\u{FEFF}"] {
      for last in ["", ending, ending + ending] {
        let table = try read(mark + lines.joined(separator: ending) + last)
        #expect(table.header == ["file", "level", "csa_mm2"])
        #expect(table.rows == [.init(line: 2, cells: ["a b.nii", "3", "71.5"]), .init(line: 3, cells: ["c.nii", "", "n/a"])])
      }
    }
  }

  /// What this program writes, it reads.
  @Test(arguments: [TableFormat.tsv, .csv]) func writtenTablesAreReadBack(format: TableFormat) throws {
    var table = Table(columns: [.init("file", ""), .init("csa_mm2", ""), .init("flags", "")])
    table.append([.text("a, \"b\" and; c.nii"), .number(0.1 + 0.2), .text("end_of_cord,level_incomplete")])
    table.append([.text("ü.nii"), .missing, .missing])
    let back = try read(table.formatted(as: format))
    #expect(back.header == table.columns.map(\.name))
    #expect(back.rows[0].cells == ["a, \"b\" and; c.nii", "0.30000000000000004", "end_of_cord,level_incomplete"])
    #expect(back.rows[1].cells[0] == "ü.nii" && TextTable.isMissing(back.rows[1].cells[1]))
  }

  @Test func quotationsHoldSeparatorsAndLineEnds() throws {
    let table = try read("a,b\r\n\"1,\r\n\"\"2\"\"\",3\r\n4,5\r\n")
    #expect(table.rows == [.init(line: 2, cells: ["1,\n\"2\"", "3"]), .init(line: 4, cells: ["4", "5"])])
    #expect(try read("a\tb\n\"x \"\"y\"\"\"\t5\" coil\n").rows[0].cells == ["x \"y\"", "5\" coil"])
  }

  @Test func otherEncodings() throws {
    let text = "name;csa_mm2\nMüller;70\n"
    #expect(try TextTable([UInt8](text.data(using: .isoLatin1)!), path: "t").rows[0].cells[0] == "Müller")
    #expect(try TextTable([UInt8](text.data(using: .utf16)!), path: "t").rows[0].cells[0] == "Müller")
  }

  @Test func whatIsNoTableIsNamed() {
    #expect(reason([])?.contains("is empty") == true)
    #expect(reason(Array("\n \n".utf8))?.contains("is empty") == true)
    #expect(reason([0x50, 0x4B, 0x03, 0x04, 0])?.contains("spreadsheet") == true)
    #expect(reason([0x1F, 0x8B, 8])?.contains("gzip") == true)
    #expect(reason(Array("a\tb\n1\t\0\n".utf8))?.contains("no text") == true)
    #expect(reason(Array(" {\"a\": 1}".utf8))?.contains("JSON") == true)
    #expect(reason(Array("a,b\n\n1,2\n3\n".utf8)) == "t: line 4 has 1 values for 2 columns")
    #expect(reason(Array("a,b,a\n1,2,3\n".utf8)) == "t: line 1 has the column a twice")
    #expect(reason(Array("a,b\n1,\"2\n3,4\n".utf8)) == "t: line 2 begins a quotation that does not end")
    #expect(reason(Array("a,b\n\"1\"x,2\n".utf8)) == "t: line 2 has text after the end of a quotation")
    #expect(throws: FileError.missing(path: "/no/such")) { try TextTable(contentsOf: "/no/such") }
    #expect(throws: FileError.unreadable(path: "/", reason: "is a folder, expected a table")) { try TextTable(contentsOf: "/") }
  }

  @Test func endingsTellFormats() throws {
    #expect(
      try ["a.tsv", "a.CSV", "a.json", "a.text", "a.txt", "a"].map(TableFormat.init(ofPath:)) == [.tsv, .csv, .json, .text, .tsv, .tsv])
    for path in ["x.xlsx", "x.ods", "x.nii.gz"] { #expect(throws: FileError.unknownFormat(path: path)) { try TableFormat(ofPath: path) } }
  }
}
