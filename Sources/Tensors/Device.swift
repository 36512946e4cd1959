import CTorch

/// Where a tensor lives and its operations run.
public enum Device: Hashable, Sendable, CustomStringConvertible {
  case cpu
  /// An NVIDIA GPU, by its index.
  case cuda(Int)
  /// The GPU of an Apple processor.
  case mps

  /// The device of a name: `cpu`, `cuda` (the first), `cuda:1`, `mps`; `nil` for any other word.
  public init?(name: String) {
    switch name {
    case "cpu": self = .cpu
    case "cuda": self = .cuda(0)
    case "mps": self = .mps
    default:
      guard name.hasPrefix("cuda:"), let index = UInt8(name.dropFirst(5)) else { return nil }
      self = .cuda(Int(index))
    }
  }

  /// The fastest device here: CUDA, then MPS, else the CPU.
  public static func best() -> Device {
    for device in [Device.cuda(0), .mps] where device.isAvailable { return device }
    return .cpu
  }

  /// Whether tensors can be put there now.
  public var isAvailable: Bool { ct_device_available(kind, index) != 0 }

  /// Whether convolutions in bfloat16 are faster than in float32 there.
  public var hasFastBFloat16: Bool { ct_fast_bfloat16(kind) != 0 }

  /// Lets a GPU's library time its ways to compute a convolution at the first tensor of each shape: worth it where shapes come again and
  /// again, as in training. The CPU is left as it is.
  ///
  /// - Returns: Whether that was so before.
  @discardableResult
  public func expectEqualShapes() -> Bool {
    if case .cuda = self { ct_tune_convolutions() != 0 } else { false }
  }

  /// The name that ``init(name:)`` reads back.
  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .cuda(let index): "cuda:\(index)"
    case .mps: "mps"
    }
  }

  init(kind: Int32, index: Int32) {
    switch Int(kind) {
    case CT_CUDA: self = .cuda(Int(index))
    case CT_MPS: self = .mps
    default: self = .cpu
    }
  }

  var kind: Int32 {
    switch self {
    case .cpu: Int32(CT_CPU)
    case .cuda: Int32(CT_CUDA)
    case .mps: Int32(CT_MPS)
    }
  }

  var index: Int32 {
    if case .cuda(let index) = self { Int32(clamping: index) } else { 0 }
  }
}
