import CTorch

extension Tensor {
  /// Whether operations on this tensor are recorded for ``backward()``.
  public var requiresGrad: Bool { read { ct_requires_grad($0) != 0 } }

  /// The same elements as a leaf that gathers a gradient (a parameter).
  public func requiringGrad() throws -> Tensor {
    let leaf = try detached()
    try leaf.change("requiringGrad") { handle, _ in ct_set_requires_grad(handle, 1) }
    return leaf
  }

  /// The same elements, cut off from how they were computed.
  public func detached() throws -> Tensor { try apply("detached", ct_detach) }

  /// The gradient gathered since the last ``clearGrad()``; `nil` where there is none. It shares memory with what is gathered next.
  public var grad: Tensor? {
    guard read({ ct_has_grad($0) != 0 }), let handle = read({ ct_grad($0) }) else { return nil }
    return Tensor(handle: handle)
  }

  /// Forgets the gradient and frees its memory.
  public func clearGrad() { read { _ = ct_clear_grad($0) } }

  /// Adds the gradient of this scalar to every leaf it was computed from, and frees the record.
  ///
  /// - Throws: ``TensorError`` where this is not one number, or nothing was recorded.
  public func backward() throws {
    try change("backward") { handle, _ in ct_backward(handle) }
  }
}

// In place: seen by every copy of this tensor, never recorded for the gradient.
extension Tensor {
  /// this += scale · other
  public func accumulate(_ other: Tensor, scale: Float = 1) throws {
    try change("accumulate", [other]) { ct_accumulate($0, $1[0], Double(scale)) }
  }

  /// this *= factor
  public func scale(by factor: Float) throws {
    try change("scale") { handle, _ in ct_scale(handle, Double(factor)) }
  }

  /// this *= other, element by element.
  public func scale(by other: Tensor) throws {
    try change("scale", [other]) { ct_multiply($0, $1[0]) }
  }

  /// this = source, with its element type and device kept.
  public func copy(from source: Tensor) throws {
    try change("copy", [source]) { ct_copy($0, $1[0]) }
  }

  /// this = value
  public func fill(_ value: Float) throws {
    try change("fill") { handle, _ in ct_fill(handle, Double(value)) }
  }

  /// this += scale · a · b
  public func accumulateProduct(_ a: Tensor, _ b: Tensor, scale: Float = 1) throws {
    try change("accumulateProduct", [a, b]) { ct_addcmul($0, $1[0], $1[1], Double(scale)) }
  }

  /// this += scale · a / b
  public func accumulateQuotient(_ a: Tensor, _ b: Tensor, scale: Float = 1) throws {
    try change("accumulateQuotient", [a, b]) { ct_addcdiv($0, $1[0], $1[1], Double(scale)) }
  }

  /// this += weight · (end − this)
  public func lerp(to end: Tensor, weight: Float) throws {
    try change("lerp", [end]) { ct_lerp($0, $1[0], Double(weight)) }
  }
}

/// Runs the body on this thread without recording anything for gradients.
public func withoutGradients<T>(_ body: () throws -> T) rethrows -> T {
  let before = ct_grad_enabled()
  ct_set_grad_enabled(0)
  defer { ct_set_grad_enabled(before) }
  return try body()
}
