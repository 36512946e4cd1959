import Numerics

/// Draws batches of changed patches from a pool; samples are made side by side, and some steps ahead of the one that needs them.
final class Sampler {
  let configuration: TrainingConfiguration
  let pool: CasePool
  let stepsPerEpoch: Int
  /// This process's part of every batch, of how many.
  let share: (rank: Int, of: Int)
  /// Steps whose samples are made while an earlier one is trained on.
  let ahead: Int
  private let maker: SampleMaker
  /// Samples on their way, by their number in the epoch.
  private var coming: [Int: Task<Sample, any Error>] = [:]
  /// The batch after the last one that was asked for, by the number of its first sample, where it is made ahead.
  private var next: (first: Int, batch: Task<Sample, any Error>)?

  /// - Parameter ahead: 0 where the network runs on the processors that make samples.
  init(_ configuration: TrainingConfiguration, _ pool: CasePool, stepsPerEpoch: Int, share: (rank: Int, of: Int) = (0, 1), ahead: Int = 0) {
    (self.configuration, self.pool, self.stepsPerEpoch, self.share, self.ahead) = (configuration, pool, stepsPerEpoch, share, ahead)
    maker = SampleMaker(configuration: configuration)
  }

  deinit { for task in coming.values { task.cancel() } }

  /// One batch.
  ///
  /// - Parameter part: Which of the batches that are added up for the step.
  func batch(epoch: Int, step: Int, part: Int = 0) async throws -> Sample {
    let indices = indices(step: step, part: part)
    for index in indices where coming[index] == nil { coming[index] = try await begin(epoch: epoch, index: index) }
    let batch = next?.first == indices.lowerBound ? next!.batch : gather(indices)
    for index in indices { coming[index] = nil }
    let isLast = part + 1 == configuration.schedule.accumulation ?? 1
    let following = self.indices(step: isLast ? step + 1 : step, part: isLast ? 0 : part + 1)
    let comes = ahead > 0 && following.allSatisfy { coming[$0] != nil }
    next = comes ? (following.lowerBound, gather(following)) : nil
    return try await batch.value
  }

  /// Samples on their way as one batch.
  private func gather(_ indices: Range<Int>) -> Task<Sample, any Error> {
    let tasks = indices.map { coming[$0]! }
    return Task.detached {
      var samples: [Sample] = []
      for task in tasks { samples.append(try await task.value) }
      return try Sample(samples)
    }
  }

  /// Turns to an epoch: starts making the simulated scans that it and the next one need, in the order of need.
  func enter(epoch: Int) {
    pool.enter(epoch: epoch)
    for task in coming.values { task.cancel() }
    (coming, next) = ([:], nil)
    for epoch in epoch...min(epoch + 1, configuration.schedule.epochs - 1) {
      for step in 0..<stepsPerEpoch {
        for choice in choices(epoch: epoch, step: step) { if case .simulated = choice { pool.prepare(choice) } }
      }
    }
  }

  /// Starts what a step and those after it need: reading their scans and, where there is time, making their samples.
  func prepare(epoch: Int, from step: Int) {
    for step in step...step + max(1, ahead) where step < stepsPerEpoch {
      for choice in choices(epoch: epoch, step: step) { pool.prepare(choice) }
      guard ahead > 0 else { continue }
      for index in indices(step: step) where coming[index] == nil {
        let (choice, generator) = draw(epoch: epoch, index: index)
        if let source = pool.promise(choice) { coming[index] = make(source, generator) }
      }
    }
  }

  /// The cases that a step shows to this process.
  func choices(epoch: Int, step: Int) -> [CasePool.Choice] {
    indices(step: step).map { draw(epoch: epoch, index: $0).choice }
  }

  private func indices(step: Int) -> [Int] {
    (0..<(configuration.schedule.accumulation ?? 1)).flatMap { indices(step: step, part: $0) }
  }

  /// Numbers of this process's samples in the epoch: however many processes there are, a step sees the same ones.
  private func indices(step: Int, part: Int) -> Range<Int> {
    let batch = configuration.schedule.batch
    let all = configuration.schedule.samplesPerStep * share.of
    let first = step * all + (part * share.of + share.rank) * batch
    return first..<first + batch
  }

  /// Number of a sample in the whole run.
  private func number(epoch: Int, index: Int) -> Int {
    epoch * stepsPerEpoch * configuration.schedule.samplesPerStep * share.of + index
  }

  /// One sample.
  func sample(epoch: Int, index: Int) async throws -> Sample { try await begin(epoch: epoch, index: index).value }

  /// A sample on its way; a labelled scan that is not there is waited for.
  private func begin(epoch: Int, index: Int) async throws -> Task<Sample, any Error> {
    let (choice, generator) = draw(epoch: epoch, index: index)
    if let source = pool.promise(choice) { return make(source, generator) }
    let source = try await pool.take(choice)
    return make(Task { source }, generator)
  }

  private func make(_ source: Task<TrainingCase, any Error>, _ generator: Generator) -> Task<Sample, any Error> {
    let maker = maker
    return Task.detached { try await maker.sample(of: source.value, generator) }
  }

  /// A sample's case, and the generator that decides the rest of it.
  private func draw(epoch: Int, index: Int) -> (choice: CasePool.Choice, generator: Generator) {
    var generator = pool.generator(epoch: epoch, index: index)
    let choice = pool.draw(&generator, epoch: epoch, sample: number(epoch: epoch, index: index))
    return (choice, generator)
  }
}
