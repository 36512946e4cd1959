import Models
import Networks
import Tensors

/// One part of the loss.
public struct LossTerm: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable {
    case adaptiveWing
    /// With more weight on the cord and its rim, as the paper means and its code does not do.
    case weightedAdaptiveWing
    case crossEntropy
    /// The usual soft Dice.
    case dice
    /// With squares in the denominator.
    case squaredDice
    case meanSquaredError
    /// Of the area of each slice.
    case sliceArea
  }

  public var kind: Kind
  public var weight: Double
  /// Of the Adaptive Wing losses: over the voxels of a batch; the mean when absent.
  public var reduction: AdaptiveWing.Reduction?

  public init(kind: Kind, weight: Double, reduction: AdaptiveWing.Reduction? = nil) {
    (self.kind, self.weight, self.reduction) = (kind, weight, reduction)
  }
}

/// What training makes small: weighted losses over all heads, blind to voxels that are not to be believed.
struct Objective {
  let terms: [LossTerm]
  let activation: Activation
  let heads: DeepSupervision

  /// The loss of a network's outputs.
  ///
  /// - Parameters:
  ///   - outputs: Finest first; [N, 1, X, Y, Z] each.
  ///   - sample: Its label and trust, on the finest grid.
  func callAsFunction(_ outputs: [Tensor], _ sample: Sample) throws -> Tensor {
    try heads(outputs, Tensor.cat([sample.label, sample.trust], dim: 1)) { output, target in
      try loss(output, target.narrowed(dim: 1, start: 0, length: 1), trust: target.narrowed(dim: 1, start: 1, length: 1))
    }
  }

  private func loss(_ output: Tensor, _ target: Tensor, trust: Tensor) throws -> Tensor {
    let truth = try target * trust
    let values = try terms.map { term -> Tensor in
      let value =
        switch term.kind {
        case .adaptiveWing: try wing(term)(regressed(output) * trust, truth)
        case .weightedAdaptiveWing: try wing(term)(regressed(output) * trust, truth, weights: AdaptiveWing.weights(for: truth))
        // Cross-entropy does not pull where the target is what the network says already.
        case .crossEntropy: try Loss.binaryCrossEntropy(logits: output, truth + output.detached().sigmoid() * (1 - trust))
        case .dice: try Loss.softDice(occupancy(output) * trust, truth)
        case .squaredDice: try Loss.squaredDice(occupancy(output) * trust, truth)
        case .sliceArea: try Loss.sliceArea(occupancy(output) * trust, truth)
        case .meanSquaredError: try Loss.meanSquaredError(regressed(output) * trust, truth)
        }
      return try value * Float(term.weight)
    }
    return try values.dropFirst().reduce(values[0]) { try $0 + $1 }
  }

  private func wing(_ term: LossTerm) -> AdaptiveWing { AdaptiveWing(reduction: term.reduction ?? .mean) }

  /// What regression losses see: the raw output, as in the paper, unless the output is one of a sigmoid.
  private func regressed(_ output: Tensor) throws -> Tensor { activation == .sigmoid ? try output.sigmoid() : output }

  /// What overlaps are measured on.
  private func occupancy(_ output: Tensor) throws -> Tensor {
    let values = try activation(output)
    guard activation.isRelative else { return values }
    return try values / (values.max(dims: [1, 2, 3, 4], keepDim: true) + 1e-6)
  }

  /// Whether a batch of twice the size has twice the loss.
  var isSum: Bool { terms.contains { $0.reduction == .sum } }
}
