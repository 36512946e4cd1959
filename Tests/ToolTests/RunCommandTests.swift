import Foundation
import NIfTI
import Testing

/// `softcord run` as a user runs it.
@Suite(.serialized) struct RunCommandTests {
  /// A data set of two tiny scans.
  private func dataset(in folder: String) throws -> String {
    let raw = folder + "/raw"
    let image = TinyScan.volume()
    for person in ["01", "02"] {
      let place = "\(raw)/sub-\(person)/anat"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      try NIfTI.write(image, to: "\(place)/sub-\(person)_T2w.nii.gz")
    }
    try #"{"Name": "Tiny", "BIDSVersion": "1.10.0"}"#.write(toFile: raw + "/dataset_description.json", atomically: true, encoding: .utf8)
    return raw
  }

  @Test func theHelpIsFMRIPrepsInterface() throws {
    let help = try Tool.run("run", "--help").output
    for option in [
      "--participant-label", "--participant_label", "--session-label", "--bids-filter-file", "--contrasts", "--derivatives", "--work-dir",
      "--nprocs", "--mem", "--skip-bids-validation", "--stop-on-first-crash", "--reports-only", "--dry-run", "--model", "--device",
      "--vertebrae", "--shard", "--write-slurm", "--write-snakemake",
    ] { #expect(help.contains(option), "\(option)") }
  }

  @Test(arguments: [
    ["run"], ["run", "a", "b"], ["run", "a", "b", "study"], ["run", "a", "b", "participant", "--shard", "4/3"],
    ["run", "a", "b", "participant", "--mem", "much"], ["run", "a", "b", "participant", "-d", "=x"],
  ]) func wrongUsageIs64(arguments: [String]) throws { #expect(try Tool.run(arguments: arguments).status == 64) }

  @Test func whatFailsIsStatusOneAndIsToldByItsFile() throws {
    try withTemporaryFolder { folder in
      let (raw, out) = (try dataset(in: folder), folder + "/out")
      let plan = try Tool.run("run", raw, out, "participant", "--dry-run")
      #expect(plan.status == 0 && plan.output.split(separator: "\n").count == 3)
      #expect(!FileManager.default.fileExists(atPath: out))
      #expect(try Tool.run("run", raw, out, "group").status == 66)
      try Data().write(to: URL(fileURLWithPath: raw + "/sub-02/anat/sub-02_T2w.nii.gz"))
      let result = try Tool.run("run", raw, out, "participant", "--participant_label", "sub-01", "02")
      #expect(result.status == 1 && result.error.contains("sub-02/anat/sub-02_T2w.nii.gz"), "\(result.error)")
      #expect(try Tool.run("run", raw, out, "group").status == 0)
      #expect(FileManager.default.fileExists(atPath: out + "/qc/index.html"))
      #expect(try Tool.run("run", raw, raw + "/out", "participant").status == 73)
      #expect(try Tool.run("run", raw, out, "participant", "--participant-label", "99").status == 66)
    }
  }

  @Test func theScriptsForClustersDoTheWork() throws {
    try withTemporaryFolder { folder in
      let raw = try dataset(in: folder)
      #expect(try Tool.run("run", raw, "whole", "participant", in: folder).status == 0)
      // Paths are those of where the scripts were written.
      let written = try Tool.run("run", "raw", "parts", "participant", "--write-slurm", "jobs", in: folder)
      #expect(written.status == 0, "\(written.error)")
      for index in ["1", "2"] {
        let command = "SLURM_ARRAY_TASK_ID=\(index) bash \(folder)/jobs/participant.sbatch"
        let result = try Tool.run(program: "/bin/bash", arguments: ["-c", command], in: NSTemporaryDirectory())
        #expect(result.status == 0, "\(result.error)")
      }
      let same = try Tool.run(program: "/usr/bin/diff", arguments: ["-r", folder + "/whole", folder + "/parts"])
      #expect(same.status == 0, "\(same.output)")
      #expect(try Tool.run("run", raw, folder + "/parts", "participant", "--write-snakemake", folder + "/snake").status == 0)
      let snakefile = try String(contentsOfFile: folder + "/snake/Snakefile", encoding: .utf8)
      #expect(snakefile.contains("SHARDS = 2") && !snakefile.contains("--write-snakemake"))
    }
  }
}
