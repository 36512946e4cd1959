import CTorch

extension Tensor {
  /// A float32 tensor of the values, last dimension fastest.
  ///
  /// - Throws: ``TensorError`` where the shape does not hold exactly the values, or the device is not available.
  public init(_ values: [Float], shape: [Int], on device: Device = .cpu) throws {
    self = try values.withUnsafeBytes { try Tensor(bytes: $0, dtype: .float32, shape: shape) }.to(device)
  }

  /// A float32 tensor of rank 0.
  public init(scalar: Float) throws {
    self = try Tensor([scalar], shape: [])
  }

  /// A tensor on the CPU of elements as they lie in memory, last dimension fastest.
  ///
  /// - Throws: ``TensorError`` where the shape does not take exactly the bytes.
  public init(bytes: UnsafeRawBufferPointer, dtype: DType, shape: [Int]) throws {
    let handle = ct_from_bytes(bytes.baseAddress, Int64(bytes.count), dtype.rawValue, shape.int64, Int64(shape.count))
    self = try Tensor.make("Tensor(bytes:)", shape, handle)
  }

  /// A tensor of one repeated value.
  public static func full(shape: [Int], value: Float, dtype: DType = .float32, on device: Device = .cpu) throws -> Tensor {
    let handle = ct_full(shape.int64, Int64(shape.count), Double(value), dtype.rawValue, device.kind, device.index)
    return try make("full", shape, handle)
  }

  /// A tensor of zeros.
  public static func zeros(shape: [Int], dtype: DType = .float32, on device: Device = .cpu) throws -> Tensor {
    try full(shape: shape, value: 0, dtype: dtype, on: device)
  }

  /// A tensor of ones.
  public static func ones(shape: [Int], dtype: DType = .float32, on device: Device = .cpu) throws -> Tensor {
    try full(shape: shape, value: 1, dtype: dtype, on: device)
  }

  /// 0, 1, … `count` − 1 as float32, on the CPU.
  public static func arange(_ count: Int) throws -> Tensor {
    try make("arange", [count], ct_arange(Int64(count)))
  }

  /// Standard normal numbers; the same seed gives the same numbers on every device.
  public static func normal(shape: [Int], seed: UInt64, on device: Device = .cpu) throws -> Tensor {
    try make("normal", shape, ct_normal(shape.int64, Int64(shape.count), seed)).to(device)
  }

  /// Numbers drawn evenly from [0, 1); the same seed gives the same numbers on every device.
  public static func uniform(shape: [Int], seed: UInt64, on device: Device = .cpu) throws -> Tensor {
    try make("uniform", shape, ct_uniform(shape.int64, Int64(shape.count), seed)).to(device)
  }

  /// All elements as they would lie contiguously in memory, last dimension fastest.
  public func bytes() throws -> [UInt8] {
    try elements(of: UInt8.self, each: 1, count: count * dtype.size)
  }

  /// All elements as float32, last dimension fastest.
  public func floats() throws -> [Float] {
    try to(.float32).elements(of: Float.self, each: 4, count: count)
  }

  /// The one element of a tensor that has one.
  ///
  /// - Throws: ``TensorError`` where it has another count.
  public func item() throws -> Float {
    guard count == 1 else { throw TensorError(operation: "item", shapes: [shape], message: "has \(count) elements, not one") }
    return try floats()[0]
  }

  private func elements<T>(of type: T.Type, each size: Int, count: Int) throws -> [T] {
    try [T](unsafeUninitializedCapacity: count) { buffer, filled in
      try change("copy to host") { handle, _ in ct_copy_bytes(handle, buffer.baseAddress, Int64(count * size)) }
      filled = count
    }
  }

  /// The same values in another element type; gradients pass through.
  public func to(_ dtype: DType) throws -> Tensor {
    try apply("to(\(dtype))") { ct_to_dtype($0, dtype.rawValue) }
  }

  /// The same values on another device; gradients pass through.
  ///
  /// - Throws: ``TensorError`` where the device is not available.
  public func to(_ device: Device) throws -> Tensor {
    try apply("to(\(device))") { ct_to_device($0, device.kind, device.index) }
  }

  /// The same values, last dimension fastest in memory; no copy where they lie so already.
  public func contiguous() throws -> Tensor { try apply("contiguous", ct_contiguous) }

  /// The same values of [N, C, X, Y, Z] with all channels of a voxel side by side in memory, as convolutions on a processor are fastest.
  public func channelsLast() throws -> Tensor { try apply("channelsLast", ct_channels_last) }

  /// The same values in memory of their own; gradients pass through.
  public func copied() throws -> Tensor { try apply("copied", ct_clone) }
}
