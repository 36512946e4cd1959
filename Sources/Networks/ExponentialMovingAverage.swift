import Foundation
import Tensors

/// A running average of parameters, smoother than the parameters themselves: the weights to validate and to keep.
public final class ExponentialMovingAverage {
  /// The averaged parameters, in the order and under the names of the originals.
  public let parameters: [NamedTensor]

  private let originals: [NamedTensor]
  private let decay: Double
  /// Updates done; a checkpoint keeps it beside the parameters.
  public private(set) var updates = 0

  /// An average that starts at the parameters as they are.
  ///
  /// - Parameter decay: What the average keeps at each update, in [0, 1).
  public init(_ parameters: [NamedTensor], decay: Double) throws {
    precondition((0..<1).contains(decay), "the decay lies in [0, 1)")
    self.decay = decay
    originals = parameters
    self.parameters = try parameters.map { ($0.name, try $0.tensor.detached().copied()) }
  }

  /// Takes in the parameters after a step. The first updates weigh more, so that the random start is soon forgotten.
  public func update() throws {
    updates += 1
    let keep = min(decay, Double(1 + updates) / Double(10 + updates))
    for (average, original) in zip(parameters, originals) {
      try average.tensor.lerp(to: original.tensor, weight: Float(1 - keep))
    }
  }

  /// Continues from a checkpoint; tensors are copied.
  ///
  /// - Throws: ``NetworkError/state(missing:unexpected:)`` where names or shapes do not fit.
  public func restore(_ stored: [NamedTensor], updates: Int) throws {
    try Networks.restore(parameters, from: stored)
    self.updates = updates
  }
}
