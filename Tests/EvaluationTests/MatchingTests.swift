import Datasets
import Evaluation
import Foundation
import Testing

@Suite struct MatchingTests {
  @Test func namesOfOneScanHaveOneKey() {
    let names = [
      "sub-01_flip-1_mt-on_MTS_label-SC_seg.nii.gz", "sub-01_acq-flip1mton_space-MTS_label-SC_probseg.nii.gz",
      "sub-01_flip-1_mt-on_MTS.nii.gz",
    ]
    let scans = names.map { ScanIdentity(ofMask: $0) }
    #expect(Set(scans.map(\.key)).count == 1)
    #expect(scans.allSatisfy { $0.person == "01" && $0.contrast == "acq-flip1mton_MTS" })
    let visit = ScanIdentity(ofMask: "sub-02_ses-1_run-2_T2starw_seg-manual.nii.gz")
    #expect(visit.contrast == "T2starw" && visit.series == "ses-1_run-2_T2starw" && visit.person == "02")
    let other = ScanIdentity(ofMask: "case_7.nii.gz", in: "visit")
    #expect(other.person == "visit" && other.contrast == "case_7")
  }

  /// Only names are looked at, so empty files do.
  private func make(_ files: [String], in folder: String) throws {
    for file in files {
      let path = folder + "/" + file
      try FileManager.default.createDirectory(atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data().write(to: URL(fileURLWithPath: path))
    }
  }

  @Test func derivativesAreMatchedByEntities() throws {
    try withTemporaryFolder { folder in
      try make(["p/a_01.nii.gz", "p/sub-01_space-T2w_label-SC_probseg.nii.gz", "p/sub-02_space-T2w_label-SC_probseg.nii.gz"], in: folder)
      try make(
        [
          "r/sub-01/anat/sub-01_T2w_label-SC_seg.nii.gz", "r/sub-01/anat/sub-01_space-T2w_seg-discs_dseg.nii.gz",
          "r/sub-01/anat/sub-01_space-T2w_label-lesion_probseg.nii.gz", "r/sub-03/anat/sub-03_T2w_label-SC_seg.nii.gz",
        ], in: folder)
      let matching = try Matching(predictions: folder + "/p", references: folder + "/r")
      #expect(matching.pairs.map(\.scan.person) == ["01"])
      #expect(matching.pairs[0].reference.hasSuffix("sub-01_T2w_label-SC_seg.nii.gz"))
      #expect(matching.unmatchedPredictions.count == 2 && matching.unmatchedReferences.count == 1)
      #expect(matching.ambiguous.isEmpty)
    }
  }

  @Test func plainNamesAndFolders() throws {
    try withTemporaryFolder { folder in
      // Folders on one side only; a scan lies beside its mask.
      try make(["p/x_T2w.nii.gz", "r/x/x_T2w_seg.nii.gz", "r/x/x_T2w.nii.gz"], in: folder)
      #expect(try Matching(predictions: folder + "/p", references: folder + "/r").pairs.count == 1)
      // The same names in different folders stay apart where both sides have folders.
      try make(["q/one/T2w.nii.gz", "q/two/T2w.nii.gz", "s/one/T2w_seg.nii.gz", "s/two/T2w_seg.nii.gz"], in: folder)
      let matching = try Matching(predictions: folder + "/q", references: folder + "/s")
      #expect(matching.pairs.map(\.scan.person) == ["one", "two"])
    }
  }

  @Test func doubtsAndStrangersAreNamed() throws {
    try withTemporaryFolder { folder in
      try make(
        ["p/a.nii.gz", "p/b.nii.gz", "r/a_seg.nii.gz", "r/a_mask.nii.gz", "r/b_seg.nii.gz", "r/b_softseg.nii.gz", "t/c.nii.gz"], in: folder)
      let matching = try Matching(predictions: folder + "/p", references: folder + "/r")
      #expect(matching.pairs.count == 1 && matching.pairs[0].reference.hasSuffix("b_softseg.nii.gz"))
      #expect(matching.ambiguous.count == 1 && matching.ambiguous[0].contains("a_mask"))
      #expect(throws: EvaluationError.self) { try Matching(predictions: folder + "/p", references: folder + "/t") }
      #expect(throws: EvaluationError.missing(path: folder + "/none")) {
        try Matching(predictions: folder + "/none", references: folder + "/t")
      }
      try FileManager.default.createDirectory(atPath: folder + "/empty", withIntermediateDirectories: true)
      #expect(throws: EvaluationError.noMasks(path: folder + "/empty", label: "SC")) {
        try Matching(predictions: folder + "/empty", references: folder + "/t")
      }
    }
  }
}
