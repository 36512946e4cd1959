import Foundation
import Testing

/// The whole way from a configuration to a report, with a network that has learned next to nothing.
@Suite struct StudyToolTests {
  /// The preset with three people, two contrasts, two arms and a few steps.
  private func configuration() throws -> String {
    var text = try Tool.run("study", "--print-config").output
    func replace(_ old: String, _ new: String) {
      #expect(text.contains(old))
      text = text.replacingOccurrences(of: old, with: new)
    }
    replace("people: 28", "people: 3")
    replace("[T1w, T2w, T2star, flip-1_mt-on_MTS, flip-2_mt-off_MTS, rec-average_dwi]", "[flip-1_mt-on_MTS, rec-average_dwi]")
    replace("test: 12", "test: 1")
    replace("features: [12, 24, 48]", "features: [4, 4, 4]")
    replace("epochs: 20, stepsPerEpoch: 100", "epochs: 1, stepsPerEpoch: 2")
    let lines = text.components(separatedBy: "\n")
    let arms = try #require(lines.firstIndex(of: "arms:"))
    return
      (lines[..<arms] + [
        "arms:", "  - {name: all, label: binary}", "  - {name: single, label: truth, specific: true}", "comparisons:",
        "  - {name: labels, methods: [label binary, label softMean, label truth]}", "",
      ]).joined(separator: "\n")
  }

  @Test func aStudyEndsInAReportAndGoesOnWhereItStopped() throws {
    try withTemporaryFolder { folder in
      try configuration().write(toFile: folder + "/study.yaml", atomically: true, encoding: .utf8)
      let first = try Tool.run("study", "study.yaml", "-o", "out", "--threads", "1", in: folder)
      #expect(first.status == 0, "\(first.error)")
      let files = [
        "report.html", "tables/summary.tsv", "tables/tests.tsv", "tables/scans.tsv", "scans.tsv",
        "models/single/rec-average_dwi.safetensors",
      ]
      for file in files { #expect(FileManager.default.fileExists(atPath: "\(folder)/out/\(file)"), "\(file)") }
      // One person alone is tested: the reason stands where a number would.
      let tests = try String(contentsOfFile: folder + "/out/tables/tests.tsv", encoding: .utf8)
      #expect(!tests.lowercased().contains("nan"))
      let summary = try String(contentsOfFile: folder + "/out/tables/summary.tsv", encoding: .utf8)

      let again = try Tool.run("study", "study.yaml", "-o", "out", "--threads", "1", in: folder)
      #expect(again.status == 0)
      #expect(!again.error.contains("training") && !again.error.contains("measuring"))
      #expect(try String(contentsOfFile: folder + "/out/tables/summary.tsv", encoding: .utf8) == summary)
    }
  }

  @Test func whatIsWrongIsNamed() throws {
    try withTemporaryFolder { folder in
      let text = try configuration()
      func result(_ old: String, _ new: String) throws -> Tool.Result {
        try text.replacingOccurrences(of: old, with: new).write(toFile: folder + "/study.yaml", atomically: true, encoding: .utf8)
        return try Tool.run("study", "study.yaml", "-o", "out", in: folder)
      }
      let (unknown, contrast, one) = try (
        result("margin: 1", "margins: 1"), result("[flip-1_mt-on_MTS,", "[T7w,"), result("people: 3", "people: 1")
      )
      #expect(unknown.status == 78 && unknown.error.contains("margins"))
      #expect(contrast.status == 65 && contrast.error.contains("T7w"))
      #expect(one.status == 78 && one.error.contains("at least 2"))
      #expect(try Tool.run("study", "none.yaml", "-o", "out", in: folder).status == 66)
      #expect(try Tool.run("study", in: folder).status == 64)
    }
  }
}
