import Foundation

/// Little-endian numbers from bytes, in order; never beyond their end.
struct ByteReader {
  let bytes: Data
  /// Offset of the next byte from the first.
  private(set) var position: Int

  init(_ bytes: Data, at position: Int = 0) {
    (self.bytes, self.position) = (bytes, position)
  }

  var remaining: Int { bytes.count - position }

  mutating func byte() throws(PyTorchFileError) -> UInt8 {
    guard position >= 0, remaining >= 1 else { throw .damaged("it ends in the middle of an item") }
    defer { position += 1 }
    return bytes[bytes.startIndex + position]
  }

  /// An unsigned number of up to eight bytes.
  mutating func unsigned(_ count: Int) throws(PyTorchFileError) -> UInt64 {
    let slice = try take(count)
    return slice.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// An unsigned number of up to eight bytes that counts something in memory.
  mutating func count(_ size: Int) throws(PyTorchFileError) -> Int {
    guard let count = Int(exactly: try unsigned(size)) else { throw .damaged("a length is beyond all memory") }
    return count
  }

  mutating func take(_ count: Int) throws(PyTorchFileError) -> Data {
    guard count >= 0, position >= 0, count <= remaining else {
      throw .damaged("an item of \(count) bytes at byte \(position) reaches beyond its end")
    }
    defer { position += count }
    return bytes[bytes.startIndex + position..<bytes.startIndex + position + count]
  }

  /// The bytes up to a line feed, which is passed over.
  mutating func line() throws(PyTorchFileError) -> Data {
    let rest = bytes[(bytes.startIndex + position)...]
    guard let end = rest.firstIndex(of: 0x0A) else { throw .damaged("a line has no end") }
    let line = rest[..<end]
    position += line.count + 1
    return line
  }
}
