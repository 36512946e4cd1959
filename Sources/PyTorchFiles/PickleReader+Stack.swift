import Foundation

// What the operations take from the stack and put on it.
extension PickleReader {
  func top() throws(PyTorchFileError) -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else { throw .damaged("its pickle takes what it never put down") }
    return value
  }

  mutating func pop() throws(PyTorchFileError) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  /// The last values, oldest first.
  mutating func pop(_ count: Int) throws(PyTorchFileError) -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw .damaged("its pickle takes what it never put down") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  mutating func popToMark() throws(PyTorchFileError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw .damaged("its pickle closes what it never opened") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  mutating func recall(_ key: Int) throws(PyTorchFileError) {
    guard let value = memo[key] else { throw .damaged("its pickle recalls what it never noted") }
    stack.append(value)
  }

  mutating func extend(with values: [PickleValue]) throws(PyTorchFileError) {
    // What is appended to a placeholder is dropped with it.
    if case .sequence(let index) = try top() { graph.sequences[index] += values }
  }

  mutating func set(_ entries: [(key: PickleValue, value: PickleValue)]) throws(PyTorchFileError) {
    if case .dictionary(let index) = try top() { graph.dictionaries[index] += entries }
  }

  func pairs(_ values: [PickleValue]) throws(PyTorchFileError) -> [(key: PickleValue, value: PickleValue)] {
    guard values.count % 2 == 0 else { throw .damaged("a dictionary in its pickle has a key without a value") }
    return stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }
  }

  mutating func text(_ size: Int) throws(PyTorchFileError) -> PickleValue {
    .text(String(decoding: try reader.take(try reader.count(size)), as: UTF8.self))
  }

  mutating func pushBytes(_ size: Int, asText: Bool) throws(PyTorchFileError) {
    // Copied, so that a small item does not hold the whole file.
    let bytes = Data(try reader.take(try reader.count(size)))
    stack.append(asText ? .text(String(decoding: bytes, as: UTF8.self)) : .bytes(bytes))
  }

  /// A signed little-endian integer of any length.
  static func integer(_ bytes: Data) -> PickleValue {
    guard bytes.count <= 8 else { return .largeInteger }
    guard let last = bytes.last else { return .integer(0) }
    let start: UInt64 = last & 0x80 != 0 ? .max : 0
    return .integer(Int(truncatingIfNeeded: bytes.reversed().reduce(start) { $0 << 8 | UInt64($1) }))
  }
}
