import CTorch

/// A tensor operation that LibTorch refused.
public struct TensorError: Error, Equatable, CustomStringConvertible {
  /// The operation, as it is called in Swift.
  public let operation: String
  /// The operands' shapes, in order.
  public let shapes: [[Int]]
  /// LibTorch's own words, in one line.
  public let message: String

  /// Makes an error with its facts.
  public init(operation: String, shapes: [[Int]] = [], message: String) {
    self.operation = operation
    self.shapes = shapes
    self.message = message
  }

  /// What failed, on which shapes, and why.
  public var description: String {
    guard !shapes.isEmpty else { return "\(operation): \(message)" }
    return "\(operation) of \(shapes.map { "\($0)" }.joined(separator: " and ")): \(message)"
  }

  /// The error of the last failed call on this thread.
  init(last operation: String, _ operands: [Tensor] = []) {
    let message = String(cString: ct_last_error()).split(whereSeparator: \.isNewline).joined(separator: " ")
    self.init(operation: operation, shapes: operands.map(\.shape), message: message)
  }
}
