/// Stands in for LibTorch's tensor, so that what reads model files can be fuzzed without LibTorch: bytes with a shape, and nothing to compute.
public struct Tensor: Sendable {
  public let dtype: DType
  public let shape: [Int]
  private let numbers: [UInt8]

  /// Refuses what LibTorch refuses.
  public init(bytes: UnsafeRawBufferPointer, dtype: DType, shape: [Int]) throws {
    precondition(bytes.count == shape.reduce(dtype.size, *), "\(bytes.count) bytes do not fill \(shape)")
    (self.dtype, self.shape, numbers) = (dtype, shape, [UInt8](bytes))
  }

  public func bytes() throws -> [UInt8] { numbers }

  public func sigmoid() throws -> Tensor { self }
  public func clamped(min: Double, max: Double) throws -> Tensor { self }
  public func relu() throws -> Tensor { self }
  public func softmax(dim: Int) throws -> Tensor { self }
}

/// As in the main package.
public enum DType: Sendable {
  case float32, float64, float16, bfloat16, int64, int32, uint8, bool

  public var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16: 2
    case .uint8, .bool: 1
    }
  }
}
