import Foundation
import Testing

@Suite struct SimulateTests {
  @Test func aStoppedRunGoesOnAndNothingIsOverwritten() throws {
    try withTemporaryFolder { folder in
      let set = folder + "/set"
      let arguments = ["simulate", set, "--seed", "5", "--contrasts", "rec-average_dwi"]
      #expect(try Tool.run(arguments: arguments + ["--preview"]).status == 0)
      let scan = URL(fileURLWithPath: set + "/sub-001/dwi/sub-001_rec-average_dwi.nii.gz")
      let before = try Data(contentsOf: scan)
      try FileManager.default.removeItem(atPath: set + "/sub-001")
      #expect(try Tool.run(arguments: arguments + ["--subjects", "2", "--jobs", "2"]).status == 0)
      #expect(try Data(contentsOf: scan) == before)
      #expect(
        FileManager.default.fileExists(atPath: set + "/sub-002")
          && FileManager.default.fileExists(atPath: set + "/derivatives/truth/figures/sub-001.png"))
      // Another seed: refused, and what differs is said.
      let other = try Tool.run("simulate", set, "--seed", "6", "--contrasts", "rec-average_dwi")
      #expect(other.status == 73 && other.error.contains("seed: 5 there, 6 asked for"), "\(other.error)")
      #expect(try Tool.run("simulate", folder).status == 73)
    }
  }

  @Test func theConfigurationIsPrintedAndReadAndWrongKeysAreNamed() throws {
    try withTemporaryFolder { folder in
      let printed = try Tool.run("simulate", "--print-config", "--pathology", "syrinx", "--seed", "9")
      #expect(printed.status == 0 && printed.output.contains("syrinx: 1\n") && printed.output.contains("- 0.8\n"))
      let file = folder + "/my.yaml"
      try printed.output.write(toFile: file, atomically: true, encoding: .utf8)
      #expect(try Tool.run("simulate", "--print-config", "--config", file).output == printed.output)
      for (text, word) in [
        ("sed: 3", "sed is no key"), ("seed: many", "seed"), ("seed: [1", "my.yaml"), ("simulation: {tissues: {csf: {t1: -1}}}", "csf"),
        ("simulation: {protocols: {T2w: {spacing: [0.8, 0.8]}}}", "T2w.spacing"), ("- a", "keys"),
        ("anatomy: {cordArea: 4}", "cord that fits into its canal"),
        ("simulation: {protocols: {T2w: {front: 300}}}", "the cord within a field of view"),
        ("simulation: {protocols: {T2w: {disc: 30}}}", "disc from 2 to 20"), ("anatomy: {girht: 1}", "anatomy.girht is no key"),
        ("contrasts: [T1w, T1w]", "each once"),
      ] {
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let result = try Tool.run("simulate", folder + "/set", "--config", file)
        #expect(result.status == 78 && result.error.contains(word), "\(result.error)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/set"))
      }
      #expect(try Tool.run("simulate", folder + "/set", "--config", folder + "/none.yaml").status == 66)
    }
  }

  /// Files may not grow beyond 48 KiB: what a full disk looks like to a program, but for the error's number.
  @Test func aFullDiskLeavesNobodyHalfWritten() throws {
    try withTemporaryFolder { folder in
      let set = folder + "/set"
      let result = try Tool.run(
        program: "/bin/bash",
        arguments: [
          "-c", "trap '' XFSZ; ulimit -f 48; exec \"$0\" \"$@\"", Tool.path, "simulate", set, "--seed", "5", "--contrasts",
          "rec-average_dwi",
        ])
      #expect(result.status == 73 && result.error.contains("sub-001") && result.error.contains("cannot be written"), "\(result.error)")
      let left = try FileManager.default.subpathsOfDirectory(atPath: set).filter { $0.contains("sub-001") }
      #expect(left.isEmpty, "\(left)")
      // With room again the same command goes on.
      #expect(try Tool.run("simulate", set, "--seed", "5", "--contrasts", "rec-average_dwi").status == 0)
    }
  }

  @Test func backdropsComeFromAFolderOrAreToldWhyNot() throws {
    try withTemporaryFolder { folder in
      let arguments = ["simulate", folder + "/set", "--seed", "5", "--contrasts", "rec-average_dwi"]
      #expect(try Tool.run(arguments: arguments + ["--anatomy", folder + "/none"]).status == 66)
      let empty = try Tool.run(arguments: arguments + ["--anatomy", folder])
      #expect(empty.status == 65 && empty.error.contains("none with a mask"), "\(empty.error)")
      #expect(try Tool.run(arguments: arguments).status == 0)
      let (scan, mask) = (
        folder + "/set/sub-001/dwi/sub-001_rec-average_dwi.nii.gz",
        folder + "/set/derivatives/truth/sub-001/dwi/sub-001_rec-average_space-dwi_label-SC_probseg.nii.gz"
      )
      try FileManager.default.createDirectory(atPath: folder + "/real", withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: scan, toPath: folder + "/real/ann.nii.gz")
      try FileManager.default.copyItem(atPath: mask, toPath: folder + "/real/ann_seg.nii.gz")
      let laid = try Tool.run(
        "simulate", folder + "/laid", "--seed", "5", "--contrasts", "rec-average_dwi", "--anatomy", folder + "/real")
      #expect(laid.status == 0 && laid.error.contains("around the cords: ann"), "\(laid.error)")
    }
  }

  @Test(arguments: [
    ["simulate"], ["simulate", "d", "--subjects", "0"], ["simulate", "d", "--contrasts", "T1w,T1w"], ["simulate", "d", "--contrasts", ""],
    ["simulate", "d", "--jobs", "0"],
  ])
  func wrongUsageIs64(arguments: [String]) throws { #expect(try Tool.run(arguments: arguments).status == 64) }
}
