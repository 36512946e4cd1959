import Foundation
import NIfTI
import Testing

/// Places that cannot be written to and inputs that are not there, or no longer: a clear error, and every file as it was.
@Suite(.serialized) struct SurroundingsTests {
  /// A command that writes below a folder `out`.
  struct Command: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    /// What it cannot write where a folder of that name is; `nil` where it makes a folder of its own.
    var place: String?
    var testDescription: String { arguments.joined(separator: " ") }

    static let all = [
      Command(arguments: ["segment", "scan.nii.gz", "-o", "out/mask.nii.gz"], place: "mask.nii.gz"),
      Command(arguments: ["segment", "scan.nii.gz", "--output-dir", "out/masks"]),
      // The mask has its place, its picture has none.
      Command(arguments: ["segment", "scan.nii.gz", "-o", "earlier.nii.gz", "--qc", "out"], place: "scan.png"),
      Command(arguments: ["measure", "mask.nii.gz", "-o", "out/areas.tsv"], place: "areas.tsv"),
      Command(arguments: ["measure", "mask.nii.gz", "-o", "earlier.tsv", "--plot", "out/areas.svg"], place: "areas.svg"),
      Command(arguments: ["measure", "mask.nii.gz", "masks/a_seg.nii.gz", "-o", "earlier.tsv", "--plot", "out"], place: "mask.svg"),
      Command(arguments: ["evaluate", "mask.nii.gz", "masks/a_seg.nii.gz", "-o", "out/scans.tsv"], place: "scans.tsv"),
      Command(arguments: ["evaluate", "masks", "masks", "--output-dir", "out"], place: "report.html"),
      Command(arguments: ["simulate", "out/set", "--subjects", "1", "--contrasts", "rec-average_dwi", "--side", "40", "--levels", "3:4"]),
      Command(arguments: ["ground-truth", "in", "out/truth"]),
    ]
  }

  /// A folder with inputs, and with what earlier runs left.
  func withInputs(_ body: (String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let scan = MeasureOutputTests.short
      try FileManager.default.createDirectory(atPath: folder + "/masks", withIntermediateDirectories: true)
      try NIfTI.write(scan.image, to: folder + "/scan.nii.gz")
      for name in ["mask", "masks/a_seg", "masks/b_seg"] { try NIfTI.write(scan.cord, to: "\(folder)/\(name).nii.gz") }
      for name in ["earlier.nii.gz", "earlier.tsv", "out-of-the-way"] {
        try Data("precious".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      try PhantomPeople(in: folder).add("sub-01")
      try body(folder)
    }
  }

  /// Runs a command that fails: its error names `what`, and nothing has changed.
  func expectFailure(
    _ arguments: [String], status: Int32 = 73, naming what: String, in folder: String, through shell: String? = nil,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let before = try FolderContents(folder)
    let result =
      if let shell { try Tool.run(program: "/bin/sh", arguments: ["-c", shell, Tool.path] + arguments, in: folder) } else {
        try Tool.run(arguments: arguments, in: folder)
      }
    #expect(
      result.status == status && result.error.contains(what), "\(arguments): \(result.status) \(result.error)", sourceLocation: location)
    #expect(try FolderContents(folder) == before, "\(arguments)", sourceLocation: location)
  }

  @Test(arguments: Command.all) func aFileInPlaceOfAFolderIsNamed(_ command: Command) throws {
    try withInputs { folder in
      try Data("precious".utf8).write(to: URL(fileURLWithPath: folder + "/out"))
      try expectFailure(command.arguments, naming: "out", in: folder)
    }
  }

  @Test(arguments: Command.all) func aReadOnlyFolderIsNamed(_ command: Command) throws {
    try withInputs { folder in
      try FileManager.default.createDirectory(atPath: folder + "/out", withIntermediateDirectories: true)
      try Data("precious".utf8).write(to: URL(fileURLWithPath: folder + "/out/areas.json"))
      guard geteuid() == 0 else {
        chmod(folder + "/out", 0o555)
        defer { chmod(folder + "/out", 0o755) }
        return try expectFailure(command.arguments, naming: "out", in: folder)
      }
      // The superuser may write everywhere but on what is mounted to be read.
      let mount = "mount --bind out out && mount -o remount,bind,ro out"
      let path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin"
      guard try Tool.run(program: "/bin/sh", arguments: ["-c", "\(path) unshare -m sh -c '\(mount)'"], in: folder).status == 0 else {
        return print("skipped: nothing can be mounted here")
      }
      // Without the variable, as the tool is run otherwise.
      try expectFailure(
        command.arguments, naming: "out", in: folder,
        through: "\(path) exec unshare -m sh -c '\(mount) && exec env -i \"$0\" \"$@\"' \"$0\" \"$@\"")
    }
  }

  @Test(arguments: Command.all.filter { $0.place != nil }) func aFolderInPlaceOfAFileIsNamed(_ command: Command) throws {
    try withInputs { folder in
      let place = "out/" + command.place!
      try FileManager.default.createDirectory(atPath: "\(folder)/\(place)", withIntermediateDirectories: true)
      for file in ["\(place)/kept", "out/scans.json", "out/evaluation.json"] {
        try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
      }
      try expectFailure(command.arguments, naming: place, in: folder)
    }
  }

  @Test(arguments: [
    ["segment", "link.nii.gz"], ["segment", "link.nii.gz", "--output-dir", "."], ["measure", "link.nii.gz", "-o", "areas.tsv"],
    ["measure", "mask.nii.gz", "--discs", "link.nii.gz", "-o", "areas.tsv"], ["evaluate", "link.nii.gz", "mask.nii.gz"],
    ["evaluate", "mask.nii.gz", "link.nii.gz", "-o", "scans.tsv"], ["evaluate", "links", "masks", "-o", "scans.tsv"],
    ["simulate", "set", "--config", "link.nii.gz"], ["simulate", "set", "--anatomy", "link.nii.gz"],
    ["ground-truth", "link.nii.gz", "truth"],
  ]) func linksThatLeadNowhereAreNamed(_ arguments: [String]) throws {
    try withInputs { folder in
      try FileManager.default.createDirectory(atPath: folder + "/links", withIntermediateDirectories: true)
      for link in ["link.nii.gz", "links/a_seg.nii.gz", "links/b_seg.nii.gz"] {
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(link)", withDestinationPath: "gone.nii.gz")
      }
      try expectFailure(arguments, status: 66, naming: arguments.contains("links") ? "links/a_seg.nii.gz" : "link.nii.gz", in: folder)
    }
  }

  /// The last input goes while those before it are worked on: it costs its own line.
  @Test(arguments: [
    ["segment", "first.nii.gz", "last.nii.gz", "--output-dir", "made"],
    ["measure", "masks/a_seg.nii.gz", "masks/b_seg.nii.gz", "last.nii.gz", "--jobs", "1", "-o", "made.tsv"],
    ["evaluate", "masks", "truth", "--jobs", "1", "-o", "made.tsv"],
  ]) func inputsThatVanishAreNamed(_ arguments: [String]) throws {
    try withInputs { folder in
      func copy(_ name: String, to other: String) throws {
        try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(folder)/\(other)")
      }
      let isSegment = arguments[0] == "segment"
      for name in ["first.nii.gz", "last.nii.gz"] { try copy(isSegment ? "scan.nii.gz" : "mask.nii.gz", to: name) }
      try copy("masks", to: "truth")
      let victim = arguments[0] == "evaluate" ? "masks/b_seg.nii.gz" : "last.nii.gz"
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Tool.path)
      (process.arguments, process.environment) = (arguments, [:])
      process.currentDirectoryURL = URL(fileURLWithPath: folder)
      let error = Pipe()
      (process.standardOutput, process.standardError) = (FileHandle.nullDevice, error)
      try process.run()
      // The first input alone takes longer than this. Where `evaluate` had not listed it yet, the reference has no prediction.
      unlink("\(folder)/\(victim)")
      let text = String(decoding: error.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 1 && text.contains(victim.split(separator: "/").last!), "\(text)")
      let made = try FolderContents(folder).files.keys.filter { $0.hasPrefix("made") }.sorted()
      #expect(
        made
          == (isSegment
            ? ["first_label-SC_probseg.json", "first_label-SC_probseg.nii.gz"].map { "made/" + $0 } : ["made.json", "made.tsv"]))
    }
  }
}
