import Foundation
import NIfTI
import Numerics
import Testing
import Volumes

/// A run that takes seconds, on scans of a bright tube.
private struct SmallRun {
  let folder: String

  init(in folder: String, batch: Int = 1, epochs: Int = 8) throws {
    self.folder = folder
    for (name, center) in [("a", 7.0), ("b", 9.0)] {
      let grid = Grid(shape: [16, 16, 16], affine: Affine(spacing: [1, 1, 1]))
      var (image, mask) = (Volume(repeating: 0, grid: grid), Volume(repeating: 0, grid: grid))
      var generator = Generator(seed: name == "a" ? 3 : 4)
      for z in 0..<16 {
        for y in 0..<16 {
          for x in 0..<16 {
            let distance = ((Double(x) - center) * (Double(x) - center) + (Double(y) - 8) * (Double(y) - 8)).squareRoot()
            mask[x, y, z] = Float(min(max(4 - distance, 0), 1))
            image[x, y, z] = 100 * mask[x, y, z] + Float(generator.uniform(0, 10))
          }
        }
      }
      try NIfTI.write(image, to: "\(folder)/\(name).nii.gz")
      try NIfTI.write(mask, to: "\(folder)/\(name)_mask.nii.gz")
    }
    try """
    name: small
    seed: 4
    stage:
      preprocessing: {orientation: RAS, spacing: [1, 1, 1], clip: {lower: 0.001, upper: 0.998}}
      network: {inputChannels: 1, outputChannels: 1, features: [4, 8], strides: [[1, 1, 1], [2, 2, 2]], kernels: [[3, 3, 3], [3, 3, 3]], \
    convolutionsPerStage: 1, convolutionsPerDecoderStage: 1, deepSupervision: true, leakySlope: 0.01, normEpsilon: 0.00001}
      activation: sigmoid
      patch: [16, 16, 16]
    data:
      root: .
      scans: [{person: a, image: a.nii.gz, mask: a_mask.nii.gz}]
      simulation: {scans: 0, lifetime: 1}
      simulatedShare: 0
      nearCord: 1
      spread: 1
    augmentation: {}
    loss: [{kind: crossEntropy, weight: 1}, {kind: squaredDice, weight: 1}]
    optimizer: {kind: adam, learningRate: 0.003, weightDecay: 0, clip: 5, average: 0.5}
    schedule: {epochs: \(epochs), stepsPerEpoch: 3, warmUpSteps: 0, batch: \(batch), precision: float32, patience: 50}
    validation: {every: 2, simulated: 0, keep: best, scans: [{person: b, image: b.nii.gz, mask: b_mask.nii.gz}]}
    """.write(toFile: folder + "/run.yaml", atomically: true, encoding: .utf8)
  }

  /// Starts training in a process of its own.
  func start(_ name: String, resuming: Bool = false, environment: [String: String] = [:]) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Tool.path)
    process.arguments = ["train", folder + "/run.yaml", "-o", "\(folder)/\(name)", "--threads", "1"]
    if resuming { process.arguments! += ["--resume", "\(folder)/\(name).run"] }
    process.environment = environment
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    try process.run()
    return process
  }

  /// The weights of a model: what follows the header, whose date and times differ between runs.
  func weights(_ name: String) throws -> Data {
    let file = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
    let length = file.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    return file.dropFirst(8 + length)
  }

  /// Losses by epoch, from the log.
  func losses(_ name: String) throws -> [Double] {
    struct Line: Decodable { let loss: Double }
    return try String(contentsOfFile: "\(folder)/\(name).run/log.jsonl", encoding: .utf8).split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8)).loss
    }
  }
}

@Suite(.serialized) struct TrainingToolTests {
  /// How often a run is killed: a few times here, often by `make kills`.
  static let kills = Int(ProcessInfo.processInfo.environment["SOFTCORD_KILLS"] ?? "") ?? 3

  @Test func aRunKilledAtRandomMomentsEndsWithTheSameWeights() throws {
    try withTemporaryFolder { folder in
      let run = try SmallRun(in: folder)
      let began = Date()
      let straight = try run.start("straight.safetensors")
      straight.waitUntilExit()
      let usual = Date().timeIntervalSince(began)
      #expect(straight.terminationStatus == 0)
      var generator = Generator(seed: UInt64(bitPattern: Int64(began.timeIntervalSince1970 * 1000)))
      for kill in 0..<Self.kills {
        let process = try run.start("killed.safetensors", resuming: kill > 0)
        Thread.sleep(forTimeInterval: generator.uniform(0, 1.1 * usual))
        #if canImport(Darwin)
          Darwin.kill(process.processIdentifier, SIGKILL)
        #else
          Glibc.kill(process.processIdentifier, SIGKILL)
        #endif
        process.waitUntilExit()
      }
      let last = try run.start("killed.safetensors", resuming: true)
      last.waitUntilExit()
      #expect(last.terminationStatus == 0)
      #expect(try run.weights("killed.safetensors") == run.weights("straight.safetensors"))
      #expect(try run.losses("killed.safetensors") == run.losses("straight.safetensors"))
      print("killed \(Self.kills) times")
    }
  }

  /// Two processes of one sample each see what one process with two samples sees.
  @Test func twoProcessesAreOneWithTwiceTheBatch() throws {
    try withTemporaryFolder { folder in
      let pair = try SmallRun(in: folder, batch: 1)
      let port = 21000 + Int(ProcessInfo.processInfo.processIdentifier) % 20000
      let both = try (0..<2).map { rank in
        try pair.start(
          "pair.safetensors",
          environment: ["RANK": "\(rank)", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "\(port)"])
      }
      for process in both { process.waitUntilExit() }
      #expect(both.map(\.terminationStatus) == [0, 0])
      let one = try SmallRun(in: folder, batch: 2).start("one.safetensors")
      one.waitUntilExit()
      #expect(one.terminationStatus == 0)
      let (a, b) = (try pair.losses("pair.safetensors"), try pair.losses("one.safetensors"))
      #expect(a.count == 8 && b.count == 8)
      // Additions in another order, amplified by Adam's steps.
      let apart = zip(a, b).map { abs($0 - $1) / abs($1) }.max() ?? .infinity
      print("losses of two processes are at most \(apart) from those of one, relatively")
      #expect(apart < 2e-4)
    }
  }

  @Test func aFullDiskKeepsTheLastCheckpoint() throws {
    try withTemporaryFolder { folder in
      let run = try SmallRun(in: folder)
      // No file may grow beyond 4 KiB: what a full disk looks like to the program.
      let result = try Tool.run(
        program: "/bin/bash",
        arguments: [
          "-c", "trap '' XFSZ; ulimit -f 4; exec \"$0\" train \"$1/run.yaml\" -o \"$1/m.safetensors\"", Tool.path, run.folder,
        ])
      #expect(result.status == 73)
      #expect(result.error.contains("checkpoint.safetensors") && result.error.contains("cannot be written"))
      #expect(!FileManager.default.fileExists(atPath: folder + "/m.safetensors"))
    }
  }

  @Test func aModelThatCannotBeWrittenIsToldBeforeTraining() throws {
    try withTemporaryFolder { folder in
      let run = try SmallRun(in: folder)
      try FileManager.default.createDirectory(atPath: folder + "/there.safetensors", withIntermediateDirectories: true)
      try Data().write(to: URL(fileURLWithPath: folder + "/file"))
      for (output, status) in [("there.safetensors", 73), ("file/m.safetensors", 73), ("m.bin", 64)] as [(String, Int32)] {
        let result = try Tool.run("train", run.folder + "/run.yaml", "-o", "\(folder)/\(output)", "--resume", folder + "/run")
        #expect(result.status == status && result.error.contains(output.prefix(4)))
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/run"))
    }
  }

  @Test func aScanThatVanishesEndsTheRun() throws {
    try withTemporaryFolder { folder in
      let run = try SmallRun(in: folder, epochs: 5000)
      let text = try String(contentsOfFile: folder + "/run.yaml", encoding: .utf8)
        .replacingOccurrences(of: "  root: .", with: "  root: .\n  memory: 1.0e-9")
      try text.write(toFile: folder + "/run.yaml", atomically: true, encoding: .utf8)
      let process = try run.start("m.safetensors")
      let deadline = Date().addingTimeInterval(60)
      while !FileManager.default.fileExists(atPath: folder + "/m.safetensors.run/checkpoint.safetensors"), Date() < deadline {
        Thread.sleep(forTimeInterval: 0.02)
      }
      try FileManager.default.removeItem(atPath: folder + "/a.nii.gz")
      process.waitUntilExit()
      #expect(process.terminationStatus == 66)
    }
  }

  @Test func aDryRunTellsAndDraws() throws {
    try withTemporaryFolder { folder in
      _ = try SmallRun(in: folder)
      let result = try Tool.run("train", folder + "/run.yaml", "--dry-run", folder + "/samples.png")
      #expect(result.status == 0)
      for word in ["1 labelled scans of 1 people", "parameters", "s to make samples", "memory"] { #expect(result.output.contains(word)) }
      #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/samples.png")).starts(with: [0x89, 0x50, 0x4E, 0x47]))
      #expect(!FileManager.default.fileExists(atPath: folder + "/m.safetensors.run"))
    }
  }

  @Test(arguments: ["paper", "default", "tiny"]) func presetsArePrinted(_ name: String) throws {
    let result = try Tool.run("train", "--print-config", name)
    #expect(result.status == 0 && result.output.hasPrefix("#") && result.output.contains("schedule:"))
  }

  @Test func aMisspeltKeyIsRefused() throws {
    try withTemporaryFolder { folder in
      _ = try SmallRun(in: folder)
      let text = try String(contentsOfFile: folder + "/run.yaml", encoding: .utf8).replacingOccurrences(of: "patience:", with: "patienc:")
      try text.write(toFile: folder + "/run.yaml", atomically: true, encoding: .utf8)
      let result = try Tool.run("train", folder + "/run.yaml", "-o", folder + "/m.safetensors")
      #expect(result.status == 78 && result.error.contains("schedule.patienc"))
    }
  }
}
