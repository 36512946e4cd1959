import Foundation
import Networks
import Reports
import Tensors

/// What a run would take, found by taking its first steps.
public struct Rehearsal: Sendable {
  public var trainingScans, trainingPeople, validationScans, validationPeople, testedScans: Int
  /// Of labelled training scans, by contrast.
  public var contrasts: [String: Int]
  public var parameters: Int
  public var stepsPerEpoch: Int
  /// Seconds of a step, its median: making its samples of scans that are there, and training on them.
  public var sampling, computing: Double
  /// Seconds of processors that the training part of a step takes, the least of all steps: what else the machine does hardly changes it.
  public var processors: Double
  /// Simulated scans at first, and how many of them each epoch replaces.
  public var simulated: (scans: Int, perEpoch: Double)
  /// Seconds that one thread needs for a simulated scan, their mean.
  public var simulating: Double
  /// Whether simulated scans are made on the processors that train.
  public var sharesProcessors: Bool
  /// Loss of the first batch.
  public var loss: Double
  /// Most memory that the program took so far, bytes; without that of a GPU.
  public var peakMemory: Int
  /// Augmented samples of the first batches.
  public var picture: Picture

  /// Seconds of the whole run, without validations.
  public func seconds(epochs: Int) -> Double {
    let scans = Double(simulated.scans) + simulated.perEpoch * Double(epochs - 1)
    let beside = sharesProcessors ? scans * simulating / Double(ProcessInfo.processInfo.activeProcessorCount) : 0
    return (sampling + computing) * Double(stepsPerEpoch * epochs) + beside
  }
}

extension Trainer {
  /// Most steps that are timed, and seconds after which no more are begun.
  private static let (steps, patience) = (12, 20.0)

  /// Reads everything, trains for a few steps, and writes nothing.
  ///
  /// - Parameter observer: Told what is being prepared.
  /// - Throws: What ``run(resuming:provenance:observer:)`` would.
  public func rehearse(observer: (TrainingEvent) throws -> Void) async throws -> Rehearsal {
    let data = try TrainingData(configuration, root: root)
    try observer(.preparing("reading \(data.training.count + data.validation.count) labelled scans"))
    try data.check(observer: observer)
    let pool = CasePool(configuration, data)
    try observer(.preparing("taking a few steps"))
    let state = try TrainingState(configuration, start: start, on: device)
    let stepsPerEpoch = configuration.stepsPerEpoch(data)
    let sampler = Sampler(configuration, pool, stepsPerEpoch: stepsPerEpoch)
    let step = TrainingStep(
      configuration: configuration, state: state, objective: configuration.objective, sampler: sampler,
      checkpoint: Checkpoint(path: runFolder + "/checkpoint.safetensors", configuration: configuration),
      peers: Peers(group: nil))
    var loss = Double.nan
    var times: [(total: Double, computing: Double, processors: Double)] = []
    var simulations: [Double] = []
    // A step's scans are made ready before it is timed, and the next one's, which it would begin to read.
    func makeReady(_ step: Int) async throws {
      for choice in sampler.choices(epoch: 0, step: step) {
        let (isSimulated, start) = (pool.willSimulate(choice), ContinuousClock.now)
        _ = try await pool.take(choice)
        if isSimulated { simulations.append(start.duration(to: .now) / .seconds(1)) }
      }
    }
    try await makeReady(0)
    while times.isEmpty || times.count < Self.steps && times.reduce(0, { $0 + $1.total }) < Self.patience {
      try await makeReady(times.count + 1)
      var watch = Stopwatch()
      let value = try await step(epoch: 0, step: times.count, stepsPerEpoch: max(Self.steps, stepsPerEpoch), usual: nil, &watch)
      if times.isEmpty, let value { loss = value }
      times.append((watch.seconds, watch.seconds * watch.computing, watch.processors))
    }
    // The first step also allocates; the later ones, where there are any, are like those to come.
    let later = times.count > 1 ? Array(times.dropFirst()) : times
    let usual = later.sorted { $0.total < $1.total }[later.count / 2]
    let simulation = configuration.data.simulation
    var shown: [Sample] = []
    for index in 0..<8 { shown.append(try await sampler.sample(epoch: 0, index: index)) }
    let batch = try Sample(shown)
    return Rehearsal(
      trainingScans: data.training.count, trainingPeople: Set(data.training.map(\.person)).count, validationScans: data.validation.count,
      validationPeople: Set(data.validation.map(\.person)).count, testedScans: data.tested,
      contrasts: Dictionary(grouping: data.training) { $0.contrast ?? "unnamed" }.mapValues(\.count),
      parameters: configuration.stage.network.parameterCount, stepsPerEpoch: stepsPerEpoch, sampling: usual.total - usual.computing,
      computing: usual.computing, processors: later.map(\.processors).min() ?? 0,
      simulated: (simulation.scans, Double(simulation.scans) / Double(simulation.lifetime)),
      simulating: simulations.isEmpty ? 0 : simulations.reduce(0, +) / Double(simulations.count),
      sharesProcessors: device == .cpu, loss: loss,
      peakMemory: ResourceUsage.now.peakMemory,
      picture: try SampleSheet.picture(
        images: batch.image, labels: batch.label, orientation: configuration.stage.preprocessing.orientation ?? .ras,
        scale: batch.image.shape[4] > 128 ? 1 : 3))
  }
}
