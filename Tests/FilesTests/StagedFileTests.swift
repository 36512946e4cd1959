import Files
import Foundation
import Synchronization
import Testing

@Suite struct StagedFileTests {
  /// A folder that goes with the test.
  func withFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "staged-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

  @Test func filesAppearTogetherAndNothingElse() throws {
    try withFolder { folder in
      try AtomicFile.write(Array("old".utf8), to: folder + "/mask")
      let files = try [
        StagedFile(at: folder + "/sidecar", holding: Data("s".utf8)), StagedFile(at: folder + "/mask", holding: Data("m".utf8)),
      ]
      #expect(text(folder + "/mask") == "old" && text(folder + "/sidecar") == nil)
      try StagedFile.commit(files)
      #expect(text(folder + "/mask") == "m" && text(folder + "/sidecar") == "s")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["mask", "sidecar"])
    }
  }

  @Test func whatIsNotCommittedIsGone() throws {
    try withFolder { folder in
      do {
        let file = try StagedFile(at: folder + "/a")
        try Array("half".utf8).withUnsafeBytes { try file.write($0) }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  /// A killed program leaves its temporary file; the next one writes over it, however long it was.
  @Test func leftoversAreWrittenOver() throws {
    try withFolder { folder in
      try Data(repeating: 1, count: 5000).write(to: URL(fileURLWithPath: folder + "/.a.part"))
      try AtomicFile.write(Array("new".utf8), to: folder + "/a")
      #expect(text(folder + "/a") == "new")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a"])
    }
  }

  /// If one of two files cannot be put in its place, neither is.
  @Test func aPlaceThatIsTakenChangesNothing() throws {
    try withFolder { folder in
      try AtomicFile.write(Array("old".utf8), to: folder + "/sidecar")
      let files = try [
        StagedFile(at: folder + "/sidecar", holding: Data("new".utf8)), StagedFile(at: folder + "/mask", holding: Data("m".utf8)),
      ]
      try FileManager.default.createDirectory(atPath: folder + "/mask", withIntermediateDirectories: false)
      #expect(throws: FileError.writingFailed(path: folder + "/mask", reason: "a folder or device of that name is there")) {
        try StagedFile.commit(files)
      }
      #expect(text(folder + "/sidecar") == "old")
      #expect(throws: FileError.self) { try StagedFile(at: folder + "/mask") }
    }
  }

  @Test func whatIsProtectedStays() throws {
    guard geteuid() != 0 else { return print("skipped: nothing is protected from the superuser") }
    try withFolder { folder in
      try AtomicFile.write(Array("old".utf8), to: folder + "/a")
      try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder + "/a")
      #expect(throws: FileError.self) { try AtomicFile.write(Array("new".utf8), to: folder + "/a") }
      #expect(text(folder + "/a") == "old")
    }
  }

  @Test func namesOfAnyLengthAreWritten() throws {
    try withFolder { folder in
      for name in [String(repeating: "n", count: 255), String(repeating: "数", count: 85), ".hidden"] {
        try AtomicFile.write(Array(name.utf8), to: "\(folder)/\(name)")
        #expect(text("\(folder)/\(name)") == name)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 3)
    }
  }

  /// Many write the same pair at the same time: at every moment each file is one writer's, and at the end both are the same writer's.
  @Test func writersOfTheSameFilesTakeTurns() throws {
    try withFolder { folder in
      let errors = Errors()
      DispatchQueue.concurrentPerform(iterations: 8) { writer in
        do {
          for _ in 0..<10 {
            let bytes = Data(repeating: UInt8(writer), count: 100_000)
            try StagedFile.commit([StagedFile(at: folder + "/sidecar", holding: bytes), StagedFile(at: folder + "/mask", holding: bytes)])
            let seen = try Data(contentsOf: URL(fileURLWithPath: folder + "/mask"))
            if seen.count != bytes.count || Set(seen).count != 1 { errors.add("a mixture of \(Set(seen))") }
          }
        } catch {
          errors.add("\(error)")
        }
      }
      let failures = errors.all
      #expect(failures == [])
      let (sidecar, mask) = (text(folder + "/sidecar"), text(folder + "/mask"))
      #expect(sidecar != nil && sidecar == mask)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      #expect(names.sorted() == ["mask", "sidecar"])
    }
  }
}

/// Collects what went wrong in several threads.
private final class Errors: Sendable {
  private let list = Mutex<[String]>([])
  var all: [String] { list.withLock { $0 } }
  func add(_ text: String) { list.withLock { $0.append(text) } }
}
