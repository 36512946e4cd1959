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

  /// What `segment --uncertainty` and `ground-truth` write beside masks.
  @Test(arguments: [
    "sub-01_space-T2w_label-SC_desc-uncertainty_map", "sub-01_space-T2w_label-SC_desc-coverage_probseg", "x_label-SC_desc-uncertainty_map",
  ])
  func mapsAreNoMasks(_ map: String) throws {
    try withTemporaryFolder { folder in
      let scan = map.hasPrefix("x") ? "x" : "sub-01_T2w"
      try make(["p/\(map).nii.gz", "r/\(scan)_seg.nii.gz"], in: folder)
      #expect(throws: EvaluationError.noMasks(path: folder + "/p", label: "SC")) {
        try Matching(predictions: folder + "/p", references: folder + "/r")
      }
      for mask in [OutputName(of: scan).mask(), OutputName(of: scan).mask(threshold: 0.5)] {
        try make(["\(mask)/\(map).nii.gz", "\(mask)/\(mask).nii.gz"], in: folder)
        let matching = try Matching(predictions: "\(folder)/\(mask)", references: folder + "/r")
        #expect(matching.pairs.map(\.prediction) == ["\(folder)/\(mask)/\(mask).nii.gz"] && matching.ambiguous.isEmpty)
      }
    }
  }

  /// Words in `desc-` that nobody knows here: of a scan they make it another scan, of a mask another mask of the scan.
  @Test func descriptionsOfOthersAreNotMixedUp() throws {
    try withTemporaryFolder { folder in
      try make(["r/sub-01_T2w_label-SC_seg.nii.gz"], in: folder)
      func match(_ files: String...) throws -> Matching {
        try? FileManager.default.removeItem(atPath: folder + "/p")
        try make(files.map { "p/\($0).nii.gz" }, in: folder)
        return try Matching(predictions: folder + "/p", references: folder + "/r")
      }
      let own = "sub-01_space-T2w_label-SC_probseg"
      // Another scan's: ours is taken, and alone it is not.
      for other in ["sub-01_space-T2w_label-SC_desc-other_probseg", "sub-01_desc-other_T2w_label-SC_seg", "sub-01_desc-other_T2w"] {
        let matching = try match(own, other)
        #expect(matching.pairs.count == 1 && matching.pairs[0].prediction.hasSuffix(own + ".nii.gz") && matching.ambiguous.isEmpty)
        #expect(throws: EvaluationError.self) { try match(other) }
      }
      // Another mask of this scan: softer or not, nothing says which is meant.
      for other in ["sub-01_T2w_desc-other_label-SC_probseg", "sub-01_T2w_label-SC_desc-other_softseg", "sub-01_T2w_desc-other_seg"] {
        let matching = try match(own, other)
        #expect(matching.pairs.isEmpty && matching.ambiguous.count == 1 && matching.ambiguous[0].contains(other), "\(other)")
        #expect(try match(other).pairs.count == 1)
      }
      // What a word that is known says of a mask does not make it another one.
      #expect(try match(own, "sub-01_space-T2w_label-SC_desc-thr50_mask").pairs.count == 1)
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
