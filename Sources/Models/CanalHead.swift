import Networks
import Tensors

/// A small network that sees the spinal canal (what lies inside the dura: cord and cerebrospinal fluid) in a segmenter's last features.
///
/// The segmenter's weights have no part in its training, so the cord stays what it is without this.
public struct CanalHead {
  public let network: UNet

  public init(_ network: UNet) { self.network = network }

  /// The shape of a head for a segmenter: its inputs are the segmenter's finest features and the cord's occupancy.
  public static func configuration(for segmenter: UNetConfiguration) -> UNetConfiguration {
    UNetConfiguration(
      inputChannels: segmenter.features[0] + 1, features: [12, 24, 32], strides: [[1, 1, 1], [2, 2, 1], [2, 2, 2]],
      kernels: [[3, 3, 1], [3, 3, 3], [3, 3, 3]], convolutionsPerStage: 1, convolutionsPerDecoderStage: 1, deepSupervision: false)
  }

  /// Logits of the canal.
  ///
  /// - Parameters:
  ///   - features: The segmenter's, [N, C, X, Y, Z].
  ///   - cord: Its logits of the cord, [N, 1, X, Y, Z].
  ///   - precision: What the convolutions compute in.
  /// - Returns: [N, 1, X, Y, Z], float32.
  public func logits(features: Tensor, cord: Tensor, precision: DType = .float32) throws -> Tensor {
    try network(Tensor.cat([features.to(precision), cord.sigmoid().to(precision)], dim: 1), precision: precision)[0]
  }
}
