import Models
import Tensors

/// What a network computes in.
public enum Precision: String, Sendable, Hashable, CaseIterable {
  /// bfloat16 where the device is faster at it, else float32; always float32 for models that blend raw outputs, as imported ones do, so that
  /// they agree with the program that they are from. Areas of a level differ by less than 0.1 % between the two.
  case automatic = "auto"
  case float32
  /// Fast only where ``Device/hasFastBFloat16`` holds; elsewhere it is imitated, and takes a hundred times as long as float32.
  case bfloat16

  /// The type of the numbers for a model on a device.
  public func dtype(on device: Device, for model: SegmentationModel) -> DType {
    switch self {
    case .automatic: device.hasFastBFloat16 && model.segmenter.description.blending == .occupancies ? .bfloat16 : .float32
    case .float32: .float32
    case .bfloat16: .bfloat16
    }
  }
}
