import CZlib

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A file that appears whole or not at all: written beside its place under another name, renamed by ``commit()``.
///
/// Without a commit the unfinished file goes with this object.
final class OutputFile {
  private let path: String
  private let unfinished: String
  private var descriptor: Int32
  private let deflater: UnsafeMutablePointer<z_stream>?
  private let packed: UnsafeMutableRawBufferPointer

  init(_ path: String, compressed: Bool) throws(NIfTIError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw .unwritable(path: path, reason: "a folder or device of that name is there")
    }
    self.path = path
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    var attempt = 0
    var name: String
    repeat {
      attempt += 1
      name = "\(folder).softcord-\(getpid())-\(attempt).part"
      descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    } while descriptor < 0 && errno == EEXIST && attempt < 1000
    unfinished = name
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemError()) }
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
    if descriptor >= 0 {
      close(descriptor)
      unlink(unfinished)
    }
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

  /// Ends the file and puts it in its place.
  func commit() throws(NIfTIError) {
    if let deflater { try deflate(deflater, UnsafeRawBufferPointer(start: nil, count: 0), Z_FINISH) }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(unfinished, path) == 0 else {
      let reason = systemError()
      unlink(unfinished)
      throw .unwritable(path: path, reason: reason)
    }
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
    var rest = bytes
    while rest.count > 0 {
      let count = writeOnce(descriptor, rest)
      guard count >= 0 else { throw .unwritable(path: path, reason: systemError()) }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
  }
}

/// The system's `write`, again where a signal cut it off.
private func writeOnce(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  var count: Int
  repeat { count = write(descriptor, bytes.baseAddress, bytes.count) } while count < 0 && errno == EINTR
  return count
}
