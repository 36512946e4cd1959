import Files
import Foundation
import Testing

@testable import Datasets

/// Sidecars of images stay, whatever a table is called and however its path is spelled.
@Suite struct TableFileTests {
  private let table = Table(columns: [.init("a", "First")], rows: [[.integer(1)]])
  private let sidecar = "{\"Sources\": [\"scan.nii.gz\"]}"

  /// A folder with an image and its sidecar, and a link to the folder.
  private func withFolder<T>(_ image: String = "mask.nii.gz", _ body: (String) throws -> T) throws -> T {
    let folder = NSTemporaryDirectory() + "softcord-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder + "/data/sub", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data().write(to: URL(fileURLWithPath: "\(folder)/data/\(image)"))
    try sidecar.write(toFile: folder + "/data/mask.json", atomically: true, encoding: .utf8)
    try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: "data")
    return try body(folder)
  }

  @Test(arguments: [
    "data/mask.tsv", "data/./mask.tsv", "data/sub/../mask.tsv", "link/mask.tsv", "link/../data//mask.csv", "data/MASK.tsv", "data/mask.TSV",
  ])
  func dictionariesGetAnotherName(path: String) throws {
    for image in ["mask.nii.gz", "mask.nii", "mask.NII.GZ", "mask.img", "Mask.Nii"] {
      try withFolder(image) { folder in
        for _ in 0..<2 { try TableFile("\(folder)/\(path)").write(table) }
        #expect(try String(contentsOfFile: folder + "/data/mask.json", encoding: .utf8) == sidecar)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/data")
        #expect(files.count == 5 && files.contains { $0.lowercased() == "mask_dictionary.json" }, "\(files)")
      }
    }
  }

  @Test func dictionariesOfTablesKeepTheirNames() throws {
    try withFolder { folder in
      for _ in 0..<2 { try TableFile(folder + "/areas.tsv").write(table) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["areas.json", "areas.tsv", "data", "link"])
      // What is no dictionary stays, and a name that is taken, too.
      try "{\"mine\": 1}".write(toFile: folder + "/own.json", atomically: true, encoding: .utf8)
      try Data().write(to: URL(fileURLWithPath: folder + "/own_dictionary.nii"))
      try TableFile(folder + "/own.tsv").write(table)
      #expect(try String(contentsOfFile: folder + "/own.json", encoding: .utf8) == "{\"mine\": 1}")
      #expect(FileManager.default.fileExists(atPath: folder + "/own_dictionary1.json"))
    }
  }

  @Test(arguments: ["data/mask.json", "link/mask.json", "data/sub/../mask.json", "data/Mask.JSON"])
  func sidecarsAreNoTables(path: String) throws {
    try withFolder { folder in
      #expect(throws: DatasetError.self) { try TableFile("\(folder)/\(path)").write(table) }
      let left = try String(contentsOfFile: folder + "/data/mask.json", encoding: .utf8)
      #expect(left == sidecar)
    }
  }

  @Test func inputsAndOtherKindsOfFilesAreRefused() throws {
    try withFolder { folder in
      try Data().write(to: URL(fileURLWithPath: folder + "/data/in.tsv"))
      #expect(throws: DatasetError.self) { try TableFile(folder + "/link/./in.tsv").check(inputs: [folder + "/data/in.tsv"]) }
      for name in ["a.xlsx", "a.nii.gz", "a.NII", "a.ods"] {
        #expect(throws: DatasetError.noTable(path: "\(folder)/\(name)")) { try TableFile("\(folder)/\(name)").check() }
      }
      #expect(throws: Never.self) { try TableFile(folder + "/areas").check(inputs: [folder + "/data/mask.nii.gz"]) }
    }
  }
}
