import Networks
import Tensors
import Testing

/// Optimizers against PyTorch on fixed gradients, and what checkpoints need of them.
struct OptimizerTests {
  /// Three float32 steps.
  static let tolerance: Float = 1e-6

  static let makers: [String: @Sendable ([NamedTensor]) throws -> any Optimizer] = [
    "adam": { try Adam($0, learningRate: 0.01, beta1: 0.8, beta2: 0.99, weightDecay: 0.1) },
    "adamw": { try Adam($0, learningRate: 0.01, weightDecay: 0.1, decoupled: true) },
    "sgd": { try SGD($0, learningRate: 0.01) },
    "momentum": { try SGD($0, learningRate: 0.01, momentum: 0.9, weightDecay: 0.1) },
    "nesterov": { try SGD($0, learningRate: 0.01, momentum: 0.9, nesterov: true) },
  ]

  /// Gives the weight exactly this gradient.
  func put(_ gradient: Tensor, on weight: Tensor) throws {
    weight.clearGrad()
    try (weight * gradient).sum().backward()
  }

  @Test(arguments: makers.keys.sorted()) func agreesWithPyTorchAlsoOverACheckpoint(_ name: String) throws {
    let golden = try golden("optimizers")
    let make = Self.makers[name]!
    let weight = try golden["start"]!.copied().requiringGrad()
    var optimizer = try make([("w", weight)])
    for step in 0..<3 {
      if step == 2 {  // a fresh optimizer takes over from the stored state
        let state = optimizer.state
        optimizer = try make([("w", weight)])
        try optimizer.restore(state)
        #expect(optimizer.state.stepCount == 2)
      }
      try put(golden["gradients"]!.narrowed(dim: 0, start: step, length: 1).reshaped([7]), on: weight)
      try optimizer.step()
      let expected = try golden[name]!.narrowed(dim: 0, start: step, length: 1).reshaped([7])
      #expect(try error(weight.detached(), expected) < Self.tolerance)
    }
  }

  @Test func learningRateZeroAndMissingGradientsStandStill() throws {
    let weight = try Tensor([1, 2], shape: [2]).requiringGrad()
    let optimizer = try Adam([("w", weight)], learningRate: 0.1)
    try optimizer.step()
    #expect(try weight.floats() == [1, 2])
    try put(Tensor([3, 4], shape: [2]), on: weight)
    optimizer.learningRate = 0
    try optimizer.step()
    #expect(try weight.floats() == [1, 2])
    optimizer.zeroGrad()
    #expect(weight.grad == nil)
  }

  @Test func clippingKeepsTheDirection() throws {
    let (a, b) = (try Tensor([0, 0], shape: [2]).requiringGrad(), try Tensor(scalar: 0).requiringGrad())
    let optimizer = try SGD([("a", a), ("b", b)], learningRate: 1)
    #expect(try optimizer.clipGradients(norm: 1) == 0)
    try put(Tensor([2, 3], shape: [2]), on: a)
    try put(Tensor(scalar: 6), on: b)
    #expect(try optimizer.clipGradients(norm: 100) == 7)
    #expect(try b.grad?.item() == 6)
    #expect(try optimizer.clipGradients(norm: 3.5) == 7)
    #expect(try a.grad?.floats() == [1, 1.5])
    #expect(try b.grad?.item() == 3)
    try put(Tensor(scalar: .nan), on: b)
    #expect(try optimizer.clipGradients(norm: 1).isNaN)
  }

  @Test func refusesAnotherNetworksState() throws {
    let optimizer = try SGD([("a", Tensor(scalar: 1).requiringGrad())], learningRate: 1)
    let state = OptimizerState(stepCount: 1, tensors: [("velocity.b", try Tensor(scalar: 0))])
    #expect(throws: NetworkError.state(missing: ["velocity.a"], unexpected: ["velocity.b"])) { try optimizer.restore(state) }
  }

  @Test func averageFollowsTheWeights() throws {
    let weight = try Tensor(scalar: 0).requiringGrad()
    let average = try ExponentialMovingAverage([("w", weight)], decay: 0.9)
    try weight.fill(1)
    #expect(try average.parameters[0].tensor.item() == 0)
    // Keeps 2/11 at the first update.
    try average.update()
    #expect(try abs(average.parameters[0].tensor.item() - 9 / 11) < 1e-6)
    for _ in 0..<100 { try average.update() }
    #expect(try abs(average.parameters[0].tensor.item() - 1) < 1e-3)
    #expect(average.updates == 101 && !average.parameters[0].tensor.requiresGrad)
  }

  @Test func schedules() {
    #expect(Schedule.cosine(step: 0, steps: 100, peak: 2) == 2)
    #expect(abs(Schedule.cosine(step: 50, steps: 100, peak: 2, floor: 1) - 1.5) < 1e-12)
    #expect(Schedule.cosine(step: 100, steps: 100, peak: 2, floor: 0.5) == 0.5)
    #expect(Schedule.cosine(step: 1000, steps: 100, peak: 2, floor: 0.5) == 0.5)
    #expect((0..<5).map { Schedule.cosine(step: $0, steps: 100, peak: 4, warmUp: 4) } == [1, 2, 3, 4, 4])
    #expect(Schedule.polynomial(step: 0, steps: 10, peak: 0.01) == 0.01)
    #expect(abs(Schedule.polynomial(step: 5, steps: 10, peak: 1, power: 2) - 0.25) < 1e-12)
    #expect(Schedule.polynomial(step: 10, steps: 10, peak: 1) == 0)
  }
}
