import Foundation
import Testing

@testable import NIfTI

/// Files that someone writes to while they are read.
@Suite struct ChangingFileTests {
  /// A file of `count` bytes.
  func withFile(_ count: Int, _ body: (String) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "changing-" + UUID().uuidString + ".nii"
    try Data(repeating: 7, count: count).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  func append(_ count: Int, to path: String, at offset: UInt64? = nil) throws {
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    defer { try? handle.close() }
    if let offset { try handle.seek(toOffset: offset) } else { try handle.seekToEnd() }
    try handle.write(contentsOf: Data(repeating: 9, count: count))
  }

  @Test func aFileThatGrowsIsRefused() throws {
    try withFile(1000) { path in
      let file = try InputFile(path)
      _ = try file.bytes(500)
      try file.checkUnchanged()
      try append(10, to: path)
      #expect(throws: NIfTIError.self) { try file.checkUnchanged() }
    }
  }

  @Test func aFileThatIsWrittenOverIsRefused() throws {
    try withFile(1000) { path in
      let file = try InputFile(path)
      _ = try file.bytes(500)
      usleep(20_000)
      try append(10, to: path, at: 600)
      #expect(throws: NIfTIError.self) { try file.checkUnchanged() }
    }
  }

  /// Who replaces a file by renaming disturbs no one who reads the old one.
  @Test func aFileThatIsReplacedIsReadToItsEnd() throws {
    try withFile(1000) { path in
      let file = try InputFile(path)
      _ = try file.bytes(500)
      try Data(repeating: 1, count: 20).write(to: URL(fileURLWithPath: path), options: .atomic)
      #expect(try file.bytes(600).count == 500)
      try file.checkUnchanged()
    }
  }
}
