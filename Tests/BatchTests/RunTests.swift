import Datasets
import Files
import Foundation
import NIfTI
import Testing

@testable import Batch

@Suite(.serialized) struct RunTests {
  @Test func brokenScansAreNamedWithTheirReasonsAndTheOthersAreDone() throws {
    try withFolder { folder in
      let cohort = try SmallCohort(in: folder, broken: true)
      let before = try cohort.files("raw")
      let outcome = try ParticipantRun(cohort.request()).run()
      #expect(outcome.done == 4)
      let reasons = Dictionary(uniqueKeysWithValues: outcome.failed.map { ($0.scan, $0.failure!.reason) })
      #expect(reasons == Dictionary(uniqueKeysWithValues: SmallCohort.broken.map { ($0.name, $0.reason) }))
      #expect(try cohort.files("raw") == before, "the input is never written to")
      let table = try TextTable(contentsOf: folder + "/out/status.tsv")
      #expect(table.rows.count == 10)
      let status = table.column(["status"])!
      #expect(table.rows.count { $0.cells[status] == "failed" } == SmallCohort.broken.count)
      // Nothing tells of this machine.
      for (name, bytes) in try cohort.files() where name.hasPrefix("records") || name.hasSuffix(".tsv") {
        #expect(!String(decoding: bytes, as: UTF8.self).contains(folder), "\(name)")
      }
    }
  }

  @Test func whatWasStoppedGoesOnAndEndsWithTheSameBytes() throws {
    try withFolder { folder in
      let cohort = try SmallCohort(in: folder)
      var request = cohort.request()
      _ = try ParticipantRun(request).run()
      _ = try GroupRun(request).run()
      let whole = try cohort.files()
      // The same again does nothing.
      #expect(try ParticipantRun(request).run().kept == 4)
      #expect(try cohort.files() == whole)
      // Shards one after the other, the first of which was stopped before its records.
      request.output = folder + "/parts"
      for index in 1...3 {
        request.shard = Shard(argument: "\(index)/3")!
        request.workers = 1
        _ = try ParticipantRun(request).run()
        if index == 1 {
          try FileManager.default.removeItem(atPath: folder + "/parts/records/sub-01_T1w.json")
          try FileManager.default.removeItem(atPath: folder + "/parts/measures/sub-01_T1w.tsv")
          #expect(try ParticipantRun(request).run().done == 1)
        }
      }
      request.shard = .whole
      _ = try GroupRun(request).run()
      var parts = try cohort.files("parts")
      // Browsers keep verdicts by the folder's name.
      parts["qc/ranking.js"] = parts["qc/ranking.js"].map {
        Data(String(decoding: $0, as: UTF8.self).replacing("raw/parts", with: "raw/out").utf8)
      }
      #expect(Set(parts.keys) == Set(whole.keys))
      for (name, bytes) in whole { #expect(parts[name] == bytes, "\(name)") }
    }
  }

  @Test func whatChangedIsDoneAgainAndWhatFailsNowLeavesNothing() throws {
    try withFolder { folder in
      let cohort = try SmallCohort(in: folder, people: 1)
      var request = cohort.request()
      _ = try ParticipantRun(request).run()
      let mask = folder + "/out/sub-01/anat/sub-01_space-T2w_label-SC_probseg.nii.gz"
      let sound = try Data(contentsOf: URL(fileURLWithPath: mask))
      try AtomicFile.write(sound.prefix(100), to: mask)
      #expect(try ParticipantRun(request).run().done == 1)
      #expect(try Data(contentsOf: URL(fileURLWithPath: mask)) == sound)
      request.vertebrae = 3...4
      #expect(try ParticipantRun(request).run().done == 2)
      // Pages alone: nothing else changes.
      request.reportsOnly = true
      let page = folder + "/out/qc/scans/sub-01_T2w.html"
      let old = try Data(contentsOf: URL(fileURLWithPath: page))
      #expect(try ParticipantRun(request).run().done == 2)
      #expect(try Data(contentsOf: URL(fileURLWithPath: page)) == old)
      request.reportsOnly = false
      try AtomicFile.write(Data(), to: cohort.raw + "/sub-01/anat/sub-01_T2w.nii.gz")
      let outcome = try ParticipantRun(request).run()
      #expect(outcome.failed.count == 1 && outcome.kept == 1)
      #expect(!FileManager.default.fileExists(atPath: mask) && !FileManager.default.fileExists(atPath: page))
    }
  }

  @Test func levelsAreTheScansOwnOrThoseOfTheSession() throws {
    try withFolder { folder in
      let cohort = try SmallCohort(in: folder)
      _ = try ParticipantRun(cohort.request()).run()
      let records = try ScanRecord.all(in: folder + "/out")
      #expect(records.map(\.levels) == [.discs, .discs, .discs, .discs])
      #expect(records.map(\.levelsLentBy) == ["sub-01_T2w", nil, "sub-02_T2w", nil])
      // A scan without labels anywhere is measured all the same.
      try FileManager.default.removeItem(atPath: cohort.raw + "/derivatives")
      #expect(try ParticipantRun(cohort.request()).run().done == 4)
      #expect(try ScanRecord.all(in: folder + "/out").allSatisfy { $0.levels == nil && $0.quality!.area > 0 })
    }
  }

  @Test func levelsAreFoundInTheScanElseInAnotherOfItsSession() throws {
    try withFolder { folder in
      let cohort = try SmallCohort(in: folder, people: 1)
      try FileManager.default.removeItem(atPath: cohort.raw + "/derivatives")
      let (scan, truth) = try SmallCohort.writeTall(to: cohort.raw)
      _ = try ParticipantRun(cohort.request()).run()
      let records = try Dictionary(uniqueKeysWithValues: ScanRecord.all(in: folder + "/out").map { ($0.name, $0) })
      #expect(records["sub-21_T2w"]?.levels == .discs && records["sub-21_T2w"]?.levelsLentBy == nil)
      #expect(records["sub-21_T2star"]?.levels == .discs && records["sub-21_T2star"]?.levelsLentBy == "sub-21_T2w")
      // The scans of the other person tell nothing, neither for themselves nor for each other.
      #expect(records["sub-01_T2w"]?.levels == nil)
      let table = try TextTable(contentsOf: folder + "/out/measures/sub-21_T2star.tsv")
      let (level, place) = (table.column(["level"])!, table.column(["numbering_probability"])!)
      #expect(table.rows.contains { $0.cells[level] == "5" && Double($0.cells[place])! > 0.8 })
      // Both scans show the same discs where the truth has them.
      for name in ["T2w", "T2star"] {
        let discs = "\(folder)/out/sub-21/anat/sub-21_space-\(name)_seg-discs_dseg.nii.gz"
        for mark in try #require(DiscSidecar(beside: discs)?.marks) where mark.label < 50 {
          let own = try #require(truth[mark.label])
          #expect((SIMD3(mark.position[0], mark.position[1], mark.position[2]) - own).length < 6, "\(name) \(mark)")
        }
      }
      // A changed lender is another input.
      try NIfTI.write(scan.map { $0 * 1.01 }, to: cohort.raw + "/sub-21/anat/sub-21_T2w.nii.gz")
      #expect(try ParticipantRun(cohort.request()).run().done == 2)
    }
  }

  @Test func groupTablesJoinPeopleAndLeaveOutWhatFailedByVerdict() throws {
    try withFolder { folder in
      let cohort = try SmallCohort(in: folder)
      let request = cohort.request()
      _ = try ParticipantRun(request).run()
      _ = try GroupRun(request).run()
      let wide = try TextTable(contentsOf: folder + "/out/group/areas_wide.tsv")
      #expect(wide.rows.count == 2)
      #expect(Array(wide.header.prefix(4)) == ["participant_id", "session_id", "age", "sex"])
      #expect(wide.header.contains("T2w_whole_csa_mm2") && wide.header.contains("T1w_C4_csa_mm2"))
      #expect(wide.rows.map { $0.cells[2] } == ["31", "44"])
      let agreement = try TextTable(contentsOf: folder + "/out/group/agreement.tsv")
      #expect(agreement.rows.contains { Array($0.cells.prefix(4)) == ["whole", "T1w", "T2w", "2"] })
      try SmallCohort.put("scan\tverdict\tcomment\nsub-02/anat/sub-02_T2w.nii.gz\tfail\tn/a\n", folder + "/out/qc/verdicts.tsv")
      _ = try GroupRun(request).run()
      let areas = try TextTable(contentsOf: folder + "/out/group/areas.tsv")
      let scan = areas.column(["scan"])!
      #expect(Set(areas.rows.map { $0.cells[scan] }).count == 3)
    }
  }

  @Test func correctedMasksTakeTheNetworksPlace() throws {
    try withFolder { folder in
      let cohort = try SmallCohort(in: folder, people: 1)
      var request = cohort.request()
      _ = try ParticipantRun(request).run()
      let mask = try NIfTI.read(folder + "/out/sub-01/anat/sub-01_space-T2w_label-SC_probseg.nii.gz").volume
      try Folder.make(folder + "/hand/sub-01/anat")
      try NIfTI.write(mask.binarized(above: 0.5), to: folder + "/hand/sub-01/anat/sub-01_T2w_seg.nii.gz", as: .uint8)
      request.masks = folder + "/hand"
      let outcome = try ParticipantRun(request).run()
      #expect(outcome.done == 1 && outcome.kept == 1)
      let record = try ScanRecord.all(in: folder + "/out")[1]
      #expect(record.isCorrected && record.inputs[1].uri == "bids:corrected:sub-01/anat/sub-01_T2w_seg.nii.gz")
    }
  }

  @Test func outputsThatWouldChangeTheInputAreRefused() throws {
    try withFolder { folder in
      let cohort = try SmallCohort(in: folder, people: 1)
      for output in ["raw", "raw/out", "."] {
        #expect(throws: BatchError.self) { _ = try ParticipantRun(cohort.request(output)) }
      }
      _ = try ParticipantRun(cohort.request("raw/derivatives/softcord"))
    }
  }
}
