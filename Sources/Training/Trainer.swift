import Foundation
import Inference
import Models
import Networks
import Tensors
import Volumes

/// What a training run tells while it runs.
public enum TrainingEvent: Sendable {
  case preparing(String)
  case step(epoch: Int, step: Int, loss: Double)
  case epoch(EpochRecord)
}

/// Trains one stage of a model.
public final class Trainer {
  private let configuration: TrainingConfiguration
  /// Becomes the localizer of the model.
  private let localizer: Stage?
  /// Folder that scans are named from.
  private let root: String
  /// Holds the log and the checkpoint.
  private let runFolder: String
  private let device: Device

  /// Share of a patch that is cord, about. A network that starts out believing it need not spend its first hundreds of steps on learning that
  /// most voxels are not cord.
  private static let prior = 0.02

  /// - Parameters:
  ///   - configuration: What to train.
  ///   - localizer: Finds the cord for the new model, in validation and in use; without one it looks everywhere.
  ///   - root: Folder that scans are named from.
  ///   - runFolder: Gets `log.jsonl` and `checkpoint.safetensors`; made when missing.
  /// - Throws: ``TrainingError/personOnBothSides(person:)``, ``TrainingError/noData(name:)``.
  public init(_ configuration: TrainingConfiguration, localizer: Stage?, root: String, runFolder: String, on device: Device) throws {
    (self.configuration, self.localizer, self.root, self.runFolder, self.device) = (configuration, localizer, root, runFolder, device)
    try configuration.validate()
    do {
      try FileManager.default.createDirectory(atPath: runFolder, withIntermediateDirectories: true)
    } catch {
      throw TrainingError.unwritable(path: runFolder, reason: error.localizedDescription)
    }
  }

  /// Trains until the last epoch and returns the model with averaged weights.
  ///
  /// - Parameters:
  ///   - resuming: Goes on from the checkpoint in the run folder.
  ///   - provenance: What the saved model says of itself; steps and scores are filled in.
  ///   - observer: Told of every step and epoch; what it throws ends the run, which its checkpoint lets go on.
  public func run(resuming: Bool, provenance: Provenance, observer: (TrainingEvent) throws -> Void) async throws -> SegmentationModel {
    let schedule = configuration.schedule
    let network = try UNet(configuration.stage.network, seed: configuration.seed, on: device)
    if configuration.stage.activation == .sigmoid { try network.expect(occupancy: Self.prior) }
    let average = try ExponentialMovingAverage(network.parameters, decay: configuration.optimizer.average)
    let optimizer = try configuration.optimizer.optimizer(of: network.parameters)
    let checkpoint = Checkpoint(path: runFolder + "/checkpoint.safetensors", configuration: configuration)
    if !resuming, FileManager.default.fileExists(atPath: checkpoint.path) {
      throw TrainingError.checkpoint(path: checkpoint.path, reason: "a run is here already; go on with --resume or remove it")
    }
    let start = resuming ? try checkpoint.restore(network: network, average: average, optimizer: optimizer) + 1 : 0
    let log = try TrainingLog(path: runFolder + "/log.jsonl", resumingAt: start)

    func model(_ provenance: Provenance) throws -> SegmentationModel {
      let weights = Dictionary(uniqueKeysWithValues: average.parameters.map { ($0.name, $0.tensor) })
      let network = try UNet(configuration.stage.network, parameters: weights)
      return SegmentationModel(
        localizer: localizer, segmenter: Stage(configuration.stage, network: network, on: device), provenance: provenance)
    }

    try observer(.preparing("reading \(configuration.data.scans.count) scans"))
    let pool = try CasePool(configuration, root: root, on: device)
    try observer(.preparing("simulating \(configuration.data.simulation.scans) scans"))
    if start < schedule.epochs { try pool.enter(epoch: start, await pool.prepare(epoch: start).value) }
    try observer(
      .preparing("reading \(configuration.validation.scans.count) scans for validation, simulating \(configuration.validation.simulated)"))
    let validation = try Validation(configuration, root: root)
    let sampler = Sampler(configuration: configuration, pool: pool)
    var scores: [Score] = []

    for epoch in start..<schedule.epochs {
      // While this epoch trains, the next one's scans are simulated.
      let next = epoch + 1 < schedule.epochs ? pool.prepare(epoch: epoch + 1) : nil
      let began = Date()
      var total = 0.0
      for step in 0..<schedule.stepsPerEpoch {
        let count = epoch * schedule.stepsPerEpoch + step
        optimizer.learningRate = schedule.learningRate(step: count, peak: configuration.optimizer.learningRate)
        let batch = try sampler.batch(epoch: epoch, step: step)
        let outputs = try network(batch.image, precision: schedule.precision.dtype)
        let target = try Tensor.cat([batch.label, batch.trust], dim: 1)
        let loss = try deepSupervision(outputs, target) { output, target in
          try self.loss(output, target.narrowed(dim: 1, start: 0, length: 1), trust: target.narrowed(dim: 1, start: 1, length: 1))
        }
        try loss.backward()
        // A bad step must reach neither the weights nor the checkpoint.
        let (value, norm) = (Double(try loss.item()), try optimizer.clipGradients(norm: configuration.optimizer.clip))
        guard value.isFinite, norm.isFinite else { throw TrainingError.diverged(epoch: epoch) }
        try optimizer.step()
        optimizer.zeroGrad()
        try average.update()
        total += value
        try observer(.step(epoch: epoch, step: step, loss: value))
      }
      let validated = (epoch + 1) % configuration.validation.every == 0 || epoch + 1 == schedule.epochs
      var record = EpochRecord(
        epoch: epoch, step: (epoch + 1) * schedule.stepsPerEpoch, loss: total / Double(schedule.stepsPerEpoch),
        learningRate: optimizer.learningRate, seconds: Date().timeIntervalSince(began))
      if validated {
        scores = try validation.scores(try model(provenance))
        record.scores = scores
      }
      try log.append(record)
      try checkpoint.save(network: network, average: average, optimizer: optimizer, epoch: epoch)
      try observer(.epoch(record))
      if let next { try pool.enter(epoch: epoch + 1, await next.value) }
    }
    var final = provenance
    final.steps = schedule.steps
    if scores.isEmpty { scores = try validation.scores(try model(provenance)) }
    for score in scores { final.validation[score.name] = (score.dice * 10000).rounded() / 10000 }
    return try model(final)
  }

  /// The weighted sum of the configuration's terms, blind to voxels that are not to be believed.
  private func loss(_ output: Tensor, _ target: Tensor, trust: Tensor) throws -> Tensor {
    // Terms that compare occupancies see what the activation makes of the output.
    let occupancy = configuration.stage.activation == .sigmoid ? try output.sigmoid() : output
    let (seen, truth) = try (occupancy * trust, target * trust)
    let terms = try configuration.loss.map { term -> Tensor in
      let value =
        switch term.kind {
        case .adaptiveWing: try AdaptiveWing(reduction: .mean)(seen, truth)
        // Cross-entropy does not pull where the target is what the network says already.
        case .crossEntropy: try Loss.binaryCrossEntropy(logits: output, truth + output.detached().sigmoid() * (1 - trust))
        case .dice: try Loss.softDice(seen, truth)
        case .squaredDice: try Loss.squaredDice(seen, truth)
        case .meanSquaredError: try Loss.meanSquaredError(seen, truth)
        }
      return try value * Float(term.weight)
    }
    return try terms.dropFirst().reduce(terms[0]) { try $0 + $1 }
  }
}

extension OptimizerSettings {
  func optimizer(of parameters: [NamedTensor]) throws -> any Optimizer {
    switch kind ?? .adamW {
    case .adam: try Adam(parameters, learningRate: learningRate, weightDecay: weightDecay)
    case .adamW: try Adam(parameters, learningRate: learningRate, weightDecay: weightDecay, decoupled: true)
    case .sgd: try SGD(parameters, learningRate: learningRate, momentum: 0.99, nesterov: true, weightDecay: weightDecay)
    }
  }
}

extension ScheduleSettings {
  func learningRate(step: Int, peak: Double) -> Double {
    switch kind ?? .cosine {
    case .cosine: Schedule.cosine(step: step, steps: steps, peak: peak, warmUp: warmUpSteps)
    case .polynomial: Schedule.polynomial(step: step, steps: steps, peak: peak, warmUp: warmUpSteps)
    }
  }
}

extension ScheduleSettings.Precision {
  var dtype: DType { self == .bfloat16 ? .bfloat16 : .float32 }
}

extension TrainingConfiguration {
  /// Checks what decoding cannot.
  func validate() throws {
    do { try stage.validate() } catch { throw TrainingError.configuration(path: name, reason: "\(error)") }
    guard !loss.isEmpty else { throw TrainingError.configuration(path: name, reason: "loss is empty") }
    guard schedule.epochs > 0, schedule.stepsPerEpoch > 0, schedule.batch > 0 else {
      throw TrainingError.configuration(path: name, reason: "schedule.epochs, stepsPerEpoch and batch must be positive")
    }
    guard !data.scans.isEmpty || data.simulation.scans > 0 else { throw TrainingError.noData(name: name) }
    guard data.simulation.scans >= 0, data.simulation.lifetime >= 1, validation.simulated >= 0, validation.every >= 1 else {
      throw TrainingError.configuration(
        path: name, reason: "simulation.scans, lifetime, validation.simulated and every must not be negative or zero")
    }
    guard schedule.warmUpSteps >= 0, schedule.epochs <= 1_000_000, schedule.stepsPerEpoch <= 1_000_000 else {
      throw TrainingError.configuration(path: name, reason: "schedule.epochs, stepsPerEpoch or warmUpSteps is out of range")
    }
    guard optimizer.clip > 0, (0..<1).contains(optimizer.average), optimizer.learningRate > 0 else {
      throw TrainingError.configuration(path: name, reason: "optimizer.clip and learningRate must be positive, average in 0…1 and below 1")
    }
    let trained = Set(data.scans.map(\.person))
    if let both = validation.scans.map(\.person).first(where: trained.contains) { throw TrainingError.personOnBothSides(person: both) }
  }
}
