import Files

/// The bytes of an image file, compressed on the way where its name says so.
final class OutputFile {
  private let file: StagedFile
  private let gzip: Gzip?

  init(_ path: String, compressed: Bool) throws(NIfTIError) {
    file = try Self.naming { () throws(FileError) in try StagedFile(at: path) }
    gzip = compressed ? Gzip() : nil
    if compressed { try plain(Gzip.header) }
  }

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(NIfTIError) {
    guard let gzip else { return try store(bytes) }
    try gzip.add(bytes) { piece throws(NIfTIError) in try store(piece) }
  }

  /// Appends bytes.
  func write(_ bytes: [UInt8]) throws(NIfTIError) { try Self.whole(bytes) { piece throws(NIfTIError) in try write(piece) } }

  private func plain(_ bytes: [UInt8]) throws(NIfTIError) { try Self.whole(bytes) { piece throws(NIfTIError) in try store(piece) } }

  private static func whole(_ bytes: [UInt8], _ body: (UnsafeRawBufferPointer) throws(NIfTIError) -> Void) throws(NIfTIError) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    try body(UnsafeRawBufferPointer(copy))
  }

  /// Ends the file; it is whole, but not yet in its place.
  func finished() throws(NIfTIError) -> StagedFile {
    if let gzip { try gzip.finish { piece throws(NIfTIError) in try store(piece) } }
    return file
  }

  private func store(_ bytes: UnsafeRawBufferPointer) throws(NIfTIError) {
    try Self.naming { () throws(FileError) in try file.write(bytes) }
  }

  /// Runs what writes, and says what failed in this module's words.
  static func naming<Value>(_ body: () throws(FileError) -> Value) throws(NIfTIError) -> Value {
    do {
      return try body()
    } catch {
      guard case .writingFailed(let path, let reason) = error else { preconditionFailure("\(error)") }
      throw .unwritable(path: path, reason: reason)
    }
  }
}
