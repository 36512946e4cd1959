import Foundation
import Testing

@testable import Files

struct TableTests {
  static let table = Table(
    columns: [.init("file", "where from"), .init("csa_mm2", "area, \"soft\""), .init("slice", "number")],
    rows: [
      [.text("a,\"b\"\tc\\d\r\n"), .number(78.58643257836141), .integer(10)],
      [.text("x"), .number(.nan), .missing],
    ])

  @Test func tsv() {
    #expect(
      Self.table.formatted(as: .tsv)
        == "file\tcsa_mm2\tslice\na,\"b\"\\tc\\\\d\\r\\n\t78.58643257836141\t10\nx\tn/a\tn/a\n")
  }

  @Test func csv() {
    #expect(
      Self.table.formatted(as: .csv)
        == "file,csa_mm2,slice\r\n\"a,\"\"b\"\"\tc\\d\r\n\",78.58643257836141,10\r\nx,,\r\n")
  }

  @Test func jsonReadsBack() throws {
    let data = Data(Self.table.formatted(as: .json).utf8)
    let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let columns = try #require(object["columns"] as? [[String: String]])
    #expect(columns[1] == ["name": "csa_mm2", "description": "area, \"soft\""])
    let rows = try #require(object["rows"] as? [[String: Any]])
    #expect(rows[0]["file"] as? String == "a,\"b\"\tc\\d\r\n")
    #expect(rows[0]["csa_mm2"] as? Double == 78.58643257836141)
    #expect(rows[1]["csa_mm2"] is NSNull && rows[1]["slice"] is NSNull)
    let empty = Table(columns: []).formatted(as: .json)
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(empty.utf8)) }
  }

  @Test func textIsAligned() {
    let table = Table(
      columns: [.init("level", ""), .init("csa_mm2", "", decimals: 1), .init("n", "")],
      rows: [[.text("C2–C3"), .number(72.06), .integer(12)], [.text("C4"), .missing, .integer(7)]])
    #expect(table.formatted(as: .text) == "level  csa_mm2   n\nC2–C3     72.1  12\nC4           –   7\n")
  }
}
