import Foundation
import Morphometry
import NIfTI
import Simulation
import Testing
import Volumes

/// A small simulated scan: quick to make and to segment.
enum TinyScan {
  static func scan() -> SimulatedScan {
    let neck = Neck(straight: 11)
    let center = neck.discPosition(4)
    let grid = Grid(shape: [48, 48, 24], affine: Affine(spacing: [1, 1, 2], origin: center - [23.5, 23.5, 23]))
    return acquire(neck, Acquisition(contrast: .t2w, grid: grid, seed: 5))
  }

  static func volume() -> Volume { scan().image }
}

@Suite struct CommandTests {
  @Test func theHelpNamesEveryCommand() throws {
    let result = try Tool.run("--help")
    #expect(result.status == 0)
    for command in ["segment", "measure", "evaluate", "compare", "simulate", "train", "model", "demo"] {
      #expect(result.output.contains("\n  \(command) "))
    }
  }

  @Test func theHelpOfSegmentIsTheContract() throws {
    let help = try Tool.run("segment", "--help").output
    for option in [
      "--output", "--output-dir", "--model", "--device", "--threads", "--binarize", "--qc", "--volume", "--everywhere", "--largest",
      "--precision", "--timings", "--uncertainty",
    ] {
      #expect(help.contains(option), "\(option)")
    }
    // All but the synopsis is wrapped.
    #expect(help.split(separator: "\n").filter { !$0.hasPrefix("USAGE:") }.allSatisfy { $0.count <= 80 })
  }

  @Test(arguments: [
    ["segment"], ["segment", "a.nii", "b.nii", "-o", "c.nii"], ["segment", "a.nii", "-o", "c.txt"],
    ["segment", "a.nii", "--binarize", "2"],
    ["segment", "a.nii", "--device", "abacus"], ["measure", "a.nii", "--slices", "9:3"], ["simulate", "d", "--contrasts", "T9"],
    ["nonsense"],
  ]) func wrongUsageIs64(arguments: [String]) throws {
    let result = try Tool.run(arguments: arguments)
    #expect(result.status == 64)
    #expect(result.error.contains("Usage:"))
  }

  @Test func completionScriptsAreMade() throws {
    for shell in ["bash", "zsh", "fish"] {
      let result = try Tool.run("--generate-completion-script", shell)
      #expect(result.status == 0 && result.output.contains("segment"))
    }
  }

  @Test func aScanBecomesAMaskASidecarAndAPicture() throws {
    try withTemporaryFolder { folder in
      let simulated = TinyScan.scan()
      let scan = folder + "/sub-01_flip-1_mt-on_MTS.nii.gz"
      try NIfTI.write(simulated.image, to: scan)
      // From another folder, with nothing in the environment.
      let result = try Tool.run("segment", scan, "--qc", folder + "/qc", "--uncertainty", "--timings", in: NSTemporaryDirectory())
      #expect(result.status == 0, "\(result.error)")
      let stem = folder + "/sub-01_acq-flip1mton_space-MTS_label-SC_probseg"
      let mask = try NIfTI.read(stem + ".nii.gz").volume
      #expect(mask.grid.matches(simulated.image.grid, tolerance: 1e-4))
      #expect(Agreement(of: mask, with: simulated.cord).dice > 0.8)
      let sidecar = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: stem + ".json"))) as? [String: Any]
      #expect(sidecar?["SpatialReference"] as? String == "orig")
      #expect((sidecar?["InputVoxelsSHA256"] as? String)?.count == 64 && (sidecar?["ModelSHA256"] as? String)?.count == 64)
      // What the sidecar says of the mask holds for the file as it is read.
      try mask.voxels.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: folder + "/voxels")) }
      let sum = try Tool.run(program: "/usr/bin/sha256sum", arguments: [folder + "/voxels"]).output.prefix(64)
      #expect(sidecar?["MaskVoxelsSHA256"] as? String == String(sum))
      // The straight cord fills the scan from end to end.
      #expect(sidecar?["CordLeavesFieldOfView"] as? [String] == ["inferior", "superior"])
      let uncertainty = try #require(sidecar?["Uncertainty"] as? [String: Any])
      let map = try NIfTI.read(folder + "/" + #require(uncertainty["File"] as? String)).volume
      #expect(map.grid.matches(mask.grid) && map.voxels.allSatisfy { (0...0.5).contains($0) } && map.voxels.contains { $0 > 0.01 })
      #expect((uncertainty["VolumeSpreadPercent"] as? Double ?? -1) >= 0)
      for part in ["starting", "loading the model", "reading", "localizing", "network", "writing", "uncertainty"] {
        #expect(result.error.contains(part + " "))
      }
      #expect(FileManager.default.fileExists(atPath: folder + "/qc/sub-01_flip-1_mt-on_MTS.png"))

      let measured = try Tool.run("measure", stem + ".nii.gz", "--per", "range", "--slices", "4:19", "--format", "tsv")
      let area = WrittenTable(measured.output).numbers("csa_mm2")[0] ?? 0
      // A straight cord of 7.6 × 12 mm has 71.6 mm².
      #expect(abs(area / 71.6 - 1) < 0.15, "\(area)")

      #expect(try Tool.run("verify", stem + ".nii.gz").status == 0)
      // Another scan under the same name, then another mask beside the same sidecar.
      try NIfTI.write(simulated.image.map { $0 + 1 }, to: scan)
      let changed = try Tool.run("verify", stem + ".nii.gz")
      #expect(changed.status == 4 && changed.output.contains("mask unchanged, scan changed, model unchanged"), "\(changed)")
      try NIfTI.write(mask.map { $0 / 2 }, to: stem + ".nii.gz")
      let both = try Tool.run("verify", stem + ".nii.gz", "--model", folder + "/no.safetensors")
      #expect(both.status == 4 && both.error.contains("mask, scan changed") && both.output.contains("model not known"), "\(both)")
    }
  }

  @Test func oneBadScanOfSeveralCostsItsOwnLine() throws {
    try withTemporaryFolder { folder in
      try NIfTI.write(TinyScan.volume(), to: folder + "/good.nii.gz")
      try Data("no scan".utf8).write(to: URL(fileURLWithPath: folder + "/bad.nii.gz"))
      let result = try Tool.run(
        "segment", folder + "/bad.nii.gz", folder + "/good.nii.gz", "--output-dir", folder + "/masks", "--binarize", "0.5")
      #expect(result.status == 1)
      let mask = try NIfTI.read(folder + "/masks/good_label-SC_desc-thr50_mask.nii.gz").volume
      #expect(mask.voxels.allSatisfy { $0 == 0 || $0 == 1 })
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder + "/masks").sorted() == [
          "good_label-SC_desc-thr50_mask.json", "good_label-SC_desc-thr50_mask.nii.gz",
        ])
    }
  }

  /// A pair of files, 4D, of which one volume is asked for; and a single slice.
  @Test func pairsVolumesAndSlicesAreSegmented() throws {
    try withTemporaryFolder { folder in
      let simulated = TinyScan.scan()
      try NIfTI.write(simulated.image, to: folder + "/3d.nii")
      // Two volumes: nothing, then the scan, as a .hdr/.img pair.
      var file = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/3d.nii")))
      let voxels = Array(file[352...])
      var header = Array(file[..<348])
      header[40] = 4
      header[48] = 2
      header.replaceSubrange(108..<112, with: [0, 0, 0, 0])
      header.replaceSubrange(344..<348, with: Array("ni1\0".utf8))
      file = [UInt8](repeating: 0, count: voxels.count) + voxels
      try Data(header).write(to: URL(fileURLWithPath: folder + "/4d.hdr"))
      try Data(file).write(to: URL(fileURLWithPath: folder + "/4d.img"))
      #expect(try Tool.run("segment", folder + "/4d.hdr", "--volume", "1", "-o", folder + "/4d_mask.nii.gz").status == 0)
      #expect(try Tool.run("segment", folder + "/3d.nii", "-o", folder + "/3d_mask.nii.gz").status == 0)
      let (one, other) = try (NIfTI.read(folder + "/4d_mask.nii.gz").volume, NIfTI.read(folder + "/3d_mask.nii.gz").volume)
      #expect(zip(one.voxels, other.voxels).allSatisfy { abs($0 - $1) < 1e-4 })
      let sidecar = try String(contentsOfFile: folder + "/4d_mask.json", encoding: .utf8)
      #expect(sidecar.contains("\"Volume\" : 1"))
      let verified = try Tool.run("verify", folder + "/4d_mask.nii.gz")
      #expect(verified.status == 0 && verified.output.contains("mask unchanged, scan unchanged, model unchanged"), "\(verified)")
      #expect(try Tool.run("segment", folder + "/4d.hdr", "--volume", "2", "-o", folder + "/none.nii.gz").status == 65)

      let slice = simulated.image.box(lower: [0, 0, 12], shape: [48, 48, 1])
      try NIfTI.write(slice, to: folder + "/2d.nii.gz")
      let result = try Tool.run("segment", folder + "/2d.nii.gz", "--everywhere", "-o", folder + "/2d_mask.nii.gz")
      #expect(result.status == 0, "\(result.error)")
    }
  }

  @Test func aScanIsNeverReplacedByItsMask() throws {
    try withTemporaryFolder { folder in
      for name in ["a", "b"] { try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true) }
      for name in ["a", "b"] { try NIfTI.write(TinyScan.volume(), to: "\(folder)/\(name)/scan.nii.gz") }
      let (a, b) = (folder + "/a/scan.nii.gz", folder + "/b/scan.nii.gz")
      #expect(try Tool.run("segment", a, "-o", a).status == 64)
      #expect(try Tool.run("segment", a, "-o", folder + "/a/scan.nii").status == 64)  // its sidecar would be the scan's
      #expect(try Tool.run("segment", a, b, "--output-dir", folder).status == 64)
    }
  }

  @Test func missingDevicesAre69() throws {
    try withTemporaryFolder { folder in
      try NIfTI.write(TinyScan.volume(), to: folder + "/scan.nii.gz")
      #expect(try Tool.run("segment", folder + "/scan.nii.gz", "--device", "cuda:200").status == 69)
    }
  }

  @Test func theShippedModelSpeaksForItself() throws {
    let result = try Tool.run("model", "info")
    #expect(result.status == 0)
    for word in ["localizer", "segmenter", "trained on", "sha256"] { #expect(result.output.contains(word)) }
    let json = try Tool.run("model", "info", "--json").output
    #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) is [String: Any])
  }

  /// Without what belongs beside it, the program says so instead of crashing.
  @Test func aProgramWithoutItsModelSaysSo() throws {
    // Linked, on the same disk: a copy just written cannot be run while other tests start programs, which hold its file open for a moment.
    let folder = URL(fileURLWithPath: Tool.path).deletingLastPathComponent().appendingPathComponent("alone-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let program = folder.appendingPathComponent("softcord")
    try FileManager.default.linkItem(atPath: Tool.path, toPath: program.path)
    let result = try Tool.run(program: program.path, arguments: ["model", "info"])
    #expect(result.status == 66)
    #expect(result.error.contains("softcord.safetensors"))
  }

  @Test func theDefaultConfigurationIsPrinted() throws {
    let result = try Tool.run("train", "--print-config")
    #expect(result.status == 0 && result.output.contains("schedule:"))
  }

  @Test func aWrongConfigurationNamesItsKey() throws {
    try withTemporaryFolder { folder in
      let text = try Tool.run("train", "--print-config").output.replacingOccurrences(of: "stepsPerEpoch:", with: "stepsPerEpisode:")
      try text.write(toFile: folder + "/my.yaml", atomically: true, encoding: .utf8)
      let result = try Tool.run("train", folder + "/my.yaml", "-o", folder + "/model.safetensors")
      #expect(result.status == 78)
      #expect(result.error.contains("stepsPerEpoch"))
    }
  }
}
