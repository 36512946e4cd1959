import Networks
import Tensors

/// One change of the weights: forward, backward, clip, step, average.
struct TrainingStep {
  let configuration: TrainingConfiguration
  let state: TrainingState
  let objective: Objective
  let sampler: Sampler
  /// Named when the loss runs away.
  let checkpoint: Checkpoint
  /// Processes that train together with this one.
  let peers: Peers

  /// How many times what the loss has been is no accident anymore.
  private static let explosion = 100.0

  /// Takes a step.
  ///
  /// - Parameter usual: What the loss has been: the lowest mean of an epoch or, in the first one, the first step's; `nil` at that step.
  /// - Returns: The loss; `nil` where the batch was left out, as the paper does with empty labels.
  /// - Throws: ``TrainingError/diverged(epoch:loss:checkpoint:)``; the weights are then those of the step before.
  func callAsFunction(epoch: Int, step: Int, stepsPerEpoch: Int, usual: Double?, _ watch: inout Stopwatch) async throws -> Double? {
    let schedule = configuration.schedule
    let parts = schedule.accumulation ?? 1
    state.optimizer.learningRate = schedule.learningRate(
      epoch: epoch, step: step, stepsPerEpoch: stepsPerEpoch, peak: configuration.optimizer.learningRate)
    var value = 0.0
    // Once a step: what a part has used up would be made anew.
    sampler.prepare(epoch: epoch, from: step)
    for part in 0..<parts {
      let batch = try await watch.waiting { try await sampler.batch(epoch: epoch, step: step, part: part).to(state.device) }
      let isEmpty = try configuration.data.placement == .centered && batch.label.max(dims: [1, 2, 3, 4]).min().item() <= 0
      if try peers.any(isEmpty) {
        state.optimizer.zeroGrad()
        return nil
      }
      let outputs = try state.network(batch.image, precision: schedule.precision.dtype(on: state.device))
      var loss = try objective(outputs, batch)
      if parts > 1, !objective.isSum { loss = try loss / Float(parts) }
      try loss.backward()
      value += Double(try loss.item())
    }
    try peers.average(state.optimizer.parameters.compactMap(\.tensor.grad), isSum: objective.isSum)
    value = try peers.average(value, isSum: objective.isSum)
    // A bad step must reach neither the weights nor the checkpoint.
    let norm = try state.optimizer.clipGradients(norm: configuration.optimizer.clip ?? .infinity)
    let limit = usual.map { Self.explosion * (abs($0) + 1) } ?? .infinity
    guard value.isFinite, norm.isFinite, value < limit else {
      throw TrainingError.diverged(epoch: epoch, loss: value, checkpoint: checkpoint.exists ? checkpoint.path : nil)
    }
    try state.optimizer.step()
    state.optimizer.zeroGrad()
    try state.average.update()
    return value
  }
}
