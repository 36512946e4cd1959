import CTorch

extension Tensor {
  /// The sum of all elements, as a tensor of rank 0.
  public func sum() throws -> Tensor { try apply("sum") { ct_sum($0, nil, 0, 0) } }
  /// The mean of all elements, as a tensor of rank 0.
  public func mean() throws -> Tensor { try apply("mean") { ct_mean($0, nil, 0, 0) } }
  /// The largest of all elements, as a tensor of rank 0.
  public func max() throws -> Tensor { try apply("max") { ct_amax($0, nil, 0, 0) } }
  /// The smallest of all elements, as a tensor of rank 0.
  public func min() throws -> Tensor { try apply("min") { ct_amin($0, nil, 0, 0) } }

  // Over the named dimensions (at least one; negative counts from the last), kept with size 1 where `keepDim`.

  /// Sums along dimensions.
  public func sum(dims: [Int], keepDim: Bool = false) throws -> Tensor { try reduced("sum", dims, keepDim, ct_sum) }
  /// Means along dimensions.
  public func mean(dims: [Int], keepDim: Bool = false) throws -> Tensor { try reduced("mean", dims, keepDim, ct_mean) }
  /// The largest along dimensions.
  public func max(dims: [Int], keepDim: Bool = false) throws -> Tensor { try reduced("max", dims, keepDim, ct_amax) }
  /// The smallest along dimensions.
  public func min(dims: [Int], keepDim: Bool = false) throws -> Tensor { try reduced("min", dims, keepDim, ct_amin) }

  private typealias Reduction = (OpaquePointer?, UnsafePointer<Int64>?, Int64, Int32) -> OpaquePointer?

  private func reduced(_ operation: String, _ dims: [Int], _ keepDim: Bool, _ reduce: Reduction) throws -> Tensor {
    precondition(!dims.isEmpty, "name at least one dimension")
    return try apply(operation) { reduce($0, dims.int64, Int64(dims.count), keepDim ? 1 : 0) }
  }

  /// The matrix product of the last two dimensions.
  public func matmul(_ other: Tensor) throws -> Tensor { try apply("matmul", other, ct_matmul) }
}
