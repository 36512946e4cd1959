import Evaluation
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
  }
}
