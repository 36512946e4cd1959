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
  /// Seconds of a step, its median: making its samples, and training on them.
  public var sampling, computing: Double
  /// Loss of the first batch.
  public var loss: Double
  /// Most memory that the program took so far, bytes; without that of a GPU.
  public var peakMemory: Int
  /// Augmented samples of the first batches.
  public var picture: Picture

  /// Seconds of the whole run, without validations.
  public func seconds(epochs: Int) -> Double { (sampling + computing) * Double(stepsPerEpoch * epochs) }
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
    try data.check { try observer(.reading($0)) }
    let pool = CasePool(configuration, data, on: device)
    if configuration.data.simulation.scans > 0 { try observer(.preparing("simulating \(configuration.data.simulation.scans) scans")) }
    try pool.enter(epoch: 0, await pool.prepare(epoch: 0).value)
    try observer(.preparing("taking a few steps"))
    let state = try TrainingState(configuration, start: start, on: device)
    let stepsPerEpoch = configuration.stepsPerEpoch(data)
    let sampler = Sampler(configuration: configuration, pool: pool, stepsPerEpoch: stepsPerEpoch)
    let step = TrainingStep(
      configuration: configuration, state: state, objective: configuration.objective, sampler: sampler,
      checkpoint: Checkpoint(path: runFolder + "/checkpoint.safetensors", configuration: configuration),
      peers: Peers(group: nil))
    var loss = Double.nan
    var times: [(total: Double, computing: Double)] = []
    // The first step also allocates; the later ones are like those to come.
    while times.count < 2 || times.count < Self.steps && times.dropFirst().reduce(0, { $0 + $1.total }) < Self.patience {
      var watch = Stopwatch()
      let value = try await step(epoch: 0, step: times.count, stepsPerEpoch: max(Self.steps, stepsPerEpoch), usual: nil, &watch)
      if times.isEmpty, let value { loss = value }
      times.append((watch.seconds, watch.seconds * watch.computing))
    }
    let usual = times.dropFirst().sorted { $0.total < $1.total }[(times.count - 1) / 2]
    var shown: [Sample] = []
    for index in 0..<8 { shown.append(try await sampler.sample(epoch: 0, index: index)) }
    let batch = try Sample(shown)
    return Rehearsal(
      trainingScans: data.training.count, trainingPeople: Set(data.training.map(\.person)).count, validationScans: data.validation.count,
      validationPeople: Set(data.validation.map(\.person)).count, testedScans: data.tested,
      contrasts: Dictionary(grouping: data.training) { $0.contrast ?? "unnamed" }.mapValues(\.count),
      parameters: configuration.stage.network.parameterCount, stepsPerEpoch: stepsPerEpoch, sampling: usual.total - usual.computing,
      computing: usual.computing, loss: loss, peakMemory: Self.peakMemory,
      picture: try SampleSheet.picture(images: batch.image, labels: batch.label, scale: batch.image.shape[4] > 128 ? 1 : 3))
  }

  private static var peakMemory: Int {
    var usage = rusage()
    #if os(Linux)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss * 1024
    #else
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #endif
  }
}
