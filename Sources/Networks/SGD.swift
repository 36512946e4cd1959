import Tensors

/// Stochastic gradient descent with momentum; arithmetic of PyTorch.
public final class SGD: Optimizer {
  public var learningRate: Double
  public let parameters: [NamedTensor]

  private let momentum: Double
  private let nesterov: Bool
  private let weightDecay: Double
  private let velocity: Moments
  private var stepCount = 0

  /// An optimizer of the parameters.
  ///
  /// - Parameters:
  ///   - momentum: What the velocity keeps at each step, in [0, 1).
  ///   - nesterov: Whether the step looks ahead along the velocity.
  ///   - weightDecay: Pull to zero, added to the gradient.
  public init(
    _ parameters: [NamedTensor], learningRate: Double, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double = 0
  ) throws {
    self.parameters = parameters
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
    velocity = try Moments("velocity", like: parameters)
  }

  public func step() throws {
    stepCount += 1
    try withoutGradients {
      for (index, parameter) in parameters.enumerated() {
        let weight = parameter.tensor
        guard var gradient = weight.grad else { continue }
        if weightDecay != 0 { gradient = try gradient + weight * Float(weightDecay) }
        let velocity = velocity.tensors[index]
        try velocity.scale(by: Float(momentum))
        try velocity.accumulate(gradient)
        try weight.accumulate(nesterov ? gradient + velocity * Float(momentum) : velocity, scale: Float(-learningRate))
      }
    }
  }

  public var state: OptimizerState { OptimizerState(stepCount: stepCount, tensors: velocity.named(after: parameters)) }

  public func restore(_ state: OptimizerState) throws {
    try Networks.restore(self.state.tensors, from: state.tensors)
    stepCount = state.stepCount
  }
}
