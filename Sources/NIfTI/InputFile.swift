import CZlib

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The bytes of a file from first to last, decompressed on the way where the file is gzip.
///
/// Memory is bounded: nothing is allocated but one input buffer, whatever the file holds, and the content itself once its size is known to be
/// possible.
final class InputFile {
  let path: String
  /// The most bytes that the content can have: deflate never packs more than 1032 to one.
  let capacity: Int
  private let descriptor: Int32
  /// Size and time of the last change when the file was opened.
  private let state: [Int]
  /// Only for gzip. At a fixed address, because zlib keeps a pointer to it.
  private let inflater: UnsafeMutablePointer<z_stream>?
  private let input: UnsafeMutableRawBufferPointer
  private var ended = false
  /// All of the content, where it was unpacked at once, and how much of it was given out.
  private var whole: UnsafeMutableRawBufferPointer?
  private var position = 0

  var isCompressed: Bool { inflater != nil }

  init(_ path: String) throws(NIfTIError) {
    self.path = path
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw errno == ENOENT || errno == ENOTDIR ? Self.absent(path) : .unreadable(path: path, reason: systemError())
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: path) }
    let size = Int(status.st_size)
    guard size > 0 else { throw .empty(path: path) }
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemError()) }
    state = Self.state(of: descriptor)
    input = .allocate(byteCount: 1 << 17, alignment: 16)
    if pread(descriptor, input.baseAddress, 2, 0) == 2, input[0] == 0x1f, input[1] == 0x8b {
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      stream.initialize(to: z_stream())
      let status = inflateInit2_(stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
      precondition(status == Z_OK, "zlib has no memory")
      let (bytes, overflow) = size.multipliedReportingOverflow(by: 1032)
      (inflater, capacity) = (stream, overflow ? .max : bytes)
    } else {
      (inflater, capacity) = (nil, size)
    }
  }

  /// Why nothing is to be found: git-annex leaves a link to content that was not fetched.
  private static func absent(_ path: String) -> NIfTIError {
    var target = [CChar](repeating: 0, count: 4096)
    let length = readlink(path, &target, target.count)
    guard length >= 0 else { return .missing(path: path) }
    let text = String(decoding: target.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return text.contains("annex/objects") ? .notFetched(path: path) : .brokenLink(path: path, target: text)
  }

  deinit {
    if let inflater {
      inflateEnd(inflater)
      inflater.deallocate()
    }
    input.deallocate()
    whole?.deallocate()
    if descriptor >= 0 { close(descriptor) }
  }

  /// Makes sure that nothing was written to the file since it was opened: half of one image and half of another would look like a third.
  func checkUnchanged() throws(NIfTIError) {
    guard Self.state(of: descriptor) == state else {
      throw .unreadable(path: path, reason: "another program wrote to it while it was read; wait until it has done so")
    }
  }

  private static func state(of descriptor: Int32) -> [Int] {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return [] }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return [Int(status.st_size), Int(time.tv_sec), Int(time.tv_nsec)]
  }

  /// Unpacks a compressed file at once, if its content has exactly this size and the library for it is there; else it is unpacked as it is read.
  func unpack(size: Int) {
    guard isCompressed, whole == nil, !ended else { return }
    whole = Libdeflate.content(of: descriptor, size: state[0], expected: size)
  }

  /// Fills `target` with the next bytes.
  ///
  /// - Returns: How many there were: fewer than asked for only at the end.
  func read(into target: UnsafeMutableRawBufferPointer) throws(NIfTIError) -> Int {
    guard let inflater else { return try readStored(into: target) }
    if let whole {
      let count = min(target.count, whole.count - position)
      target.copyMemory(from: UnsafeRawBufferPointer(rebasing: whole[position..<position + count]))
      position += count
      return count
    }
    defer { position += target.count - Int(inflater.pointee.avail_out) }
    inflater.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
    inflater.pointee.avail_out = UInt32(target.count)
    while inflater.pointee.avail_out > 0, !ended {
      if inflater.pointee.avail_in == 0 { try refill(inflater) }
      if inflater.pointee.avail_in == 0 {
        throw .corruptGzip(path: path, reason: "they end too early, after \(inflater.pointee.total_out) bytes of content")
      }
      let status = inflate(inflater, Z_NO_FLUSH)
      if status == Z_STREAM_END {
        try beginNextMember(inflater)
      } else if status != Z_OK && status != Z_BUF_ERROR {
        throw .corruptGzip(path: path, reason: inflater.pointee.msg.map { String(cString: $0) } ?? "zlib error \(status)")
      }
    }
    return target.count - Int(inflater.pointee.avail_out)
  }

  /// The next bytes; fewer than asked for only at the end.
  func bytes(_ count: Int) throws(NIfTIError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { buffer.deallocate() }
    return Array(buffer.prefix(try read(into: buffer)))
  }

  /// Passes over bytes.
  ///
  /// - Returns: How many there were.
  @discardableResult
  func skip(_ count: Int) throws(NIfTIError) -> Int {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    var skipped = 0
    while skipped < count {
      let got = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(count - skipped)))
      if got == 0 { break }
      skipped += got
    }
    return skipped
  }

  private func readStored(into target: UnsafeMutableRawBufferPointer) throws(NIfTIError) -> Int {
    var count = 0
    while count < target.count {
      let got = readOnce(descriptor, target.baseAddress! + count, target.count - count)
      guard got >= 0 else { throw .unreadable(path: path, reason: systemError()) }
      if got == 0 { break }
      count += got
    }
    return count
  }

  private func refill(_ inflater: UnsafeMutablePointer<z_stream>) throws(NIfTIError) {
    let got = try readStored(into: input)
    inflater.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    inflater.pointee.avail_in = UInt32(got)
  }

  /// A gzip file may be several joined; anything else after one is padding, which gzip ignores too.
  private func beginNextMember(_ inflater: UnsafeMutablePointer<z_stream>) throws(NIfTIError) {
    if inflater.pointee.avail_in == 0 { try refill(inflater) }
    if inflater.pointee.avail_in > 0, inflater.pointee.next_in.pointee == 0x1f {
      inflateReset(inflater)
    } else {
      ended = true
    }
  }
}

/// The system's `read`, again where a signal cut it off.
private func readOnce(_ descriptor: Int32, _ target: UnsafeMutableRawPointer, _ count: Int) -> Int {
  var got: Int
  repeat { got = read(descriptor, target, count) } while got < 0 && errno == EINTR
  return got
}

/// What the last refused system call says of itself.
func systemError() -> String { String(cString: strerror(errno)) }
