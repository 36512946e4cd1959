import Foundation
import Tensors

/// Adam: steps by the running mean of the gradient over the root of its running square.
///
/// Source: Kingma & Ba 2015, arXiv:1412.6980; Loshchilov & Hutter 2019, arXiv:1711.05101 (decoupled decay); arithmetic of PyTorch.
public final class Adam: Optimizer {
  public var learningRate: Double
  public let parameters: [NamedTensor]

  private let beta1: Double
  private let beta2: Double
  private let epsilon: Double
  private let weightDecay: Double
  private let decoupled: Bool
  private let first: Moments
  private let second: Moments
  private var stepCount = 0

  /// An optimizer of the parameters.
  ///
  /// - Parameters:
  ///   - beta1: What the mean keeps at each step.
  ///   - beta2: What the mean square keeps at each step.
  ///   - epsilon: What the denominator gains.
  ///   - weightDecay: Pull to zero: of the weights themselves where `decoupled`, else added to the gradient.
  ///   - decoupled: Whether this is AdamW.
  public init(
    _ parameters: [NamedTensor], learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0, decoupled: Bool = false
  ) throws {
    self.parameters = parameters
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decoupled = decoupled
    first = try Moments("firstMoment", like: parameters)
    second = try Moments("secondMoment", like: parameters)
  }

  public func step() throws {
    stepCount += 1
    // Factors are worked out in double and rounded once: 1 − 0.999 in single precision would be off by 5e−5.
    let correction1 = 1 - pow(beta1, Double(stepCount))
    let correction2 = 1 - pow(beta2, Double(stepCount))
    try withoutGradients {
      for (index, parameter) in parameters.enumerated() {
        let weight = parameter.tensor
        guard var gradient = weight.grad else { continue }
        if decoupled {
          if weightDecay != 0 { try weight.scale(by: Float(1 - learningRate * weightDecay)) }
        } else if weightDecay != 0 {
          gradient = try gradient + weight * Float(weightDecay)
        }
        let (mean, square) = (first.tensors[index], second.tensors[index])
        try mean.lerp(to: gradient, weight: Float(1 - beta1))
        try square.scale(by: Float(beta2))
        try square.accumulateProduct(gradient, gradient, scale: Float(1 - beta2))
        let denominator = try square.sqrt() / Float(correction2.squareRoot()) + Float(epsilon)
        try weight.accumulateQuotient(mean, denominator, scale: Float(-learningRate / correction1))
      }
    }
  }

  public var state: OptimizerState {
    OptimizerState(stepCount: stepCount, tensors: first.named(after: parameters) + second.named(after: parameters))
  }

  public func restore(_ state: OptimizerState) throws {
    try Networks.restore(self.state.tensors, from: state.tensors)
    stepCount = state.stepCount
  }
}
