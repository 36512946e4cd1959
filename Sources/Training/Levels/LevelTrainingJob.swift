import Files
import Foundation
import Levels
import Models
import Networks
import Tensors

/// Trains a network that numbers vertebrae, from simulation alone, and puts it into a model file.
public struct LevelTrainingJob: Sendable {
  public let settings: LevelTrainingSettings
  /// Keeps examples and checkpoint, so that a run that was stopped goes on.
  public let folder: String
  /// Examples made at the same time; `nil`: one per processor.
  public var jobs: Int?

  /// Examples in a file, and steps between checkpoints.
  private static let (chunk, saved) = (100, 250)
  /// First seed of scans that are not trained on.
  private static let heldOut: UInt64 = 900_000

  public init(_ settings: LevelTrainingSettings, folder: String) { (self.settings, self.folder) = (settings, folder) }

  /// Does the whole work.
  ///
  /// - Parameters:
  ///   - input: Model file that finds the cord.
  ///   - output: Path of the same model with the network.
  /// - Throws: `ModelError`, `FileError`, `TensorError`, ``TrainingError``.
  public func run(model input: String, to output: String, observer: @escaping WorkObserver = { _ in }) throws {
    let model = try SegmentationModel(contentsOf: input)
    try Folder.make(folder)
    let examples = try examples("examples", from: 1, count: settings.people, observer)
    let training = try LevelTraining(settings, examples: examples)
    let path = folder + "/levels.ckpt.safetensors"
    var step = try training.restore(path)
    var sum = 0.0
    while step < settings.steps {
      sum += try training.step(step)
      step += 1
      let remark = step % 50 == 0 ? String(format: "loss %.2f", sum / 50) : ""
      if step % 50 == 0 { sum = 0 }
      observer(.progress(task: "training", fraction: Double(step) / Double(settings.steps), remark: remark))
      if step % Self.saved == 0 { try training.save(path, step: step) }
    }
    observer(.finished(task: "training"))
    let network = try training.averaged()
    let held = try self.examples("held-out", from: Self.heldOut, count: settings.heldOut, observer)
    let outcomes = try LevelOutcome.Evidence.of(held, network)
    let trust = LevelOutcome.bestTrust(outcomes)
    observer(.note(LevelOutcome.summary(outcomes, trust)))
    try model.numbering(with: LevelNetwork(network.network, trust: trust), configuration: settings.text).save(to: output)
  }

  /// Examples by seed, from files where they are there.
  private func examples(_ name: String, from first: UInt64, count: Int, _ observer: @escaping WorkObserver) throws -> [LevelExample] {
    let offset = (settings.seed &- 1) << 32 &+ first
    var examples: [LevelExample] = []
    for start in stride(from: 0, to: count, by: Self.chunk) {
      let path = "\(folder)/\(name)-\(settings.seed)-\(start).bin"
      if !FileManager.default.fileExists(atPath: path) {
        let seeds = offset + UInt64(start)..<offset + UInt64(min(start + Self.chunk, count))
        try LevelExamples.write(
          LevelExamples.made(seeds: seeds, jobs: jobs) { fraction in
            observer(.progress(task: name, fraction: (Double(start) + fraction * Double(Self.chunk)) / Double(count)))
          }, to: path)
      }
      examples += try LevelExamples.read(path)
    }
    observer(.finished(task: name, remark: "\(examples.count) scans"))
    return examples
  }
}
