import Tensors

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
