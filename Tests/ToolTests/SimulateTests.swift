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
      #expect(printed.status == 0 && printed.output.contains("pathology: syrinx"))
      let file = folder + "/my.yaml"
      try printed.output.write(toFile: file, atomically: true, encoding: .utf8)
      #expect(try Tool.run("simulate", "--print-config", "--config", file).output == printed.output)
      for (text, word) in [
        ("sed: 3", "sed is no key"), ("seed: many", "seed"), ("seed: [1", "my.yaml"), ("pathology: flu", "pathology"), ("- a", "keys"),
      ] {
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let result = try Tool.run("simulate", folder + "/set", "--config", file)
        #expect(result.status == 78 && result.error.contains(word), "\(result.error)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/set"))
      }
      #expect(try Tool.run("simulate", folder + "/set", "--config", folder + "/none.yaml").status == 66)
    }
  }

  @Test(arguments: [
    ["simulate"], ["simulate", "d", "--subjects", "0"], ["simulate", "d", "--contrasts", "T1w,T1w"], ["simulate", "d", "--contrasts", ""],
    ["simulate", "d", "--jobs", "0"],
  ])
  func wrongUsageIs64(arguments: [String]) throws { #expect(try Tool.run(arguments: arguments).status == 64) }
}
