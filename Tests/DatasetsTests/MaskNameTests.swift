import Foundation
import Testing

@testable import Datasets

/// Names of scans as they occur, and such as only try the table.
private enum ScanNames {
  /// Valid names of BIDS, raw and derivative.
  static let bids: [String] = {
    var names: [String] = []
    let entities = [
      "", "acq-ax", "ce-gd", "rec-average", "run-01", "run-1", "echo-2", "part-mag", "part-phase", "chunk-3", "acq-ax_run-2",
      "acq-flip1mton",
      "acq-thr50", "acq-inv1", "acq-mton_run-1", "task-rest", "acq-sag_ce-gd_rec-x_run-3_echo-1_part-real",
    ]
    for person in ["sub-01", "sub-amu2_ses-1", "sub-01_ses-b"] {
      for entity in entities {
        for suffix in ["T1w", "T2w", "T2star"] { names.append([person, entity, suffix].filter { !$0.isEmpty }.joined(separator: "_")) }
      }
      for mt in [
        "flip-1_mt-on", "flip-2_mt-off", "acq-ax_flip-1_mt-on", "acq-ax_mt-on", "acq-inv1_mt-off", "acq-flip1_mt-on", "mt-on",
        "run-2_mt-on",
      ] {
        names.append("\(person)_\(mt)_MTS")
      }
      names += [
        "inv-1_MP2RAGE", "inv-2_part-phase_MP2RAGE", "acq-inv1_MP2RAGE", "rec-average_dwi", "dir-AP_run-1_dwi", "acq-b0_dir-PA_dwi",
      ].map {
        "\(person)_\($0)"
      }
      for own in [
        "space-PAM50", "space-T1w", "space-orig", "res-1mm", "desc-preproc", "space-PAM50_desc-preproc", "space-T1w_res-05_desc-crop",
        "desc-thr50", "desc-manual", "desc-denoised", "desc-uncertainty", "desc-T2w", "space-T2w", "desc-a+thr50", "desc-a+", "space-a+b",
      ] {
        for suffix in ["T1w", "T2w"] { names.append("\(person)_\(own)_\(suffix)") }
      }
    }
    return names
  }()

  /// What is no valid name of BIDS.
  static let others = [
    "sub-01_T2w_crop", "sub-01_T2w.v2", "sub-01_T2w_crop.v2", "sub-01_run-2_acq-a_T1w", "sub-1_desc-x_space-y_T2w", "sub-01_space-T2w",
    "sub-01_space-T2w_label-SC", "sub-01_space-T2w_label-SC_probseg", "sub-01_T2w_label-SC_seg", "sub-01_T2w_seg", "sub-01_T2w_seg-manual",
    "sub-01", "scan", "scan_seg", "scan_mask", "scan_label-SC", "scan_label-SC_", "scan_", "scan__", "a b_T2w", "sub-01_T2w (1)",
    "Grüße_T2",
    "脊髓_T2w", "sub-müller_T2w", "case.1.2", "a.b_c.d", "_", "", "__label-SC", "label-SC", "seg", "_seg", "mask", "T2w_desc-x", "my-scan",
    "my-scan_space-T2w", "desc-x_my-scan", "sub-01_flip-a_mt-on_MTS", "sub-01_flip-1_mt-maybe_MTS", "sub-01_nuc-1H_voi-x_T2w",
    "sub-01_PAM50",
    "sub-01_orig", "sub-01_seg-x_T2w", "sub-01_label-x_T2w", "sub-01_den-1_T2w", "sub-01_acq-1_acq-2_T2w", "task-rest_bold", "sub-01_a+b",
    "scan_discs", "scan_desc-uncertainty_map", "field_map", "sub-01_label-SC_seg", "SUB-01_T2W", "sub-01_t2w", "sub-01_T2w_space-PAM50",
    "IM-0001-0001", "20260101_093000T2TSESAGs004a1001", "sub-01_T2w_label-SC_desc-thr50", "sub-01_dlabel", "sub-01_probseg",
  ]
  static let all = bids + others
}

@Suite("One mask, one name")
struct MaskNameTests {
  /// A mask of each kind, with the name that it gets.
  private func masks(of scan: String) -> [String] {
    let name = OutputName(of: "/some/folder/\(scan).nii.gz")
    return [name.mask(), name.mask(threshold: 0.5), name.mask(threshold: 0.25), name.uncertainty(), name.mask(label: "canal")]
  }

  @Test("Different scans get different names, whatever is made of them")
  func injective() {
    #expect(ScanNames.all.count > 300 && Set(ScanNames.all).count == ScanNames.all.count)
    var owners: [String: String] = [:]
    for scan in ScanNames.all {
      for mask in masks(of: scan) {
        #expect(owners[mask] == nil, "\(mask) is made of \(owners[mask] ?? "") and of \(scan)")
        owners[mask] = scan
      }
    }
  }

  @Test("A mask's name tells its scan")
  func roundTrip() {
    for scan in ScanNames.all {
      for mask in masks(of: scan) { #expect(OutputName.scan(ofMask: "x/\(mask).nii") == scan, "\(mask)") }
    }
  }

  @Test("Names of BIDS become valid names of derivatives, others keep their own")
  func valid() throws {
    // Of raw MRI and volumes made from them, as the validator of BIDS takes them (schema 1.2).
    let allowed = try Regex(
      "sub-V(_ses-V)?(_task-V)?(_acq-V)?(_ce-V)?(_rec-V)?(_dir-V)?(_run-V)?(_echo-V)?(_part-V)?_space-V(_chunk-V)?(_res-V)?_label-SC(_desc-V)?_S"
        .replacing("V", with: "[0-9a-zA-Z+]+").replacing("S$", with: "(probseg|mask|map)").replacing("_S", with: "_(probseg|mask|map)"))
    for scan in ScanNames.bids {
      for mask in masks(of: scan).dropLast() { #expect(mask.wholeMatch(of: allowed) != nil, "\(scan): \(mask)") }
    }
    for scan in ScanNames.others {
      for mask in masks(of: scan) where BIDSName(scan)?.description != scan || scan.contains(".") {
        #expect(mask.hasPrefix(scan + "_"), "\(scan): \(mask)")
      }
    }
  }

  @Test(
    "As people meet them",
    arguments: [
      ("sub-01_T2w", "sub-01_space-T2w_label-SC_probseg"), ("sub-01_T2w_crop", "sub-01_T2w_crop_label-SC_probseg"),
      ("sub-01_desc-preproc_T2w", "sub-01_space-T2w_label-SC_desc-preproc_probseg"),
      ("sub-01_space-PAM50_T2w", "sub-01_space-PAM50+T2w_label-SC_probseg"),
      ("sub-01_res-1mm_T2w", "sub-01_space-T2w_res-1mm_label-SC_probseg"), ("sub-01_T2w.v2", "sub-01_T2w.v2_label-SC_probseg"),
      ("sub-01_inv-1_MP2RAGE", "sub-01_acq-inv1_space-MP2RAGE_label-SC_probseg"),
      ("sub-01_acq-mton_MTS", "sub-01_acq-mton+_space-MTS_label-SC_probseg"),
    ])
  func examples(scan: String, mask: String) {
    #expect(OutputName(of: scan + ".nii.gz").mask() == mask)
    #expect(OutputName(of: scan + ".NII.GZ").mask() == mask)
  }

  @Test(
    "Masks of other programs tell their scans",
    arguments: [
      ("sub-01_T2w_label-SC_seg", "sub-01_T2w"), ("sub-01_desc-preproc_T2w_label-SC_seg", "sub-01_desc-preproc_T2w"),
      ("sub-01_T2w_seg-manual", "sub-01_T2w"), ("T2_seg", "T2"), ("T2_softseg", "T2"), ("sub-01_space-orig_label-SC_mask", "sub-01"),
      ("sub-1_flip-1_mt-on_MTS_desc-softseg_label-SC_seg", "sub-1_flip-1_mt-on_MTS"), ("case-1_space-T2w_label-SC_seg", "case-1_T2w"),
      ("sub-01_space-T2w_label-SC_desc-manual_mask", "sub-01_T2w"), ("T2_seg_labeled", "T2"), ("sub-01_T2w_discs", "sub-01_T2w"),
      ("sub-01_space-T2w_seg-discs_dseg", "sub-01_T2w"), ("sub-01_T2w_label-discs_dlabel", "sub-01_T2w"), ("T2w", "T2w"),
    ])
  func foreign(mask: String, scan: String) { #expect(OutputName.scan(ofMask: "a/\(mask).nii.gz") == scan) }

  @Test("Scans with names of their own are different scans")
  func identities() {
    let scans = [
      "sub-01_T2w", "sub-01_T2w_crop", "sub-01_desc-preproc_T2w", "sub-01_space-PAM50_T2w", "sub-01_res-1mm_T2w", "sub-01_T2w.v2",
    ]
    let keys = scans.map { ScanIdentity(ofMask: OutputName(of: $0).mask()).key }
    #expect(Set(keys).count == scans.count)
    for (scan, key) in zip(scans, keys) { #expect(ScanIdentity(ofMask: scan + ".nii.gz").key == key) }
    #expect(scans.dropLast().map { ScanIdentity(ofMask: $0).person } == Array(repeating: "01", count: 5))
  }

  @Test("Every name that belongs to a scan tells it", arguments: Companion.allCases.filter { $0 != .scan })
  func companions(kind: Companion) {
    for scan in ["sub-01_T2w", "sub-01_acq-ax_desc-crop_T2w", "T2"] {
      // A mask of a scan of the canal may be called like SCT's mask of the canal.
      for stem in kind.stems(of: scan) where !stem.hasSuffix("_canal_seg") {
        #expect(OutputName.scan(ofMask: stem) == scan, "\(stem)")
        #expect(kind.words.contains(where: stem.lowercased().contains) || kind == .cord, "\(stem)")
      }
    }
  }

  @Test("Masks of a scan in a data set: its own, else those whose description may be the mask's")
  func dataset() throws {
    let raw = try #require(BIDSName("sub-01_T2w"))
    func files(_ names: [String]) throws -> [DatasetFile] {
      try names.map { DatasetFile(root: "r", path: "sub-01/anat/\($0).nii.gz", name: try #require(BIDSName($0)), datatype: "anat") }
    }
    let both = try files(["sub-01_space-T2w_label-SC_probseg", "sub-01_space-T2w_label-SC_desc-crop_probseg"])
    #expect(both.made(from: raw).map(\.path) == [both[0].path])
    #expect(Array(both.dropFirst()).made(from: raw).map(\.path) == [both[1].path])
    #expect(both.made(from: try #require(BIDSName("sub-01_desc-crop_T2w"))).map(\.path) == [both[1].path])
  }
}
