import Tensors

/// What the network sees and should say, [N, 1, X, Y, Z] each.
///
/// It may cross tasks although a tensor may not: its tensors are never changed.
struct Sample: @unchecked Sendable {
  /// Intensities, normalized.
  var image: Tensor
  /// Occupancy.
  var label: Tensor
  /// 1 where the label is to be believed, else 0.
  var trust: Tensor

  /// Samples as one batch.
  init(_ samples: [Sample]) throws {
    self.init(
      image: try Tensor.cat(samples.map(\.image), dim: 0), label: try Tensor.cat(samples.map(\.label), dim: 0),
      trust: try Tensor.cat(samples.map(\.trust), dim: 0))
  }

  init(image: Tensor, label: Tensor, trust: Tensor) { (self.image, self.label, self.trust) = (image, label, trust) }

  /// The same on a device.
  func to(_ device: Device) throws -> Sample {
    try Sample(image: image.to(device), label: label.to(device), trust: trust.to(device))
  }
}
