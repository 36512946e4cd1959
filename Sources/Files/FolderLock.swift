#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Keeps other programs out of a folder for as long as it lives; the system gives it back when the program ends in any way.
public final class FolderLock {
  private let file: Int32

  /// Takes the lock, or returns `nil` while another program holds it.
  ///
  /// Network file systems without locks keep nobody out.
  ///
  /// - Parameter folder: Gets an empty file `.lock`.
  /// - Throws: ``FileError/writingFailed(path:reason:)``.
  public init?(of folder: String) throws(FileError) {
    file = open(folder + "/.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .writingFailed(path: folder, reason: String(cString: strerror(errno))) }
    if flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(file)
      return nil
    }
  }

  deinit { close(file) }
}
