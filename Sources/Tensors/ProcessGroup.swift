import CTorch

/// Processes that work together, each with a part of the data: their tensors can be added up.
///
/// Source: PyTorch's c10d with its Gloo backend.
public final class ProcessGroup {
  /// This process's number, from 0, and how many there are.
  public let rank, size: Int
  private let handle: OpaquePointer

  /// Joins a group, and waits until all have.
  ///
  /// - Parameters:
  ///   - host: Name or address of the machine where the processes meet, and its TCP port.
  ///   - serves: Whether this process opens the meeting point: one of them does, unless a launcher has done it.
  ///   - timeout: Seconds after which a process that does not answer is taken for lost; also of each later sum.
  /// - Throws: ``TensorError`` where the meeting point cannot be reached or opened, or not all come in time.
  public init(host: String, port: Int, rank: Int, size: Int, serves: Bool, timeout: Double) throws {
    precondition(size > 0 && (0..<size).contains(rank) && (1...65535).contains(port), "a rank lies below the number of processes")
    (self.rank, self.size) = (rank, size)
    guard let handle = ct_group_join(host, Int32(port), Int32(rank), Int32(size), serves ? 1 : 0, timeout) else {
      throw TensorError(last: "joining \(size) processes at \(host):\(port)")
    }
    self.handle = handle
  }

  deinit { ct_group_leave(handle) }

  /// Replaces a tensor by the sum of all processes' tensors of its shape. All must call this in the same order.
  ///
  /// - Throws: ``TensorError`` where another process is gone.
  public func sum(_ tensor: Tensor) throws {
    let host = try tensor.detached().to(.cpu).contiguous()
    try host.change("sum over processes") { tensor, _ in ct_all_reduce(self.handle, tensor) }
    try tensor.copy(from: host)
  }

  /// Replaces each tensor by its sum over all processes, in one message.
  public func sum(_ tensors: [Tensor]) throws {
    guard !tensors.isEmpty else { return }
    let flat = try Tensor.cat(tensors.map { try $0.detached().to(.cpu).reshaped([-1]) }, dim: 0)
    try flat.change("sum over processes") { tensor, _ in ct_all_reduce(self.handle, tensor) }
    var start = 0
    for tensor in tensors {
      try tensor.copy(from: flat.narrowed(dim: 0, start: start, length: tensor.count).reshaped(tensor.shape))
      start += tensor.count
    }
  }
}
