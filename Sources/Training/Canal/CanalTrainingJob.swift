import Files
import Foundation
import Models
import Numerics
import Tensors

/// Trains a head that sees the canal, from simulation alone, and puts it into a model file.
public struct CanalTrainingJob: Sendable {
  public let settings: CanalTrainingSettings
  /// Keeps the checkpoint and the log, so that a run that was stopped goes on.
  public let folder: String
  /// Scans made at the same time; `nil`: one per processor.
  public var jobs: Int?

  /// Steps between checkpoints.
  private static let saved = 100

  public init(_ settings: CanalTrainingSettings, folder: String) { (self.settings, self.folder) = (settings, folder) }

  /// Does the whole work. Scans are made anew where a run goes on; the same seed gives the same ones.
  ///
  /// - Parameters:
  ///   - input: Model file that finds the cord.
  ///   - output: Path of the same model with the head.
  /// - Throws: `ModelError`, `FileError`, `TensorError`, ``TrainingError``.
  public func run(model input: String, to output: String, observer: @escaping WorkObserver = { _ in }) throws {
    let model = try SegmentationModel(contentsOf: input)
    try Folder.make(folder)
    let stage = model.segmenter.description
    let (first, count) = ((settings.seed &- 1) << 32, settings.patches)
    let progress: @Sendable (Double) -> Void = { observer(.progress(task: "scans", fraction: $0)) }
    let scans = parallelMap((0..<UInt64(settings.scans)).map { first &+ $0 }, jobs: jobs, progress: progress) {
      CanalExample.patches(seed: $0, count: count, stage: stage)
    }
    let training = try CanalTraining(settings, on: model.segmenter, examples: scans.flatMap { $0.get() })
    observer(.finished(task: "scans", remark: "\(training.examples.count) patches"))
    let path = folder + "/canal.ckpt.safetensors"
    var step = try training.restore(path)
    var sum = 0.0
    while step < settings.steps {
      sum += try training.step(step)
      step += 1
      let remark = step % 50 == 0 ? String(format: "loss %.4f", sum / 50) : ""
      if step % 50 == 0 { sum = 0 }
      observer(.progress(task: "training", fraction: Double(step) / Double(settings.steps), remark: remark))
      if step % Self.saved == 0 {
        try training.save(path, step: step)
        try model.seeing(training.averaged(), configuration: settings.text).save(to: folder + "/canal.safetensors")
      }
    }
    observer(.finished(task: "training"))
    try model.seeing(training.averaged(), configuration: settings.text).save(to: output)
  }
}
