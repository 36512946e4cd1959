import Files
import Foundation
import Testing

@testable import Datasets

/// A folder that goes with the test.
private func withDataset<T>(_ files: [String: String], _ body: (String) throws -> T) throws -> T {
  let root = NSTemporaryDirectory() + "datasets-" + UUID().uuidString
  defer { try? FileManager.default.removeItem(atPath: root) }
  for (path, text) in files {
    let url = URL(fileURLWithPath: "\(root)/\(path)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }
  return try body(root)
}

private let description = #"{"Name": "x", "BIDSVersion": "1.9.0"}"#

@Suite("Data sets on disk")
struct DatasetTests {
  @Test("Files are found by their entities, in the order of their paths")
  func files() throws {
    try withDataset([
      "dataset_description.json": description, "README": "", "sub-b/anat/sub-b_T2w.nii.gz": "", "sub-a/anat/sub-a_T2w.nii.gz": "",
      "sub-a/anat/sub-a_T2w.json": "{}", "sub-a/anat/sub-a_T1w.nii": "", "sub-a/dwi/sub-a_rec-average_dwi.nii.gz": "",
      "sub-a/anat/notes.nii.gz": "",
      "sub-b/ses-1/anat/sub-b_ses-1_T2w.nii.gz": "", ".sub-c.part/anat/sub-c_T2w.nii.gz": "",
      "derivatives/x/dataset_description.json": description,
      "derivatives/x/sub-a/anat/sub-a_T2w_label-SC_seg.nii.gz": "", "derivatives/x/sub-a/anat/sub-a_space-T1w_label-SC_probseg.nii.gz": "",
      "derivatives/not": "",
    ]) { root in
      let set = try Dataset(at: root)
      #expect(try set.subjects == ["a", "b"])
      #expect(
        try set.files(suffixes: ["T2w"]).map(\.path) == [
          "sub-a/anat/sub-a_T2w.nii.gz", "sub-b/anat/sub-b_T2w.nii.gz", "sub-b/ses-1/anat/sub-b_ses-1_T2w.nii.gz",
        ])
      #expect(try set.files([.session: "1"]).count == 1)
      #expect(try set.files([.subject: "a"], datatypes: ["dwi"]).map(\.name.suffix) == ["dwi"])
      #expect(try set.files([.subject: "nobody"]).isEmpty)
      #expect(try set.derivatives == ["x"])
      let masks = try set.derivative("x")
      let scan = try set.files([.subject: "a"], suffixes: ["T2w"])[0]
      #expect(try masks.files(madeFrom: scan.name, label: "SC").map(\.path) == ["sub-a/anat/sub-a_T2w_label-SC_seg.nii.gz"])
      #expect(try masks.files(madeFrom: set.files([.subject: "a"], suffixes: ["T1w"])[0].name).map(\.name.suffix) == ["probseg"])
    }
  }

  @Test("Sidecars above hold too, and the nearest wins")
  func inheritance() throws {
    try withDataset([
      "dataset_description.json": description, "T2w.json": #"{"EchoTime": 0.1, "RepetitionTime": 2, "Manufacturer": "Siemens"}"#,
      "acq-ax_T2w.json": #"{"RepetitionTime": 3}"#, "sub-a/anat/sub-a_T2w.json": #"{"EchoTime": 0.12}"#, "sub-a/anat/sub-a_T2w.nii.gz": "",
      "sub-a/anat/sub-a_acq-ax_T2w.nii.gz": "",
    ]) { root in
      let files = try Dataset(at: root).files()
      #expect(try files.map { try $0.sidecar["EchoTime"]?.number } == [0.12, 0.12])
      #expect(try files.map { try $0.sidecar["RepetitionTime"]?.number } == [2, 3])
      #expect(try files[0].sidecar["Manufacturer"]?.text == "Siemens")
    }
  }

  @Test("A link to content that was not fetched is found and said to be absent")
  func annex() throws {
    try withDataset(["dataset_description.json": description, "sub-a/anat/x": ""]) { root in
      try FileManager.default.createSymbolicLink(
        atPath: root + "/sub-a/anat/sub-a_T2w.nii.gz", withDestinationPath: "../../.git/annex/nothing")
      #expect(try Dataset(at: root).files().map(\.isPresent) == [false])
    }
  }

  @Test("Participants, with what is not known left out")
  func participants() throws {
    try withDataset([
      "dataset_description.json": description, "participants.tsv": "\u{FEFF}participant_id\tsex\tage\r\nsub-a\tF\tn/a\r\nsub-b\tM\t30\r\n",
    ]) { root in
      let people = try Dataset(at: root).participants
      #expect(people.map(\.subject) == ["a", "b"])
      #expect(people.map(\.facts) == [["sex": "F"], ["sex": "M", "age": "30"]])
    }
  }

  @Test("Somebody who is listed twice is named with both lines")
  func repeatedParticipants() throws {
    try withDataset([
      "dataset_description.json": description, "participants.tsv": "participant_id\tgroup\nsub-a\tpatient\nsub-b\tpatient\na\tcontrol\n",
    ]) { root in
      let reason = "lists sub-a twice, in lines 2 and 4"
      #expect(throws: DatasetError.malformed(path: root + "/participants.tsv", reason: reason)) { try Dataset(at: root).participants }
    }
  }

  @Test("What cannot be used is named")
  func errors() throws {
    #expect(throws: DatasetError.missing(path: "/no/such")) { try Dataset(at: "/no/such") }
    try withDataset([
      "a/x": "", "b/dataset_description.json": "{", "c/dataset_description.json": "{}", "d/dataset_description.json": description,
      "d/participants.tsv": "participant_id\tage\nsub-1\n",
    ]) { root in
      #expect(throws: DatasetError.noDescription(path: root + "/a")) { try Dataset(at: root + "/a") }
      #expect(throws: DatasetError.self) { try Dataset(at: root + "/b") }
      #expect(throws: DatasetError.malformed(path: root + "/c/dataset_description.json", reason: "Name is missing")) {
        try Dataset(at: root + "/c")
      }
      #expect(throws: DatasetError.malformed(path: root + "/d/participants.tsv", reason: "line 2 has 1 values for 2 columns")) {
        try Dataset(at: root + "/d").participants
      }
    }
  }

  @Test("JSON values are written as they were read")
  func json() throws {
    let value: JSONValue = ["a": 1, "b": 0.5, "c": [true, "x/y"], "d": ["e": .null]]
    let text = String(decoding: value.fileBytes, as: UTF8.self)
    #expect(text.contains("\"a\" : 1,") && text.contains("x/y") && text.hasSuffix("}\n"))
    #expect(try JSONDecoder().decode(JSONValue.self, from: Data(value.fileBytes)) == value)
  }
}
