import Foundation

/// A file on its way: its bytes go to a temporary name beside its place, and ``commit(_:)`` puts it there. Without that it goes with this object.
///
/// Every file that the program writes goes this way, so that at any moment (a full disk, a kill, a second program) each path holds
/// either the old file or the new one, whole. The temporary name is `.NAME.part`, and who writes to it holds its lock: a second program that
/// writes the same file waits for the first one's end, and what a killed program left behind is written over by the next.
public final class StagedFile {
  /// Where the file will be.
  public let path: String
  private let temporary: String
  private var descriptor: Int32
  /// How long another program that writes the same file is waited for, seconds; then the file gets a temporary name of its own.
  private static let patience = 30.0

  /// Opens the temporary file.
  ///
  /// - Throws: ``FileError/writingFailed(path:reason:)``: nothing can be written there.
  public init(at path: String) throws(FileError) {
    self.path = path
    try Self.checkPlace(path)
    let name = path.lastPathComponent
    let folder = String(
      decoding: path.utf8.prefix(
        upTo: path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.utf8.startIndex), as: UTF8.self)
    // Names of files are limited to 255 bytes; their ends tell a mask from its sidecar.
    let shared = folder + "." + String(decoding: name.utf8.suffix(200), as: UTF8.self) + ".part"
    if let locked = Self.locked(shared) {
      (temporary, descriptor) = (shared, locked)
      return
    }
    // Another program does not come to its end, or the file system knows no locks, or a file of someone else is there.
    var attempt = 0
    var own: String
    repeat {
      attempt += 1
      own = "\(folder).softcord-\(getpid())-\(attempt).part"
      descriptor = open(own, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    } while descriptor < 0 && errno == EEXIST && attempt < 1000
    temporary = own
    guard descriptor >= 0 else { throw .writingFailed(path: path, reason: systemReason()) }
  }

  /// A file with all of its bytes, not yet in its place.
  public convenience init(at path: String, holding bytes: some ContiguousBytes) throws(FileError) {
    try self.init(at: path)
    var failure: FileError?
    bytes.withUnsafeBytes { buffer in
      do throws(FileError) { try write(buffer) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  deinit { discard() }

  /// Appends bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes
    while rest.count > 0 {
      let count = Foundation.write(descriptor, rest.baseAddress!, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .writingFailed(path: path, reason: systemReason()) }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
  }

  /// Puts files in their places, one after the other as they are listed.
  ///
  /// All bytes are on the disk before the first file is put in its place, so a disk that is full changes none of them. What remains is the
  /// moment between two renamings: a sidecar that is listed first is there before what it describes.
  ///
  /// - Throws: ``FileError/writingFailed(path:reason:)``.
  public static func commit(_ files: [StagedFile]) throws(FileError) {
    for file in files {
      // Some file systems have no such call; what is written is then as safe as they make it.
      guard fsync(file.descriptor) != 0, errno != EINVAL, errno != ENOTSUP else { continue }
      throw .writingFailed(path: file.path, reason: systemReason())
    }
    for file in files { try checkPlace(file.path) }
    for file in files {
      guard rename(file.temporary, file.path) == 0 else { throw .writingFailed(path: file.path, reason: systemReason()) }
      close(file.descriptor)
      file.descriptor = -1
    }
  }

  private func discard() {
    guard descriptor >= 0 else { return }
    unlink(temporary)
    close(descriptor)
    descriptor = -1
  }

  /// Renaming would replace what no one meant to be replaced: a file that is protected from writing.
  private static func checkPlace(_ path: String) throws(FileError) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .writingFailed(path: path, reason: "a folder or device of that name is there") }
    guard access(path, W_OK) == 0 else {
      throw .writingFailed(path: path, reason: "the file that is there is protected: \(systemReason())")
    }
  }

  /// An empty file of this name that no other program writes to; `nil` where there cannot be one.
  private static func locked(_ name: String) -> Int32? {
    let end = Date().addingTimeInterval(patience)
    while true {
      let file = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
      guard file >= 0 else { return nil }
      let isLocked = flock(file, LOCK_EX | LOCK_NB) == 0
      let reason = errno
      // Whoever had the lock has put the file in its place: only the file that is there now is ours to write.
      var (held, there) = (stat(), stat())
      if isLocked, fstat(file, &held) == 0, stat(name, &there) == 0, held.st_ino == there.st_ino, held.st_dev == there.st_dev,
        held.st_mode & S_IFMT == S_IFREG, ftruncate(file, 0) == 0
      {
        return file
      }
      close(file)
      if isLocked { continue }
      guard reason == EWOULDBLOCK || reason == EINTR, Date() < end else { return nil }
      usleep(10_000)
    }
  }
}

/// What the system says of the call that failed last.
func systemReason() -> String { String(cString: strerror(errno)) }
