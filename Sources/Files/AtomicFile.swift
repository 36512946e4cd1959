#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Files that are either whole or not there.
public enum AtomicFile {
  /// Writes a file: to a temporary name beside it, then renamed in its place.
  ///
  /// - Parameters:
  ///   - bytes: The whole content.
  ///   - path: Where to; a file that is there is replaced.
  /// - Throws: ``FileError/writingFailed(path:reason:)``; the old file, if any, is then untouched.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    var template = Array("\(path).XXXXXX".utf8CString)
    let file = template.withUnsafeMutableBufferPointer { mkstemp($0.baseAddress!) }
    guard file >= 0 else { throw .writingFailed(path: path, reason: lastReason) }
    let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var failure: String?
    var done = 0
    bytes.withUnsafeBytes { buffer in
      while done < buffer.count, failure == nil {
        let count = Self.put(file, buffer.baseAddress! + done, buffer.count - done)
        if count >= 0 { done += count } else if errno != EINTR { failure = lastReason }
      }
    }
    // mkstemp makes the file private to its owner; reports are for others to read as well.
    if failure == nil && fchmod(file, 0o644) != 0 { failure = lastReason }
    if close(file) != 0 && failure == nil { failure = lastReason }
    if failure == nil && rename(temporary, path) != 0 { failure = lastReason }
    if let failure {
      unlink(temporary)
      throw .writingFailed(path: path, reason: failure)
    }
  }

  /// The system's `write`, which the method above hides.
  private static func put(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Darwin)
      Darwin.write(file, bytes, count)
    #else
      Glibc.write(file, bytes, count)
    #endif
  }

  private static var lastReason: String { String(cString: strerror(errno)) }
}
