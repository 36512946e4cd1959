import Datasets
import Testing

@testable import Batch

@Suite struct ShardTests {
  @Test func shardsTogetherAreTheWholeAndShareNothing() {
    let all = Array(0..<23)
    for count in 1...7 {
      let parts = (1...count).map { Shard(argument: "\($0)/\(count)")!.part(of: all) }
      #expect(parts.joined().sorted() == all)
      #expect(parts.map(\.count).max()! - parts.map(\.count).min()! <= 1)
    }
  }

  @Test(arguments: ["0/3", "4/3", "1", "a/b", "1/0", "1/2/3", "-1/2"]) func whatIsNoShardIsRefused(_ text: String) {
    #expect(Shard(argument: text) == nil)
  }
}

@Suite struct FilterTests {
  /// Names of the scans that a filter leaves of a data set of empty files.
  private func names(_ filter: ScanFilter, query: String? = nil) throws -> [String] {
    try withFolder { folder in
      for name in [
        "sub-01/ses-1/anat/sub-01_ses-1_T2w", "sub-01/ses-1/anat/sub-01_ses-1_acq-ax_T2w", "sub-01/ses-2/anat/sub-01_ses-2_T1w",
        "sub-02/ses-1/anat/sub-02_ses-1_T2w", "sub-02/ses-1/anat/sub-02_ses-1_T1map", "sub-02/ses-1/dwi/sub-02_ses-1_dwi",
        "sub-02/ses-1/dwi/sub-02_ses-1_rec-average_dwi", "sub-02/ses-1/anat/sub-02_ses-1_T2w_label-SC_seg",
      ] { try SmallCohort.put("", "\(folder)/\(name).nii.gz") }
      try SmallCohort.put(#"{"Name": "x", "BIDSVersion": "1.10.0"}"#, folder + "/dataset_description.json")
      var filter = filter
      if let query {
        try SmallCohort.put(query, folder + "/filter.json")
        filter.queries = try ScanFilter.queries(in: folder + "/filter.json")
      }
      return try filter.scans(of: Dataset(at: folder)).map { $0.name.description }
    }
  }

  @Test func withoutAFilterScansOfAnatomyAreTaken() throws {
    #expect(
      try names(ScanFilter()) == [
        "sub-01_ses-1_T2w", "sub-01_ses-1_acq-ax_T2w", "sub-01_ses-2_T1w", "sub-02_ses-1_T2w", "sub-02_ses-1_rec-average_dwi",
      ])
  }

  @Test func peopleSessionsAndContrastsNarrow() throws {
    var filter = ScanFilter()
    filter.people = ["sub-01"]
    #expect(try names(filter).count == 3)
    filter.sessions = ["1"]
    #expect(try names(filter) == ["sub-01_ses-1_T2w", "sub-01_ses-1_acq-ax_T2w"])
    filter.contrasts = ["acq-ax_T2w"]
    #expect(try names(filter) == ["sub-01_ses-1_acq-ax_T2w"])
    filter.people = ["77"]
    #expect(throws: BatchError.nobody(asked: ["sub-77"])) { try names(filter) }
  }

  @Test(arguments: [
    (#"{"t2w": {"suffix": "T2w", "acquisition": null}}"#, ["sub-01_ses-1_T2w", "sub-02_ses-1_T2w"]),
    (#"{"t2w": {"suffix": ["T2w", "T1w"], "session": 2}, "b": {"acq": "*"}}"#, ["sub-01_ses-1_acq-ax_T2w", "sub-01_ses-2_T1w"]),
    (#"{"map": {"datatype": "anat", "suffix": "T1map"}}"#, ["sub-02_ses-1_T1map"]),
  ]) func aFilterFileSaysWhatEntitiesMustBe(_ text: String, _ expected: [String]) throws {
    #expect(try names(ScanFilter(), query: text) == expected)
  }

  @Test func aFilterOfAnEntityThatIsNoneIsRefused() {
    #expect(throws: BatchError.self) { try names(ScanFilter(), query: #"{"t2w": {"sufix": "T2w"}}"#) }
  }
}
