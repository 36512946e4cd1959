import Datasets
import Files
import Foundation
import Models
import Tensors

/// A training from files to a file: a configuration and the scans that it names in, a model out.
public struct TrainingJob: Sendable {
  public let configuration: TrainingConfiguration
  /// The configuration as it was read, which the model keeps.
  public let text: String
  /// Folder of the configuration; its data.root begins there.
  public let folder: String
  public let device: Device
  /// Folder that scans are named from, instead of the configuration's data.root.
  public var data: String?
  /// Path of a model whose network finds the cord for the new one.
  public var localizer: String?
  /// Path of a model, or of a run's checkpoint, whose weights are begun with instead of random ones.
  public var start: String?
  /// Folder of a run to go on with.
  public var resume: String?

  public init(_ configuration: TrainingConfiguration, text: String, folder: String, on device: Device = .best()) {
    (self.configuration, self.text, self.folder, self.device) = (configuration, text, folder, device)
  }

  /// Reads everything, takes a few steps, and draws augmented samples.
  ///
  /// - Parameter path: Of the picture, .png.
  /// - Throws: What ``run(to:observer:)`` does.
  public func rehearse(picture path: String, observer: WorkObserver = { _ in }) async throws -> Rehearsal {
    let rehearsal = try await trainer(runFolder: NSTemporaryDirectory()).rehearse { event in
      if case .preparing(let what) = event { observer(.note(what)) }
    }
    try rehearsal.picture.write(to: path)
    return rehearsal
  }

  /// Trains and writes the model; its run folder, `<output>.run`, gets log and checkpoints.
  ///
  /// Several processes train together where a launcher says so in the environment; the first one writes the model.
  ///
  /// - Parameter output: Path of the model, .safetensors.
  /// - Returns: Whether this process wrote the model.
  /// - Throws: ``TrainingError``, `ModelError`, `NIfTIError`, `TensorError`.
  public func run(to output: String, observer: @escaping WorkObserver = { _ in }) async throws -> Bool {
    try Self.checkWritable(output)
    let group = try Launcher.group()
    let isFirst = group?.rank ?? 0 == 0
    let trainer = try trainer(runFolder: resume ?? output + ".run", group: group)
    let provenance = Provenance(
      name: configuration.name, generatedBy: DatasetDescription.Program.softcord.title,
      date: WrittenDate.text, configuration: text)
    let model = try await train(trainer, provenance, observer: isFirst ? observer : { _ in })
    if isFirst { try model.save(to: output) }
    return isFirst
  }

  private func trainer(runFolder: String, group: ProcessGroup? = nil) throws -> Trainer {
    ProcessTuning.apply()
    let finder = try localizer.map { try SegmentationModel(contentsOf: $0, on: device) }.map { $0.localizer ?? $0.segmenter }
    let root =
      data
      ?? (configuration.data.root.hasPrefix("/")
        ? configuration.data.root : folder.appendingPathComponent(configuration.data.root))
    return try Trainer(
      configuration, localizer: finder, root: root, runFolder: runFolder, on: device,
      start: try start.map(StartingWeights.init(contentsOf:)), group: group)
  }

  private func train(_ trainer: Trainer, _ provenance: Provenance, observer: WorkObserver) async throws -> SegmentationModel {
    let (epochs, task) = (configuration.schedule.epochs, "training \(configuration.name)")
    observer(.started(task: task))
    var records: [EpochRecord] = []
    let model = try await trainer.run(resuming: resume != nil, provenance: provenance) { event in
      if case .epoch(let record) = event { records.append(record) }
      if let event = event.told(as: task, epochs: epochs, patience: configuration.schedule.patience) { observer(event) }
    }
    observer(.finished(task: task))
    // Only what this process saw: a resumed run tells of its later part.
    if let computing = EpochRecord.computing(records) {
      observer(.note("the engine computed for \(Int(computing * 100)) % of the time"))
    }
    return model
  }

  /// Tells before the first epoch, not after the last one, where a model cannot be written.
  private static func checkWritable(_ output: String) throws {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    if files.fileExists(atPath: output, isDirectory: &isFolder), isFolder.boolValue {
      throw TrainingError.unwritable(path: output, reason: "a folder is there; name another file for the model")
    }
    let folder = URL(fileURLWithPath: output).deletingLastPathComponent().path
    try Folder.make(folder)
    guard files.isWritableFile(atPath: folder) else {
      throw TrainingError.unwritable(path: folder, reason: "no file can be written in it")
    }
  }
}

extension TrainingEvent {
  /// What an observer of work is told of it; `nil` where that is nothing.
  fileprivate func told(as task: String, epochs: Int, patience: Int?) -> WorkEvent? {
    switch self {
    case .preparing(let what): return .note(what)
    case .reading: return nil
    case .resumed(let epoch, let changes): return .note("going on after epoch \(epoch + 1)" + changes.map { "\n  \($0)" }.joined())
    case .step(let epoch, let step, let steps, let loss):
      return .progress(
        task: task, fraction: Double(epoch * steps + step + 1) / Double(steps * epochs),
        remark: "epoch \(epoch + 1)/\(epochs)  loss \(String(format: "%.4f", loss))")
    case .epoch(let record): return .note(record.summary(of: epochs))
    case .stopped(let epoch): return .note("validation got no better for \(patience ?? 0) times; stopped after epoch \(epoch + 1)")
    }
  }
}
