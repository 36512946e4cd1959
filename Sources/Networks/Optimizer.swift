import Tensors

/// Changes parameters along their gradients.
public protocol Optimizer: AnyObject {
  /// How far one step goes; may be set before every step.
  var learningRate: Double { get set }
  /// What is optimized.
  var parameters: [NamedTensor] { get }
  /// What a checkpoint keeps besides the parameters. Its tensors are the optimizer's own: copy them to keep them over a step.
  var state: OptimizerState { get }
  /// Continues from a checkpoint; tensors are copied.
  ///
  /// - Throws: ``NetworkError/state(missing:unexpected:)`` where names do not fit the parameters.
  func restore(_ state: OptimizerState) throws
  /// One step along the gradients; a parameter without one stays.
  func step() throws
}

/// An optimizer's memory.
public struct OptimizerState {
  /// Steps done.
  public var stepCount: Int
  /// Running moments, named by the moment and the parameter: `firstMoment.decoder.stages.0…`.
  public var tensors: [NamedTensor]

  /// Makes a state of its parts.
  public init(stepCount: Int, tensors: [NamedTensor]) {
    self.stepCount = stepCount
    self.tensors = tensors
  }
}

extension Optimizer {
  /// Forgets all gradients; to be called before the next backward pass.
  public func zeroGrad() {
    for parameter in parameters { parameter.tensor.clearGrad() }
  }

  /// Scales all gradients by one factor so that their common norm is at most `limit`.
  ///
  /// - Returns: The norm before; not finite where a gradient is not, and the gradients are then left alone.
  @discardableResult
  public func clipGradients(norm limit: Double) throws -> Double {
    precondition(limit > 0, "the limit of the norm is positive")
    return try withoutGradients {
      let gradients = parameters.compactMap(\.tensor.grad)
      guard !gradients.isEmpty else { return 0 }
      let squares = try gradients.map { try ($0 * $0).sum() }
      let norm = Double(try Tensor.stack(squares, dim: 0).sum().item()).squareRoot()
      guard norm.isFinite, norm > limit else { return norm }
      for gradient in gradients { try gradient.scale(by: Float(limit / norm)) }
      return norm
    }
  }
}

/// One running tensor per parameter, all zero at first.
struct Moments {
  let name: String
  let tensors: [Tensor]

  init(_ name: String, like parameters: [NamedTensor]) throws {
    self.name = name
    tensors = try parameters.map { try Tensor.zeros(shape: $0.tensor.shape, on: $0.tensor.device) }
  }

  /// The tensors under their names in a checkpoint.
  func named(after parameters: [NamedTensor]) -> [NamedTensor] {
    zip(parameters, tensors).map { ("\(name).\($0.name)", $1) }
  }
}

/// Copies a checkpoint's tensors into an optimizer's own, which fix the names and shapes.
func restore(_ own: [NamedTensor], from stored: [NamedTensor]) throws {
  let given = Dictionary(stored.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
  // A shape that does not fit counts as missing: copying would broadcast it.
  let missing = own.filter { given[$0.name]?.shape != $0.tensor.shape }.map(\.name)
  let unexpected = Set(given.keys).subtracting(own.map(\.name)).sorted()
  guard missing.isEmpty, unexpected.isEmpty else { throw NetworkError.state(missing: missing, unexpected: unexpected) }
  for (name, tensor) in own { try tensor.copy(from: given[name]!) }
}
