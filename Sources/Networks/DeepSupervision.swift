import Tensors

/// How the losses of a network's heads become one: the head of level i, counted from the finest, weighs decayⁱ.
public struct DeepSupervision: Sendable, Hashable, Codable {
  /// What the weighted sum is divided by.
  public enum Division: String, Sendable, Codable {
    /// The sum of the weights.
    case weights
    /// The number of heads.
    case heads
  }

  /// What a coarse head is compared with.
  public enum Target: String, Sendable, Codable {
    /// The mean occupancy of the voxels it covers, so that area is kept.
    case mean
    /// The target at the coarse voxels' centers, by trilinear interpolation; it misses what lies between.
    case trilinear
  }

  public var decay: Float
  public var division: Division
  public var target: Target

  /// The finest head and, with falling weight, the mean occupancy that coarser ones see.
  public init(decay: Float = 0.5, division: Division = .weights, target: Target = .mean) {
    (self.decay, self.division, self.target) = (decay, division, target)
  }

  /// As in the published code of Bédard et al. 2025.
  public static let paper = DeepSupervision(division: .heads, target: .trilinear)

  /// The loss over all heads.
  ///
  /// - Parameters:
  ///   - outputs: Finest first; each [N, C, X, Y, Z].
  ///   - target: On the finest grid.
  ///   - loss: Of (output, target) on one grid.
  ///
  /// Source: nnU-Net's `DeepSupervisionWrapper`, which takes nearest neighbours of hard labels.
  public func callAsFunction(_ outputs: [Tensor], _ target: Tensor, loss: (Tensor, Tensor) throws -> Tensor) throws -> Tensor {
    precondition(!outputs.isEmpty, "a network has at least one head")
    var (weight, weights): (Float, Float) = (1, 0)
    var total: Tensor?
    for output in outputs {
      let term = try loss(output, reduced(target, to: Array(output.shape.suffix(3)))) * weight
      total = try total.map { try $0 + term } ?? term
      weights += weight
      weight *= decay
    }
    return try total! / (division == .weights ? weights : Float(outputs.count))
  }

  private func reduced(_ target: Tensor, to size: [Int]) throws -> Tensor {
    guard size != Array(target.shape.suffix(3)) else { return target }
    return switch self.target {
    case .mean: try target.adaptiveAveragePool3d(size: size)
    case .trilinear: try target.interpolated(to: size, mode: .trilinear)
    }
  }
}
