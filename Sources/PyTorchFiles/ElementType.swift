/// The type of a tensor's numbers.
public enum ElementType: String, Sendable, CaseIterable {
  case float32, float64, float16, bfloat16
  case int64, int32, int16, int8, uint8, bool

  /// Bytes that one number takes.
  public var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// The name of PyTorch's class for storages of this type.
  var storageClass: String {
    switch self {
    case .float32: "torch.FloatStorage"
    case .float64: "torch.DoubleStorage"
    case .float16: "torch.HalfStorage"
    case .bfloat16: "torch.BFloat16Storage"
    case .int64: "torch.LongStorage"
    case .int32: "torch.IntStorage"
    case .int16: "torch.ShortStorage"
    case .int8: "torch.CharStorage"
    case .uint8: "torch.ByteStorage"
    case .bool: "torch.BoolStorage"
    }
  }

  init?(storageClass: String) {
    guard let type = Self.allCases.first(where: { $0.storageClass == storageClass }) else { return nil }
    self = type
  }
}
