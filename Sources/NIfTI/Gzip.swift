import CZlib

/// Packs bytes as one gzip member. Long runs of zeros, of which most of a mask consists, cost next to nothing: they are packed once.
///
/// The same bytes in the same pieces always give the same file; neither name nor time is in it.
final class Gzip {
  private let stream: UnsafeMutablePointer<z_stream>
  private let packed: UnsafeMutableRawBufferPointer
  private var checksum: UInt = 0
  private var size: UInt32 = 0
  /// Whether what follows could refer to what was packed before.
  private var isJoined = false
  /// A piece of zeros: how many, what they are packed, and their checksum.
  private var zeros: (count: Int, packed: [UInt8], checksum: UInt)?

  /// A soft mask shrinks two hundredfold at level 1 in half the time of level 6; images take a tenth of it.
  private static let level: Int32 = 1
  /// Shorter pieces are not worth a look.
  private static let shortest = 1 << 12

  static let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 3]

  init() {
    stream = Self.begun()
    packed = .allocate(byteCount: 1 << 17, alignment: 16)
  }

  deinit {
    Self.end(stream)
    packed.deallocate()
  }

  private static func begun() -> UnsafeMutablePointer<z_stream> {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // Without a wrapper: header and trailer are ours, since zlib does not see all bytes.
    let result = deflateInit2_(stream, level, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib has no memory")
    return stream
  }

  private static func end(_ stream: UnsafeMutablePointer<z_stream>) {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Packs the next bytes.
  ///
  /// - Parameter store: Takes what comes out.
  func add<Failure: Error>(_ bytes: UnsafeRawBufferPointer, _ store: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    size &+= UInt32(truncatingIfNeeded: bytes.count)
    guard bytes.count >= Self.shortest, Self.isZero(bytes) else {
      checksum = crc32(checksum, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(bytes.count))
      isJoined = true
      return try deflate(stream, bytes, Z_NO_FLUSH, store)
    }
    if isJoined { try deflate(stream, UnsafeRawBufferPointer(start: nil, count: 0), Z_FULL_FLUSH, store) }
    isJoined = false
    if zeros?.count != bytes.count {
      zeros = (bytes.count, packedAlone(bytes), crc32(0, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(bytes.count)))
    }
    checksum = crc32_combine(checksum, zeros!.checksum, bytes.count)
    var failure: Failure?
    zeros!.packed.withUnsafeBytes { piece in
      do throws(Failure) { try store(piece) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  /// Packs the end: what comes out last is the trailer.
  func finish<Failure: Error>(_ store: (UnsafeRawBufferPointer) throws(Failure) -> Void) throws(Failure) {
    try deflate(stream, UnsafeRawBufferPointer(start: nil, count: 0), Z_FINISH, store)
    var trailer = (UInt32(truncatingIfNeeded: checksum).littleEndian, size.littleEndian)
    var failure: Failure?
    withUnsafeBytes(of: &trailer) { piece in
      do throws(Failure) { try store(piece) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private static func isZero(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let words = bytes.count / 8
    for i in 0..<words where bytes.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self) != 0 { return false }
    return bytes[(8 * words)...].allSatisfy { $0 == 0 }
  }

  /// A piece that refers to nothing before it, and to which nothing refers.
  private func packedAlone(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    let own = Self.begun()
    defer { Self.end(own) }
    var result: [UInt8] = []
    deflate(own, bytes, Z_FULL_FLUSH) { (piece: UnsafeRawBufferPointer) throws(Never) in result += piece }
    return result
  }

  private func deflate<Failure: Error>(
    _ stream: UnsafeMutablePointer<z_stream>, _ bytes: UnsafeRawBufferPointer, _ flush: Int32,
    _ store: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
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
}
