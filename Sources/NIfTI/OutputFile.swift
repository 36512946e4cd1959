import CZlib
import Files

/// The bytes of an image file, compressed on the way where its name says so.
final class OutputFile {
  private let file: StagedFile
  private let deflater: UnsafeMutablePointer<z_stream>?
  private let packed: UnsafeMutableRawBufferPointer

  init(_ path: String, compressed: Bool) throws(NIfTIError) {
    file = try Self.naming { () throws(FileError) in try StagedFile(at: path) }
    packed = .allocate(byteCount: 1 << 17, alignment: 16)
    guard compressed else {
      deflater = nil
      return
    }
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // zlib's own gzip header holds neither name nor time, so equal images are equal files.
    // A soft mask shrinks two hundredfold at level 1 in half the time of level 6; images take a tenth of it.
    let level: Int32 = 1
    let result = deflateInit2_(
      stream, level, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib has no memory")
    deflater = stream
  }

  deinit {
    if let deflater {
      deflateEnd(deflater)
      deflater.deallocate()
    }
    packed.deallocate()
  }

  /// Appends bytes.
  func write(_ bytes: UnsafeRawBufferPointer) throws(NIfTIError) {
    guard let deflater else { return try store(bytes) }
    try deflate(deflater, bytes, Z_NO_FLUSH)
  }

  /// Appends bytes.
  func write(_ bytes: [UInt8]) throws(NIfTIError) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    try write(UnsafeRawBufferPointer(copy))
  }

  /// Ends the file; it is whole, but not yet in its place.
  func finished() throws(NIfTIError) -> StagedFile {
    if let deflater { try deflate(deflater, UnsafeRawBufferPointer(start: nil, count: 0), Z_FINISH) }
    return file
  }

  private func deflate(_ stream: UnsafeMutablePointer<z_stream>, _ bytes: UnsafeRawBufferPointer, _ flush: Int32) throws(NIfTIError) {
    stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(bytes.count)
    repeat {
      stream.pointee.next_out = packed.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.pointee.avail_out = UInt32(packed.count)
      let status = CZlib.deflate(stream, flush)
      precondition(status != Z_STREAM_ERROR, "zlib's state was overwritten")
      try store(UnsafeRawBufferPointer(rebasing: packed.prefix(packed.count - Int(stream.pointee.avail_out))))
    } while stream.pointee.avail_out == 0
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
