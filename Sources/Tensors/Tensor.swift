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

/// An n-dimensional array on a device, with gradients: LibTorch's tensor.
///
/// A copy of this value names the same elements; the in-place operations (`accumulate`, `scale`, `copy`, …) are seen by all copies, every
/// other operation makes a new tensor. Not `Sendable`: a tensor belongs to the task that made it; send ``floats()`` instead.
public struct Tensor {
  /// Owns one handle of the seam.
  final class Storage {
    let handle: OpaquePointer
    init(_ handle: OpaquePointer) { self.handle = handle }
    deinit { ct_free(handle) }
  }

  let storage: Storage

  init(handle: OpaquePointer) { storage = Storage(handle) }

  /// How many tensors are alive in this process; for tests of leaks.
  public static var liveCount: Int { Int(ct_live_tensors()) }

  /// Reads a fact through the handle, which lives at least until `body` returns.
  func read<T>(_ body: (OpaquePointer) throws -> T) rethrows -> T {
    try withExtendedLifetime(storage) { try body(storage.handle) }
  }

  /// The size of each dimension; a volume batch is [N, C, X, Y, Z].
  public var shape: [Int] { read { handle in (0..<ct_rank(handle)).map { Int(ct_size(handle, $0)) } } }

  /// The number of dimensions.
  public var rank: Int { read { Int(ct_rank($0)) } }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// The element type.
  public var dtype: DType {
    guard let dtype = DType(rawValue: read { ct_dtype($0) }) else { preconditionFailure("no operation makes another element type") }
    return dtype
  }

  /// Where the elements live.
  public var device: Device { read { Device(kind: ct_device_kind($0), index: ct_device_index($0)) } }
}

extension Tensor {
  /// Calls a function of the seam on this tensor.
  func apply(_ operation: String, _ call: (OpaquePointer) -> OpaquePointer?) throws -> Tensor {
    guard let handle = read(call) else { throw TensorError(last: operation, [self]) }
    return Tensor(handle: handle)
  }

  /// Calls a function of the seam on this tensor and another.
  func apply(_ operation: String, _ other: Tensor, _ call: (OpaquePointer, OpaquePointer) -> OpaquePointer?) throws -> Tensor {
    guard let handle = read({ a in other.read { b in call(a, b) } }) else { throw TensorError(last: operation, [self, other]) }
    return Tensor(handle: handle)
  }

  /// Calls a function of the seam on this tensor, another, and two that may be missing (a layer with its weight and bias).
  func apply(
    _ operation: String, _ weight: Tensor?, _ bias: Tensor?,
    _ call: (OpaquePointer, OpaquePointer?, OpaquePointer?) -> OpaquePointer?
  ) throws -> Tensor {
    let made = withExtendedLifetime((weight, bias)) { read { call($0, weight?.storage.handle, bias?.storage.handle) } }
    guard let made else { throw TensorError(last: operation, [self] + [weight, bias].compactMap { $0 }) }
    return Tensor(handle: made)
  }

  /// Calls a function of the seam that changes this tensor in place, with up to two others.
  func change(_ operation: String, _ others: [Tensor] = [], _ call: (OpaquePointer, [OpaquePointer]) -> Int32) throws {
    let status = withExtendedLifetime(others) { read { call($0, others.map(\.storage.handle)) } }
    guard status == 0 else { throw TensorError(last: operation, [self] + others) }
  }

  /// The tensor a function of the seam made from nothing.
  static func make(_ operation: String, _ shape: [Int], _ handle: OpaquePointer?) throws -> Tensor {
    guard let handle else {
      let last = TensorError(last: operation)
      throw TensorError(operation: operation, shapes: [shape], message: last.message)
    }
    return Tensor(handle: handle)
  }
}

extension [Int] {
  /// The same numbers as the seam takes them.
  var int64: [Int64] { map(Int64.init) }
}
