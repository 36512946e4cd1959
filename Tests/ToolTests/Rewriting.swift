import Foundation
import NIfTI
import Simulation
import Testing
import Volumes

/// A command that writes over what an earlier run of it left in the folder `out`.
struct Rewriting: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// Makes the inputs in a folder.
  let inputs: @Sendable (String) throws -> Void
  /// The earlier run; none where the command starts with an empty folder.
  let before: [String]?
  let after: [String]
  /// A file and the one that describes it.
  var pairs: [(data: String, sidecar: String)] = []
  /// Tables of the people that are done so far: beginnings of what they become.
  var growing: Set<String> = []

  static let all = [
    Rewriting(
      testDescription: "table, dictionary and plot", inputs: { try NIfTI.write(MeasureOutputTests.short.cord, to: $0 + "/mask.nii.gz") },
      before: ["measure", "mask.nii.gz", "--per", "range", "-o", "out/areas.tsv", "--plot", "out/areas.svg"],
      after: ["measure", "mask.nii.gz", "--compression", "-o", "out/areas.tsv", "--plot", "out/areas.svg"],
      pairs: [("areas.tsv", "areas.json")]),
    Rewriting(
      testDescription: "mask and sidecar", inputs: { try NIfTI.write(MeasureOutputTests.short.image, to: $0 + "/scan.nii.gz") },
      before: ["segment", "scan.nii.gz", "-o", "out/mask.nii.gz", "--threads", "1"],
      after: ["segment", "scan.nii.gz", "-o", "out/mask.nii.gz", "--threads", "1", "--binarize", "0.5"],
      pairs: [("mask.nii.gz", "mask.json")]),
    Rewriting(
      testDescription: "weights", inputs: { _ in }, before: ["model", "export", "-o", "out/weights.safetensors"],
      after: ["model", "export", "--localizer", "-o", "out/weights.safetensors"]),
    Rewriting(
      testDescription: "weights for PyTorch", inputs: { _ in }, before: ["model", "export", "-o", "out/weights.pth"],
      after: ["model", "export", "--localizer", "-o", "out/weights.pth"]),
    Rewriting(
      testDescription: "report",
      inputs: { folder in
        let cord = MeasureOutputTests.short.cord
        for (place, mask) in [("binary", cord.binarized(above: 0.5)), ("masks", cord), ("truth", cord)] {
          try FileManager.default.createDirectory(atPath: "\(folder)/\(place)", withIntermediateDirectories: true)
          try NIfTI.write(mask, to: "\(folder)/\(place)/sub-01_T2w_label-SC_seg.nii.gz")
        }
      }, before: ["evaluate", "binary", "truth", "--output-dir", "out"],
      after: ["evaluate", "masks", "truth", "--output-dir", "out"]),
    Rewriting(
      testDescription: "data set", inputs: { _ in }, before: nil,
      after: ["simulate", "out", "--subjects", "1", "--contrasts", "rec-average_dwi", "--seed", "3"],
      growing: ["participants.tsv", "derivatives/truth/truth.tsv"]),
  ]

  /// Makes inputs and an empty `out` in a folder.
  func prepare(_ folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder + "/out", withIntermediateDirectories: true)
    try inputs(folder)
  }

  func run(_ arguments: [String]?, in folder: String) throws {
    guard let arguments else { return }
    let result = try Tool.run(arguments: arguments, in: folder)
    #expect(result.status == 0, "\(arguments): \(result.error)")
  }
}

/// What a folder holds: paths from it, and their bytes.
struct FolderContents: Equatable {
  var files: [String: Data] = [:]

  init(_ folder: String) throws {
    for path in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: "\(folder)/\(path)", isDirectory: &isFolder), !isFolder.boolValue else { continue }
      files[path] = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)"))
    }
  }

  /// Puts the files into a folder, which is made.
  func write(to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (path, bytes) in files {
      let place = URL(fileURLWithPath: "\(folder)/\(path)")
      try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try bytes.write(to: place)
    }
  }

  /// Without what a killed program leaves and the next one writes over.
  var whole: FolderContents {
    var copy = self
    copy.files = files.filter { path, _ in
      !path.split(separator: "/").contains { $0.hasPrefix(".") && $0.hasSuffix(".part") } && !path.hasSuffix(".lock")
    }
    return copy
  }
}
