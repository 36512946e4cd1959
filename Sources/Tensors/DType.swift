import CTorch

/// The element type of a tensor.
public enum DType: Int32, Sendable, CaseIterable {
  // In the order of the seam's numbers.
  case float32, float64, bfloat16, float16, int32, int64, uint8

  /// The bytes one element takes.
  public var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .bfloat16, .float16: 2
    case .uint8: 1
    }
  }
}
