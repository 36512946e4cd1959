import Testing

@testable import Datasets

@Suite("File names")
struct NameTests {
  @Test(
    "What is read is written again",
    arguments: [
      "sub-01_T2w", "sub-amu01_ses-2_acq-ax_rec-average_run-01_dwi", "sub-01_flip-1_mt-on_MTS", "sub-01_space-T2w_label-SC_desc-thr50_mask",
      "sub-01_acq-x_T2w_label-SC_seg", "sub-01_rec-average_dwi_label-SC_softseg",
    ])
  func roundTrip(name: String) throws {
    #expect(try #require(BIDSName("/data/\(name).nii.gz")).description == name)
  }

  @Test(
    "What is no name of BIDS is refused",
    arguments: [
      "scan.nii.gz", "sub-01.nii.gz", "sub-_T2w", "sub-01__T2w", "sub-01_acq-1_acq-2_T2w", "sub-01_T2w_x_seg", "sub-0 1_T2w",
      "task-rest_bold", "", "/", "sub-01_foo-1_T2w", "acq-1_sub-02_T2w",
    ])
  func refused(name: String) { #expect(BIDSName(name) == nil) }

  @Test("Entities are put in the order of BIDS")
  func order() throws {
    #expect(try #require(BIDSName("sub-1_run-2_acq-a_T1w")).description == "sub-1_acq-a_run-2_T1w")
    let name = BIDSName([.label: "SC", .description: "soft", .subject: "1"], suffix: "seg", origin: "T2w")
    #expect(name.description == "sub-1_T2w_label-SC_desc-soft_seg")
  }

  @Test(
    "Derivatives carry only what they may",
    arguments: [
      ("sub-1_T2w", "sub-1_space-T2w_label-SC_probseg"), ("sub-1_flip-1_mt-on_MTS", "sub-1_acq-flip1mton_space-MTS_label-SC_probseg"),
      ("sub-1_acq-ax_flip-2_mt-off_MTS", "sub-1_acq-axflip2mtoff_space-MTS_label-SC_probseg"),
      ("sub-1_rec-average_dwi", "sub-1_rec-average_space-dwi_label-SC_probseg"), ("scan", "scan_label-SC_probseg"),
      ("sub-1_space-T1w_label-x_desc-y_T2w", "sub-1_space-T1w_label-x_desc-y_T2w_label-SC_probseg"),
      ("sub-1_ses-2_T1w.nii", "sub-1_ses-2_space-T1w_label-SC_probseg"),
    ])
  func derivatives(scan: String, mask: String) {
    #expect(OutputName(of: "/x/\(scan)").mask() == mask)
  }

  @Test("A binary mask says where it was cut")
  func threshold() {
    #expect(OutputName(of: "sub-1_T2w.nii.gz").mask(threshold: 0.5) == "sub-1_space-T2w_label-SC_desc-thr50_mask")
    #expect(OutputName(of: "a.b.nii.gz").mask(threshold: 0.25) == "a.b_label-SC_desc-thr25_mask")
  }

  @Test("A mask knows its scan, as we name it and as the Spine Generic database does")
  func madeFrom() throws {
    let scan = try #require(BIDSName("sub-1_flip-1_mt-on_MTS"))
    for name in [
      "sub-1_acq-flip1mton_space-MTS_label-SC_probseg", "sub-1_flip-1_mt-on_MTS_label-SC_softseg",
      "sub-1_flip-1_mt-on_MTS_desc-softseg_label-SC_seg",
    ] {
      #expect(try #require(BIDSName(name)).isMade(from: scan), "\(name)")
    }
    for name in [
      "sub-1_acq-flip2mtoff_space-MTS_label-SC_probseg", "sub-1_flip-2_mt-off_MTS_label-SC_seg", "sub-2_flip-1_mt-on_MTS_label-SC_seg",
      "sub-1_flip-1_mt-on_MTS",
    ] {
      #expect(try !#require(BIDSName(name)).isMade(from: scan), "\(name)")
    }
  }

  @Test("Folders")
  func folders() throws {
    #expect(try #require(BIDSName("sub-1_ses-b_T2w")).folder("anat") == "sub-1/ses-b/anat")
    #expect(try #require(BIDSName("sub-1_dwi")).datatype == "dwi")
  }
}
