import Foundation
import NIfTI
import Simulation
import Testing
import Volumes

/// A program of the build, run in a folder; what it printed, and the seconds of processor time that it took, which tell more than the clock
/// where other programs run as well.
private func run(_ program: String, _ arguments: String..., in folder: String) throws -> (output: String, seconds: Double) {
  let all = ProcessInfo.processInfo.arguments
  let bundle = all.first { $0.hasSuffix(".xctest") } ?? all[0]
  let path = URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent(program).path
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/bash")
  process.arguments = ["-c", #"TIMEFORMAT="%U %S"; time "$0" "$@" 2> /dev/null"#, path] + arguments
  process.currentDirectoryURL = URL(fileURLWithPath: folder)
  let (output, times) = (Pipe(), Pipe())
  (process.standardOutput, process.standardError) = (output, times)
  try process.run()
  let texts = [output, times].map { String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) }
  process.waitUntilExit()
  #expect(process.terminationStatus == 0, "\(program): \(texts)")
  return (texts[0], texts[1].split(whereSeparator: \.isWhitespace).compactMap { Double($0) }.reduce(0, +))
}

private func withFolder(_ body: (String) throws -> Void) throws {
  let folder = NSTemporaryDirectory() + "softcord-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try body(folder)
}

/// The programs of `docs/library.md`, run beside the tool: the same results, as fast.
@Suite(.serialized) struct ExampleTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..").path

  @Test(arguments: ["Segment", "Measure", "Simulate", "Train"]) func thePageShowsWhatRuns(name: String) throws {
    let page = try String(contentsOfFile: Self.root + "/docs/library.md", encoding: .utf8)
    let code = try String(contentsOfFile: Self.root + "/Examples/\(name)/main.swift", encoding: .utf8)
    #expect(page.contains("```swift\n\(code)```"), "docs/library.md shows other code than Examples/\(name)/main.swift")
    #expect(code.split(separator: "\n", omittingEmptySubsequences: false).count <= 11, "at most ten lines and the end of the last")
  }

  @Test func segmentingIsAsFastAsTheTool() throws {
    try withFolder { folder in
      let neck = Neck(straight: 11)
      let grid = Grid(shape: [64, 64, 32], affine: Affine(spacing: [1, 1, 2], origin: neck.discPosition(4) - [31.5, 31.5, 31]))
      try NIfTI.write(acquire(neck, Acquisition(contrast: .t2w, grid: grid, seed: 5)).image, to: folder + "/scan.nii.gz")
      var (own, tool) = (Double.infinity, Double.infinity)
      for _ in 0..<3 {
        own = min(own, try run("ExampleSegment", in: folder).seconds)
        tool = min(tool, try run("softcord", "segment", "scan.nii.gz", "-o", "tool.nii.gz", in: folder).seconds)
      }
      print(String(format: "segment: %.2f s of processor time by the library, %.2f s by the tool", own, tool))
      // Alike but for the end, where the tool leaves LibTorch without its destructors.
      #expect(own < 1.25 * tool + 0.3)
      #expect(try NIfTI.read(folder + "/mask.nii.gz").volume.voxels == NIfTI.read(folder + "/tool.nii.gz").volume.voxels)
    }
  }

  @Test func measuringGivesTheToolsAreas() throws {
    try withFolder { folder in
      let grid = Grid(shape: [24, 24, 10], affine: Affine(spacing: [1, 1, 2], origin: [-11.5, -11.5, -9]))
      var mask = Volume(repeating: 0, grid: grid)
      for z in 0..<10 {
        for y in 0..<24 { for x in 0..<24 where (x - 12) * (x - 12) + (y - 12) * (y - 12) < 36 { mask[x, y, z] = 1 } }
      }
      try NIfTI.write(mask, to: folder + "/mask.nii.gz")
      let (text, own) = try run("ExampleMeasure", in: folder)
      let (table, tool) = try run("softcord", "measure", "mask.nii.gz", "--format", "tsv", in: folder)
      print(String(format: "measure: %.2f s by the library, %.2f s by the tool", own, tool))
      let areas = text.split(separator: "\n").compactMap { Double($0.split(separator: " ")[2]) }
      let lines = table.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
      let column = try #require(lines[0].firstIndex(of: "csa_mm2"))
      #expect(areas.count == 10)
      #expect(zip(areas, lines.dropFirst()).allSatisfy { abs($0 - (Double($1[column]) ?? 0)) < 0.006 })
    }
  }

  @Test func simulatingGivesTheToolsScans() throws {
    try withFolder { folder in
      let own = try run("ExampleSimulate", in: folder).seconds
      let tool = try run(
        "softcord", "simulate", "tool", "--seed", "7", "--contrasts", "T1w,T2w", "--side", "64", "--levels", "2:3", "--subjects", "2",
        "--jobs", "2", in: folder
      ).seconds
      print(String(format: "simulate: %.2f s by the library, %.2f s by the tool", own, tool))
      for file in ["sub-001/anat/sub-001_T1w.nii.gz", "sub-002/anat/sub-002_T2w.nii.gz", "derivatives/truth/truth.tsv"] {
        let both = ["necks", "tool"].map { FileManager.default.contents(atPath: "\(folder)/\($0)/\(file)") }
        #expect(both[0] != nil && both[0] == both[1], "\(file)")
      }
    }
  }

  @Test func trainingWritesAModel() throws {
    try withFolder { folder in
      try Self.configuration.write(toFile: folder + "/my.yaml", atomically: true, encoding: .utf8)
      let own = try run("ExampleTrain", in: folder).seconds
      let tool = try run("softcord", "train", "my.yaml", "-o", "tool.safetensors", in: folder).seconds
      print(String(format: "train: %.2f s by the library, %.2f s by the tool", own, tool))
      let infos = try ["my", "tool"].map { try run("softcord", "model", "info", "\($0).safetensors", in: folder).output }
      #expect(infos[0].contains("localizer") == infos[1].contains("localizer") && infos[0].contains("segmenter"))
    }
  }

  /// A few steps on one simulated scan.
  private static let configuration = """
    name: small
    seed: 4
    stage:
      preprocessing: {orientation: RAS, spacing: [2, 2, 2], clip: {lower: 0.001, upper: 0.998}}
      network: {inputChannels: 1, outputChannels: 1, features: [4, 8], strides: [[1, 1, 1], [2, 2, 2]], kernels: [[3, 3, 3], [3, 3, 3]], \
    convolutionsPerStage: 1, convolutionsPerDecoderStage: 1, deepSupervision: true, leakySlope: 0.01, normEpsilon: 0.00001}
      activation: sigmoid
      patch: [16, 16, 16]
    data: {root: ., scans: [], simulation: {scans: 1, lifetime: 1}, simulatedShare: 1, nearCord: 1, spread: 1}
    augmentation: {}
    loss: [{kind: crossEntropy, weight: 1}, {kind: squaredDice, weight: 1}]
    optimizer: {kind: adam, learningRate: 0.003, weightDecay: 0, clip: 5, average: 0.5}
    schedule: {epochs: 1, stepsPerEpoch: 2, warmUpSteps: 0, batch: 1, precision: float32}
    validation: {every: 1000, simulated: 0, scans: []}
    """
}
