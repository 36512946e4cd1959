import CTorch

// Operations on volumes [N, C, X, Y, Z].
extension Tensor {
  /// How ``interpolated(to:mode:)`` fills in.
  public enum Interpolation: Sendable { case trilinear, nearest }

  /// What ``gridSampled(_:padding:alignCorners:)`` finds outside: zero, or the value at the border.
  public enum Outside: Sendable { case zeros, border }

  /// Cross-correlation with a kernel [C out, C in / groups, X, Y, Z].
  ///
  /// - Parameters:
  ///   - stride: Three steps.
  ///   - padding: Three counts of zeros on both sides.
  public func conv3d(
    weight: Tensor, bias: Tensor? = nil, stride: [Int] = [1, 1, 1], padding: [Int] = [0, 0, 0], groups: Int = 1
  ) throws -> Tensor {
    precondition(stride.count == 3 && padding.count == 3, "stride and padding are three numbers")
    return try apply("conv3d", weight, bias) { ct_conv3d($0, $1, $2, stride.int64, padding.int64, Int64(groups)) }
  }

  /// Transposed convolution with a kernel [C in, C out, X, Y, Z], without padding.
  public func convTranspose3d(weight: Tensor, bias: Tensor? = nil, stride: [Int]) throws -> Tensor {
    precondition(stride.count == 3, "stride is three numbers")
    return try apply("convTranspose3d", weight, bias) { ct_conv_transpose3d($0, $1, $2, stride.int64) }
  }

  /// Each sample's channel to mean 0 and variance 1, then scaled and shifted by channel.
  ///
  /// Weight and bias may stay float32 where this tensor is a 16-bit float.
  public func instanceNorm(weight: Tensor? = nil, bias: Tensor? = nil, eps: Float = 1e-5) throws -> Tensor {
    try apply("instanceNorm", weight, bias) { ct_instance_norm($0, $1, $2, Double(eps)) }
  }

  /// ``instanceNorm(weight:bias:eps:)``, then ``leakyReLU(slope:)`` in place: the same values, for which gradients keep a tensor less.
  ///
  /// - Parameter slope: Not negative.
  public func instanceNormLeakyReLU(weight: Tensor? = nil, bias: Tensor? = nil, eps: Float = 1e-5, slope: Float) throws -> Tensor {
    precondition(slope >= 0, "the slope is not negative: the sign of the result must tell the sign of the input")
    return try apply("instanceNormLeakyReLU", weight, bias) { ct_instance_norm_leaky_relu($0, $1, $2, Double(eps), Double(slope)) }
  }

  /// Each sample's group of channels to mean 0 and variance 1, then scaled and shifted by channel.
  public func groupNorm(groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, eps: Float = 1e-5) throws -> Tensor {
    try apply("groupNorm", weight, bias) { ct_group_norm($0, Int64(groups), $1, $2, Double(eps)) }
  }

  /// Means over boxes of `kernel` voxels, `stride` apart (the kernel, where missing).
  public func averagePool3d(kernel: [Int], stride: [Int]? = nil) throws -> Tensor {
    precondition(kernel.count == 3 && stride?.count ?? 3 == 3, "kernel and stride are three numbers")
    return try apply("averagePool3d") { ct_avg_pool3d($0, kernel.int64, (stride ?? kernel).int64) }
  }

  /// Means over as many boxes as the size asks for; keeps the mean where the sizes divide.
  public func adaptiveAveragePool3d(size: [Int]) throws -> Tensor {
    precondition(size.count == 3, "a size is three numbers")
    return try apply("adaptiveAveragePool3d to \(size)") { ct_adaptive_avg_pool3d($0, size.int64) }
  }

  /// Resized to three numbers of voxels over the same extent (voxel centers at half-pixels).
  public func interpolated(to size: [Int], mode: Interpolation) throws -> Tensor {
    precondition(size.count == 3, "a size is three numbers")
    return try apply("interpolated to \(size)") { ct_interpolate($0, size.int64, mode == .trilinear ? 1 : 0) }
  }

  /// Trilinear samples at the grid's points.
  ///
  /// - Parameters:
  ///   - grid: [N, X', Y', Z', 3] in [−1, 1], this tensor's *last* axis first (z, y, x).
  ///   - alignCorners: −1 and 1 are the centers of the border voxels; else their outer faces.
  /// - Returns: [N, C, X', Y', Z'].
  public func gridSampled(_ grid: Tensor, padding: Outside = .zeros, alignCorners: Bool) throws -> Tensor {
    try apply("gridSampled", grid) { ct_grid_sample($0, $1, padding == .border ? 1 : 0, alignCorners ? 1 : 0) }
  }

  /// The mean binary cross-entropy of logits against targets in [0, 1].
  public func binaryCrossEntropyWithLogits(_ target: Tensor) throws -> Tensor {
    try apply("binaryCrossEntropyWithLogits", target, ct_bce_with_logits)
  }
}
