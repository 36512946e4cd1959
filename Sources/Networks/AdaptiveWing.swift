import Foundation
import Tensors

/// Adaptive Wing loss: a regression loss for soft targets that is sharp near the foreground and smooth on the background.
///
/// With d = |prediction − target| and e = α − target: ω ln(1 + (d/ε)^e) where d < θ, else A·d − C, with A and C such that value and
/// slope are continuous at θ.
///
/// Source: Wang et al. 2019, arXiv:1904.07399 (eq. 3); parameters of Bédard et al. 2025. For the weight mask see ``weights(for:weight:threshold:)``.
public struct AdaptiveWing: Codable, Sendable, Hashable {
  /// How the voxels' losses become one number.
  public enum Reduction: String, Codable, Sendable { case sum, mean }

  /// θ: the difference where the logarithm turns into a line.
  public var theta: Float
  /// ω: the height of the loss.
  public var omega: Float
  /// α: the exponent on background; above 2, so that small differences there weigh little.
  public var alpha: Float
  /// ε: the scale of the difference.
  public var epsilon: Float
  /// Sum, as in the paper, or mean.
  public var reduction: Reduction

  /// The paper's loss, but for what is given.
  public init(theta: Float = 0.5, omega: Float = 8, alpha: Float = 2.1, epsilon: Float = 1, reduction: Reduction = .mean) {
    self.theta = theta
    self.omega = omega
    self.alpha = alpha
    self.epsilon = epsilon
    self.reduction = reduction
  }

  /// The loss of a prediction (the raw output, as in the paper, or probabilities) against a target in [0, 1] of the same shape.
  ///
  /// - Parameter weights: What each voxel's loss is multiplied by, same shape; `nil` for 1.
  public func callAsFunction(_ prediction: Tensor, _ target: Tensor, weights: Tensor? = nil) throws -> Tensor {
    let ratio = theta / epsilon
    let exponent = try alpha - target
    // ratio^exponent, then the line's slope A and offset C, all fixed by the target.
    let power = try (exponent * Foundation.log(ratio)).exp()
    let slope = try omega / (ratio * epsilon) * exponent * power / (1 + power)
    let offset = try theta * slope - omega * power.log1p()

    let difference = try (prediction - target).abs()
    let curve = try omega * (difference / epsilon).pow(exponent).log1p()
    let line = try slope * difference - offset
    var loss = try Tensor.where(difference.isLess(than: theta), curve, line)
    if let weights { loss = try loss * weights }
    return try reduction == .sum ? loss.sum() : loss.mean()
  }
}

extension AdaptiveWing {
  /// What each voxel's loss is multiplied by where the foreground and its rim are to count more: 1 + weight within a voxel of any target
  /// above `threshold`, 1 elsewhere.
  ///
  /// The published code of Bédard et al. 2025 means this and does nothing: its mask is 1 everywhere.
  ///
  /// - Parameters:
  ///   - target: [N, C, X, Y, Z].
  ///   - weight: 10 in the paper of the loss.
  ///   - threshold: 51/255 there.
  ///
  /// Source: Wang et al. 2019, arXiv:1904.07399, section 4.3 (weighted loss map, dilation by 3).
  public static func weights(for target: Tensor, weight: Float = 10, threshold: Float = 0.2) throws -> Tensor {
    let foreground = try target.isGreater(than: threshold).padded([1, 1, 1, 1, 1, 1])
    return try foreground.averagePool3d(kernel: [3, 3, 3], stride: [1, 1, 1]).isGreater(than: 0) * weight + 1
  }
}
