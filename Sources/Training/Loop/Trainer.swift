import Files
import Foundation
import Models
import Networks
import Tensors

/// Progress of a training run.
public enum TrainingEvent: Sendable {
  case preparing(String)
  /// Labelled scans read so far, as a share.
  case reading(Double)
  /// The run is resumed after an epoch; the changes of its configuration since then, key by key.
  case resumed(epoch: Int, changes: [String])
  case step(epoch: Int, step: Int, of: Int, loss: Double)
  case epoch(EpochRecord)
  /// Validation has not improved for as long as the configuration's patience.
  case stopped(epoch: Int)
}

/// Trains one stage of a model.
public final class Trainer {
  let configuration: TrainingConfiguration
  /// Becomes the localizer of the model; the run folder keeps it for when the run goes on.
  private(set) var localizer: LoadedNetwork?
  /// Folder that scans are named from.
  let root: String
  /// Holds the log, its page and the checkpoint.
  let runFolder: String
  let device: Device
  let peers: Peers
  let start: StartingWeights?

  /// - Parameters:
  ///   - configuration: What to train.
  ///   - localizer: Finds the cord for the new model, in validation and in use; without one it looks everywhere, or, in a run that goes on,
  ///     where the one that the run was given before says.
  ///   - root: Folder that scans are named from.
  ///   - runFolder: Gets `log.jsonl`, `log.html`, `checkpoint.safetensors` and, where there is one, `localizer.safetensors`, and, where the best
  ///     weights are kept, `best.safetensors`; made when missing.
  ///   - start: What a new run starts from; random weights when `nil`. A resumed one starts from its checkpoint.
  ///   - group: Processes that train together; each sees `schedule.batch` samples of every step, and all read the same files.
  /// - Throws: ``TrainingError/configuration(path:reason:)``, ``TrainingError/unwritable(path:reason:)``.
  public init(
    _ configuration: TrainingConfiguration, localizer: LoadedNetwork?, root: String, runFolder: String, on device: Device,
    start: StartingWeights? = nil, group: ProcessGroup? = nil
  ) throws {
    self.start = start
    (self.configuration, self.localizer, self.root, self.runFolder, self.device) = (configuration, localizer, root, runFolder, device)
    peers = Peers(group: group)
    try configuration.validate()
    do throws(FileError) {
      try Folder.make(runFolder)
    } catch {
      throw TrainingError.unwritable(path: runFolder, reason: error.reason)
    }
  }

  /// Trains until the last epoch, or until validation gets no better, and returns the model; of several processes the first one's is
  /// validated and complete.
  ///
  /// - Parameters:
  ///   - resuming: Goes on from the checkpoint in the run folder, from the start where the run was stopped before its first one. Keys on
  ///     which the state does not depend may have changed: `schedule.epochs`, `schedule.patience`, `validation`, `data.memory`.
  ///   - provenance: What the saved model says of itself; steps, data and scores are filled in.
  ///   - observer: Told of every step and epoch; what it throws ends the run, which its checkpoint lets go on.
  /// - Throws: ``TrainingError``.
  public func run(resuming: Bool, provenance: Provenance, observer: (TrainingEvent) throws -> Void) async throws -> SegmentationModel {
    device.expectEqualShapes()
    // Beside a GPU the processors make samples, each one its own.
    if device != .cpu { Threads.count = 1 }
    let lock = peers.leads ? try lockedFolder() : nil
    defer { withExtendedLifetime(lock) {} }
    let data = try TrainingData(configuration, root: root)
    let state = try TrainingState(configuration, start: start, on: device)
    let checkpoint = Checkpoint(path: runFolder + "/checkpoint.safetensors", configuration: configuration)
    if !resuming, checkpoint.exists {
      throw TrainingError.checkpoint(path: checkpoint.path, reason: "a run is here already; go on with --resume or remove it")
    }
    let resumed = resuming && checkpoint.exists ? try checkpoint.restore(state) : nil
    let start = resumed.map { $0.epoch + 1 } ?? 0
    // All processes look for a checkpoint before the first one is written.
    _ = try peers.any(false)
    var log = try TrainingLog(path: runFolder + "/log.jsonl", resumingAt: start, writes: peers.leads)
    if let resumed { try observer(.resumed(epoch: resumed.epoch, changes: resumed.changes)) }
    if peers.leads { try prepare(data, from: resumed.map { $0.epoch }, misses: resuming ? checkpoint.path : nil, observer) }
    try keepLocalizer(resuming: resuming)
    let stepsPerEpoch = configuration.stepsPerEpoch(data, processes: peers.count)
    let epochs = configuration.schedule.epochs
    let validation = try simulatedValidation(data, observer)
    let step = TrainingStep(
      configuration: configuration, state: state, objective: configuration.objective,
      sampler: Sampler(
        configuration, CasePool(configuration, data), stepsPerEpoch: stepsPerEpoch, share: (peers.rank, peers.count),
        ahead: device == .cpu ? 0 : Self.ahead),
      checkpoint: checkpoint, peers: peers)

    for epoch in start..<max(start, epochs) where !state.stopping.isOver(patience: configuration.schedule.patience) {
      var (watch, losses) = (Stopwatch(), [Double]())
      step.sampler.enter(epoch: epoch)
      let best = log.records.map(\.loss).min()
      for index in 0..<stepsPerEpoch {
        guard let loss = try await step(epoch: epoch, step: index, stepsPerEpoch: stepsPerEpoch, usual: best ?? losses.first, &watch)
        else { continue }
        losses.append(loss)
        try observer(.step(epoch: epoch, step: index, of: stepsPerEpoch, loss: loss))
      }
      guard !losses.isEmpty else { throw TrainingError.emptyEpoch(epoch: epoch) }
      var record = EpochRecord(
        epoch: epoch, step: (epoch + 1) * stepsPerEpoch, loss: losses.reduce(0, +) / Double(losses.count),
        learningRate: state.optimizer.learningRate, seconds: watch.seconds, computing: watch.computing)
      if epoch == start, let changes = resumed?.changes, !changes.isEmpty { record.changes = changes }
      if peers.leads, (epoch + 1) % configuration.validation.every == 0 || epoch + 1 == epochs {
        try validate(&record, state, data, validation, provenance)
      }
      try log.append(record)
      if peers.leads { try checkpoint.save(state, epoch: epoch) }
      let stops = try peers.any(peers.leads && state.stopping.isOver(patience: configuration.schedule.patience))
      if peers.leads { try writePage(log.records, isOver: stops || epoch + 1 == epochs) }
      try observer(.epoch(record))
      guard !stops else {
        try observer(.stopped(epoch: epoch))
        break
      }
    }
    return try finish(state, log.records, data, validation, provenance)
  }

  /// Clears what a killed run left; before the first epoch reads every labelled scan, so that a damaged one is told before the first step.
  ///
  /// - Parameters:
  ///   - epoch: The last one that was finished; `nil` for a run that begins.
  ///   - checkpoint: Path of the checkpoint that a run that goes on would have.
  private func prepare(
    _ data: TrainingData, from epoch: Int?, misses checkpoint: String?, _ observer: (TrainingEvent) throws -> Void
  ) throws {
    guard epoch == nil else { return }
    if let checkpoint { try observer(.preparing("\(checkpoint) is not there: beginning with the first epoch")) }
    try observer(.preparing("reading \(data.training.count + data.validation.count) labelled scans"))
    try data.check(observer: observer)
  }

  private func simulatedValidation(_ data: TrainingData, _ observer: (TrainingEvent) throws -> Void) throws -> Validation {
    if configuration.validation.simulated > 0 {
      try observer(.preparing("simulating \(configuration.validation.simulated) scans for validation"))
    }
    return Validation(configuration, data)
  }

  private func writePage(_ records: [EpochRecord], isOver: Bool) throws {
    try RunPage(name: configuration.name, epochs: configuration.schedule.epochs, records: records, isOver: isOver).write(
      to: runFolder + "/log.html")
  }

  /// Scores the averaged weights, and keeps them where they are the best.
  private func validate(
    _ record: inout EpochRecord, _ state: TrainingState, _ data: TrainingData, _ validation: Validation, _ provenance: Provenance
  ) throws {
    let model = try model(of: state.averaged(), provenance)
    record.validationLoss = try ValidationLoss(configuration: configuration, data: data, objective: configuration.objective)(
      model.segmenter.network, on: device)
    let scores = try validation.scores(model)
    record.scores = scores
    // Without labelled scans there is no validation loss; the scores of simulated scans replace it.
    guard let judged = record.validationLoss ?? Score.meanError(scores) else { return }
    if state.stopping.take(judged), configuration.validation.keep == .best {
      var best = model.provenance
      best.steps = state.optimizer.state.stepCount
      for score in scores { best.validation[score.name] = (score.dice * 10000).rounded() / 10000 }
      try self.model(of: model.segmenter.network, best).save(to: bestPath, dtype: .float32)
    }
  }

  private func finish(
    _ state: TrainingState, _ records: [EpochRecord], _ data: TrainingData, _ validation: Validation, _ provenance: Provenance
  ) throws -> SegmentationModel {
    var final = provenance
    if final.trainingData.isEmpty { final.trainingData = data.summary(simulatedShare: configuration.data.simulatedShare) }
    guard peers.leads else { return model(of: try state.averaged(), final) }
    if configuration.validation.keep == .best, FileManager.default.fileExists(atPath: bestPath) {
      let best = try SegmentationModel(contentsOf: bestPath, on: device)
      (final.steps, final.validation) = (best.provenance.steps, best.provenance.validation)
      return model(of: best.segmenter.network, final)
    }
    final.steps = state.optimizer.state.stepCount
    let network = try state.averaged()
    let scores = try records.last?.scores ?? validation.scores(model(of: network, final))
    for score in scores { final.validation[score.name] = (score.dice * 10000).rounded() / 10000 }
    return model(of: network, final)
  }

  private func lockedFolder() throws -> FolderLock {
    if let lock = try FolderLock(of: runFolder) { return lock }
    throw TrainingError.checkpoint(
      path: runFolder, reason: "another run is training in this folder; wait for its end, or name another output")
  }

  /// A localizer that is given is written beside the checkpoint; a run that goes on without one takes what is there, a new run does not.
  private func keepLocalizer(resuming: Bool) throws {
    let path = runFolder + "/localizer.safetensors"
    if let localizer {
      guard peers.leads else { return }
      let provenance = Provenance(name: "localizer", generatedBy: "", date: "")
      try SegmentationModel(localizer: nil, segmenter: localizer, provenance: provenance).save(to: path, dtype: .float32)
    } else if resuming, FileManager.default.fileExists(atPath: path) {
      localizer = try SegmentationModel(contentsOf: path, on: device).segmenter
    } else if !resuming, peers.leads {
      // Of a run that was stopped before its first checkpoint.
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  /// Steps whose samples are made while a GPU trains: enough for a batch to be there when it is needed.
  private static let ahead = 6

  private var bestPath: String { runFolder + "/best.safetensors" }

  private func model(of network: UNet, _ provenance: Provenance) -> SegmentationModel {
    SegmentationModel(
      localizer: localizer, segmenter: LoadedNetwork(configuration.stage, network: network, on: device), provenance: provenance)
  }
}
