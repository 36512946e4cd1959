import Foundation
import Testing

@testable import Files

@Suite struct AppendTests {
  let table = Table(columns: [.init("file", "Mask"), .init("csa_mm2", "Area", unit: "mm2")], rows: [[.text("a, b"), .number(70.5)]])

  func withFile<T>(_ body: (String) throws -> T) throws -> T {
    let folder = NSTemporaryDirectory() + "files-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder + "/areas")
  }

  @Test(arguments: [TableFormat.tsv, .csv]) func addingRowsIsWritingThemAtOnce(format: TableFormat) throws {
    try withFile { path in
      try table.append(to: path, as: format)
      try table.append(to: path, as: format)
      let both = Table(columns: table.columns, rows: table.rows + table.rows)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == both.formatted(as: format))
    }
  }

  @Test func anUnfinishedLastLineIsFinished() throws {
    try withFile { path in
      try "file\tcsa_mm2\nx\t1".write(toFile: path, atomically: true, encoding: .utf8)
      try table.append(to: path, as: .tsv)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "file\tcsa_mm2\nx\t1\na, b\t70.5\n")
    }
  }

  @Test func otherColumnsAreRefusedAndTheFileKept() throws {
    try withFile { path in
      try "file\tother\nx\t1\n".write(toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: FileError.otherColumns(path: path, found: "file\tother", expected: "file\tcsa_mm2")) {
        try table.append(to: path, as: .tsv)
      }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "file\tother\nx\t1\n")
      #expect(try FileManager.default.contentsOfDirectory(atPath: (path as NSString).deletingLastPathComponent) == ["areas"])
    }
  }

  @Test func theDictionaryExplainsEachColumn() throws {
    let described = Table(columns: table.columns + [.init("flags", "What to \"know\"", levels: ["cut": "Cut/off"])])
    let json = try JSONSerialization.jsonObject(with: Data(described.dataDictionary.utf8)) as? [String: [String: Any]]
    #expect(json?["csa_mm2"]?["Units"] as? String == "mm2" && json?["file"]?["Units"] == nil)
    #expect(json?["flags"]?["Description"] as? String == "What to \"know\"")
    #expect(json?["flags"]?["Levels"] as? [String: String] == ["cut": "Cut/off"])
  }
}
