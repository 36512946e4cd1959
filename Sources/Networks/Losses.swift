import Tensors

/// Losses of a prediction against a soft target of the same shape [N, C, X, Y, Z]; each returns one number to be made small.
public enum Loss {
  /// −(2 Σpg + s) / (Σp + Σg + s) of each sample and channel, averaged; in [−1, 0).
  ///
  /// Its minimum for a soft g is not at p = g but at p in {0, 1}: it hardens soft borders.
  ///
  /// Source: nnU-Net `MemoryEfficientSoftDiceLoss`.
  public static func softDice(_ probability: Tensor, _ target: Tensor, smooth: Float = 1) throws -> Tensor {
    let overlap = try (probability * target).sum(dims: spatial)
    let total = try probability.sum(dims: spatial) + target.sum(dims: spatial)
    return try -((2 * overlap + smooth) / (total + smooth)).mean()
  }

  /// 1 − (2 Σpg + s) / (Σp² + Σg² + s) of each sample and channel, averaged; 0 exactly at p = g, also for a soft g.
  ///
  /// Source: Milletari et al. 2016 (V-Net), arXiv:1606.04797.
  public static func squaredDice(_ probability: Tensor, _ target: Tensor, smooth: Float = 1) throws -> Tensor {
    let overlap = try (probability * target).sum(dims: spatial)
    let total = try (probability * probability).sum(dims: spatial) + (target * target).sum(dims: spatial)
    return try 1 - ((2 * overlap + smooth) / (total + smooth)).mean()
  }

  /// The mean cross-entropy of logits against target occupancies in [0, 1].
  public static func binaryCrossEntropy(logits: Tensor, _ target: Tensor) throws -> Tensor {
    try logits.binaryCrossEntropyWithLogits(target)
  }

  /// The mean squared difference.
  public static func meanSquaredError(_ prediction: Tensor, _ target: Tensor) throws -> Tensor {
    let difference = try prediction - target
    return try (difference * difference).mean()
  }

  /// √(1 + e²) − 1 of each slice, averaged; e is the error of its area in twentieths of the slice. Slices follow each other along the third
  /// spatial axis.
  ///
  /// It pulls at all edge voxels of a slice together, where voxel by voxel a contour that is a little too wide costs little. For small errors it
  /// is a square, so that the best prediction is the expected area, soft edges included; for large ones it is a line, which no window without
  /// any cord dominates.
  public static func sliceArea(_ prediction: Tensor, _ target: Tensor) throws -> Tensor {
    let error = try (prediction - target).mean(dims: [2, 3]) * 20
    return try ((error * error + 1).sqrt() - 1).mean()
  }

  private static let spatial = [2, 3, 4]
}
