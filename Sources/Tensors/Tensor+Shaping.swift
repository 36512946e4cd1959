import CTorch

extension Tensor {
  /// The same elements in the same order under another shape; one size may be −1 and is then worked out.
  public func reshaped(_ shape: [Int]) throws -> Tensor {
    try apply("reshaped to \(shape)") { ct_reshape($0, shape.int64, Int64(shape.count)) }
  }

  /// The dimensions in another order.
  public func permuted(_ order: [Int]) throws -> Tensor {
    try apply("permuted by \(order)") { ct_permute($0, order.int64, Int64(order.count)) }
  }

  /// Dimensions of size 1 repeated to the shape, without a copy.
  public func expanded(to shape: [Int]) throws -> Tensor {
    try apply("expanded to \(shape)") { ct_expand($0, shape.int64, Int64(shape.count)) }
  }

  /// `length` entries of one dimension from `start`, without a copy.
  public func narrowed(dim: Int, start: Int, length: Int) throws -> Tensor {
    try apply("narrowed in \(dim) to \(start)..<\(start + length)") { ct_narrow($0, Int64(dim), Int64(start), Int64(length)) }
  }

  /// The order along the dimensions turned around.
  public func flipped(dims: [Int]) throws -> Tensor {
    try apply("flipped") { ct_flip($0, dims.int64, Int64(dims.count)) }
  }

  /// Tensors one behind the other along a dimension they have.
  public static func cat(_ tensors: [Tensor], dim: Int) throws -> Tensor { try join("cat", tensors, dim, ct_cat) }

  /// Tensors of one shape side by side along a new dimension.
  public static func stack(_ tensors: [Tensor], dim: Int) throws -> Tensor { try join("stack", tensors, dim, ct_stack) }

  private typealias Joining = (UnsafePointer<OpaquePointer?>?, Int64, Int64) -> OpaquePointer?

  private static func join(_ operation: String, _ tensors: [Tensor], _ dim: Int, _ call: Joining) throws -> Tensor {
    let made = withExtendedLifetime(tensors) { call(tensors.map(\.storage.handle), Int64(tensors.count), Int64(dim)) }
    guard let made else { throw TensorError(last: operation, tensors) }
    return Tensor(handle: made)
  }

  /// Pads with a value.
  ///
  /// - Parameter amounts: Before and after the last dimension, then before and after the one before it, and so on; negative crops.
  public func padded(_ amounts: [Int], value: Float = 0) throws -> Tensor {
    try apply("padded by \(amounts)") { ct_pad_constant($0, amounts.int64, Int64(amounts.count), Double(value)) }
  }

  /// Pads the three last dimensions of [N, C, X, Y, Z] by repeating the border; amounts as in ``padded(_:value:)``.
  public func paddedByRepeating(_ amounts: [Int]) throws -> Tensor {
    try apply("padded by repeating \(amounts)") { ct_pad_replicate($0, amounts.int64, Int64(amounts.count)) }
  }

  /// The entries of one dimension that the index (int32 or int64, rank 1) names, in its order.
  public func indexSelect(dim: Int, index: Tensor) throws -> Tensor {
    try apply("indexSelect in \(dim)", index) { ct_index_select($0, Int64(dim), $1) }
  }

  /// For each element of the index (int64), the element it names along one dimension.
  public func gathered(dim: Int, index: Tensor) throws -> Tensor {
    try apply("gathered in \(dim)", index) { ct_gather($0, Int64(dim), $1) }
  }
}
