import CZlib
import Foundation

/// The files in a zip archive, stored or deflated; every length and place is checked before it is used.
///
/// Source: PKWARE, APPNOTE.TXT 6.3 (central directory, zip64); PyTorch writes stored entries.
struct ZipArchive {
  private struct Entry {
    let method: Int
    let checksum: UInt32
    let compressed, size, header: Int
  }

  private let bytes: Data
  private var entries: [String: Entry] = [:]

  /// A checkpoint of a very large network has a few thousand.
  private static let most = 100_000

  init(_ bytes: Data) throws(PyTorchFileError) {
    self.bytes = bytes
    let (count, start) = try Self.directory(of: bytes)
    guard count <= Self.most else { throw .tooLarge("\(count) files in one archive") }
    var reader = ByteReader(bytes, at: start)
    var packed = 0
    for _ in 0..<count {
      let (name, entry) = try Self.entry(&reader)
      guard entries.updateValue(entry, forKey: name) == nil else { throw .damaged("\(name) is in it twice") }
      packed += min(entry.compressed, bytes.count + 1)
    }
    // The same bytes, packed once and listed often, would unpack to any size.
    guard packed <= bytes.count else { throw .damaged("files in it lie over each other") }
  }

  var names: [String] { Array(entries.keys) }

  /// Bytes that a file takes when unpacked; `nil` when there is no such file.
  func size(of name: String) -> Int? { entries[name]?.size }

  /// Whether a file takes memory of its own when it is read.
  func isPacked(_ name: String) -> Bool { entries[name].map { $0.method != 0 } ?? false }

  /// A file's content, unpacked and checked against its checksum.
  ///
  /// - Parameter limit: More than this is not unpacked.
  func contents(of name: String, limit: Int = .max) throws(PyTorchFileError) -> Data {
    guard let entry = entries[name] else { throw .damaged("\(name) is missing from it") }
    guard entry.size <= limit else { throw .tooLarge("\(name) takes \(entry.size) bytes, expected up to \(limit)") }
    var reader = ByteReader(bytes, at: entry.header)
    guard try reader.unsigned(4) == 0x0403_4B50 else { throw .damaged("\(name) does not begin where the directory says") }
    _ = try reader.take(22)
    let (nameLength, extraLength) = (try reader.count(2), try reader.count(2))
    _ = try reader.take(nameLength + extraLength)
    let packed = try reader.take(entry.compressed)
    let content: Data
    switch entry.method {
    case 0:
      guard entry.size == entry.compressed else { throw .damaged("\(name) has two sizes") }
      content = packed
    case 8: content = try Self.inflated(packed, size: entry.size, name: name)
    default: throw .unsupported("\(name) is packed by method \(entry.method), expected stored or deflated")
    }
    guard Self.checksum(content) == entry.checksum else { throw .damaged("\(name) does not match its checksum") }
    return content
  }

  static func checksum(_ bytes: Data) -> UInt32 {
    bytes.withUnsafeBytes { buffer in
      var sum = crc32(0, nil, 0)
      // zlib counts in 32 bits.
      var done = 0
      while done < buffer.count {
        let count = min(buffer.count - done, 1 << 30)
        sum = crc32(sum, buffer.baseAddress!.assumingMemoryBound(to: UInt8.self) + done, uInt(count))
        done += count
      }
      return UInt32(sum)
    }
  }

  /// How many files there are, and where the first one's entry is.
  private static func directory(of bytes: Data) throws(PyTorchFileError) -> (count: Int, start: Int) {
    let signature = Data([0x50, 0x4B, 0x05, 0x06])
    // Behind the record there may be a comment of up to 65535 bytes.
    let tail = bytes.suffix(65_557)
    guard let found = tail.range(of: signature, options: .backwards)?.lowerBound else {
      throw .damaged("it has no zip directory at its end, so it is no PyTorch checkpoint or was cut short")
    }
    let end = found - bytes.startIndex
    var reader = ByteReader(bytes, at: end + 10)
    var (count, size, start) = (try reader.count(2), try reader.count(4), try reader.count(4))
    guard try reader.count(2) == reader.remaining else { throw .damaged("its end is cut off, or something follows it") }
    if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
      // The zip64 locator stands just before and leads to the record with 64-bit numbers.
      var locator = ByteReader(bytes, at: max(0, end - 20))
      guard try locator.unsigned(4) == 0x0706_4B50 else { throw .damaged("its zip64 directory is missing") }
      _ = try locator.take(4)
      var record = ByteReader(bytes, at: 0)
      _ = try record.take(locator.count(8))
      guard try record.unsigned(4) == 0x0606_4B50 else { throw .damaged("its zip64 directory is missing") }
      _ = try record.take(28)
      (count, size, start) = (try record.count(8), try record.count(8), try record.count(8))
    }
    guard start <= end, size <= end - start, count <= size / 46 else {
      throw .damaged("its directory of \(count) files does not fit")
    }
    return (count, start)
  }

  private static func entry(_ reader: inout ByteReader) throws(PyTorchFileError) -> (String, Entry) {
    guard try reader.unsigned(4) == 0x0201_4B50 else { throw .damaged("its directory is broken") }
    _ = try reader.take(4)
    let flags = try reader.unsigned(2)
    guard flags & 1 == 0 else { throw .unsupported("it is encrypted") }
    let method = try reader.count(2)
    _ = try reader.take(4)
    let checksum = UInt32(try reader.unsigned(4))
    var (compressed, size) = (try reader.count(4), try reader.count(4))
    let (nameLength, extraLength, commentLength) = (try reader.count(2), try reader.count(2), try reader.count(2))
    _ = try reader.take(8)
    var header = try reader.count(4)
    guard let name = String(data: try reader.take(nameLength), encoding: .utf8) else {
      throw .damaged("the name of a file in it is no text")
    }
    var extra = ByteReader(Data(try reader.take(extraLength)))
    _ = try reader.take(commentLength)
    while extra.remaining >= 4 {
      let (kind, length) = (try extra.unsigned(2), try extra.count(2))
      var field = ByteReader(Data(try extra.take(length)))
      guard kind == 1 else { continue }
      if size == 0xFFFF_FFFF { size = try field.count(8) }
      if compressed == 0xFFFF_FFFF { compressed = try field.count(8) }
      if header == 0xFFFF_FFFF { header = try field.count(8) }
    }
    return (name, Entry(method: method, checksum: checksum, compressed: compressed, size: size, header: header))
  }

  private static func inflated(_ packed: Data, size: Int, name: String) throws(PyTorchFileError) -> Data {
    // Deflate cannot do better than 1 : 1032, so a larger claim is a lie that would cost memory.
    guard size <= packed.count.multipliedReportingOverflow(by: 1032).partialValue + 64, packed.count < Int(UInt32.max),
      size < Int(UInt32.max)
    else { throw .damaged("\(name) claims to unpack to \(size) bytes from \(packed.count)") }
    var output = Data(count: size)
    // At a fixed address, because zlib keeps a pointer to it.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw .tooLarge("no memory to unpack \(name)")
    }
    defer { inflateEnd(stream) }
    let status = packed.withUnsafeBytes { input in
      output.withUnsafeMutableBytes { target in
        stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = uInt(input.count)
        stream.pointee.next_out = target.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = uInt(target.count)
        return inflate(stream, Z_FINISH)
      }
    }
    guard status == Z_STREAM_END, stream.pointee.avail_out == 0 else { throw .damaged("\(name) cannot be unpacked") }
    return output
  }
}
