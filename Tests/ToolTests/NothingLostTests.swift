import Foundation
import Numerics
import Testing

/// Kills, full disks and second programs: what was there stays, or what is new is whole.
@Suite(.serialized) struct NothingLostTests {
  /// How often each command is killed: a few times here, 200 times by `make kills`.
  static let kills = Int(ProcessInfo.processInfo.environment["SOFTCORD_WRITER_KILLS"] ?? "") ?? 3

  /// Runs the command's earlier form, and its later form in another folder.
  ///
  /// - Parameter body: Gets the folder with the earlier files, what these are, what the later ones are, and the seconds that the later run takes.
  func withBoth(_ writer: Rewriting, _ body: (String, FolderContents, FolderContents, Double) throws -> Void) throws {
    try withTemporaryFolder { place in
      let (folder, other) = (place + "/a", place + "/b")
      for folder in [folder, other] { try writer.prepare(folder) }
      try writer.run(writer.before, in: folder)
      let old = try FolderContents(folder + "/out")
      try FileManager.default.removeItem(atPath: other + "/out")
      try FileManager.default.copyItem(atPath: folder + "/out", toPath: other + "/out")
      let began = Date()
      try writer.run(writer.after, in: other)
      try body(folder, old, try FolderContents(other + "/out").whole, Date().timeIntervalSince(began))
    }
  }

  /// Each file is the old one or the new one, and what is new is described by what is new.
  func check(_ writer: Rewriting, _ found: FolderContents, _ old: FolderContents, _ new: FolderContents) {
    for (path, bytes) in found.files {
      let isBeginning = writer.growing.contains(path) && new.files[path]?.starts(with: bytes) == true
      #expect(bytes == old.files[path] || bytes == new.files[path] || isBeginning, "\(path) is neither old nor new")
    }
    for path in old.files.keys { #expect(found.files[path] != nil, "\(path) is lost") }
    for pair in writer.pairs where found.files[pair.data] == new.files[pair.data] {
      #expect(found.files[pair.sidecar] == new.files[pair.sidecar], "\(pair.data) is new, but \(pair.sidecar) is not")
    }
  }

  @Test(arguments: Rewriting.all) func aKilledCommandLeavesOldFilesOrNewOnes(_ writer: Rewriting) throws {
    try withBoth(writer) { folder, old, new, usual in
      var generator = Generator(seed: UInt64(Date().timeIntervalSince1970 * 1000))
      var midway = 0
      for round in 0..<Self.kills {
        try? FileManager.default.removeItem(atPath: folder + "/out")
        try old.write(to: folder + "/out")
        let process = try start(writer.after, in: folder)
        if round % 2 == 0 {
          Thread.sleep(forTimeInterval: generator.uniform(0, 1.1 * usual))
        } else {
          // While it writes: a moment after the first temporary file is there.
          while process.isRunning, !isWriting(folder + "/out") { usleep(500) }
          usleep(UInt32(generator.uniform(0, 4000)))
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let found = try FolderContents(folder + "/out")
        if found != old && found.whole != new { midway += 1 }
        check(writer, found.whole, old, new)
      }
      try writer.run(writer.after, in: folder)
      // Nothing of the killed runs remains.
      var last = try FolderContents(folder + "/out")
      last.files = last.files.filter { !$0.key.hasSuffix(".lock") }
      #expect(last == new)
      print("\(writer.testDescription): killed \(Self.kills) times, \(midway) times in the middle of writing")
    }
  }

  /// No file may grow beyond so many KB: as on a full disk, but without rights to make one.
  @Test(arguments: Rewriting.all) func withoutSpaceEverythingStays(_ writer: Rewriting) throws {
    try withBoth(writer) { folder, old, new, _ in
      for limit in [0, 1] {
        let result = try shell("trap '' XFSZ; ulimit -f \(limit); exec \"$0\" \"$@\"", [Tool.path] + writer.after, in: folder)
        guard result.status != 0 else { continue }
        #expect(result.status == 73 && result.error.contains("out"), "\(result.error)")
        if writer.before != nil { #expect(try FolderContents(folder + "/out") == old, "limit \(limit)") }
      }
      try writer.run(writer.after, in: folder)
      #expect(try FolderContents(folder + "/out").whole == new)
    }
  }

  /// A disk with 4 KB left.
  @Test(arguments: Rewriting.all.filter { $0.before != nil }) func onAFullDiskEverythingStays(_ writer: Rewriting) throws {
    let mount = "mount -t tmpfs -o size=64m softcord-test"
    guard try shell("unshare -m sh -c '\(mount) /tmp'", [], in: "/").status == 0 else {
      return print("skipped: a small disk can be made by the superuser only")
    }
    try withBoth(writer) { folder, old, _, _ in
      let script = """
        \(mount) out && cp -r ../b/old/. out/ && (cat /dev/zero > out/filler; truncate -s -4096 out/filler) 2>/dev/null
        "$0" "$@"; status=$?; rm out/filler; cp -r out/. ../b/found/; exit $status
        """
      let other = folder + "/../b"
      try FileManager.default.moveItem(atPath: folder + "/out", toPath: other + "/old")
      for made in [folder + "/out", other + "/found"] {
        try FileManager.default.createDirectory(atPath: made, withIntermediateDirectories: true)
      }
      let result = try shell("exec unshare -m sh -c '\(script)' \"$0\" \"$@\"", [Tool.path] + writer.after, in: folder)
      #expect(result.status == 73 && result.error.contains("out"), "\(result.error)")
      #expect(try FolderContents(other + "/found") == old)
    }
  }

  /// Two runs that write the same files: each file is one run's, and pairs belong together.
  @Test(arguments: Rewriting.all.filter { $0.before != nil }) func twoRunsGiveOneResult(_ writer: Rewriting) throws {
    try withBoth(writer) { folder, old, new, _ in
      for round in 0..<2 {
        let both = try [writer.before!, writer.after].map { try start($0, in: folder) }
        for process in both { process.waitUntilExit() }
        #expect(both.map(\.terminationStatus) == [0, 0])
        let found = try FolderContents(folder + "/out")
        for (path, bytes) in found.files { #expect(bytes == old.files[path] || bytes == new.files[path], "\(path), round \(round)") }
        for pair in writer.pairs {
          #expect((found.files[pair.data] == new.files[pair.data]) == (found.files[pair.sidecar] == new.files[pair.sidecar]), "\(pair)")
        }
      }
    }
  }

  private func isWriting(_ folder: String) -> Bool {
    (FileManager.default.enumerator(atPath: folder)?.contains { ($0 as? String)?.hasSuffix(".part") == true }) ?? false
  }

  private func start(_ arguments: [String], in folder: String) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Tool.path)
    (process.arguments, process.environment) = (arguments, [:])
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    return process
  }

  private func shell(_ script: String, _ arguments: [String], in folder: String) throws -> Tool.Result {
    try Tool.run(program: "/bin/bash", arguments: ["-c", "export PATH=/usr/bin:/bin:/usr/sbin:/sbin; " + script] + arguments, in: folder)
  }
}
