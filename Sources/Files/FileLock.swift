#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Lets one program at a time change a file.
public enum FileLock {
  /// Waits for the lock of a file, runs what changes it, and gives the lock back.
  ///
  /// The lock is a file of its own beside it (`.NAME.lock`), because the file itself is replaced by renaming. The system gives it back when a
  /// program ends in any way.
  public static func whileLocked(_ path: String, _ body: () throws(FileError) -> Void) throws(FileError) {
    let cut = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let lock = path[..<cut] + "." + path[cut...] + ".lock"
    let file = try acquire(String(lock))
    defer {
      unlink(String(lock))
      close(file)
    }
    try body()
  }

  private static func acquire(_ lock: String) throws(FileError) -> Int32 {
    while true {
      let file = open(lock, O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
      guard file >= 0 else { throw .writingFailed(path: lock, reason: String(cString: strerror(errno))) }
      while flock(file, LOCK_EX) != 0 {
        guard errno == EINTR else {
          let reason = String(cString: strerror(errno))
          close(file)
          throw .writingFailed(path: lock, reason: reason)
        }
      }
      // Whoever had the lock has removed its file: only a lock on the file that is there now keeps others out.
      var (held, there) = (stat(), stat())
      if fstat(file, &held) == 0, stat(lock, &there) == 0, held.st_ino == there.st_ino, held.st_dev == there.st_dev { return file }
      close(file)
    }
  }
}
