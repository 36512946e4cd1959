#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Keeps a second run out of a run's folder for as long as it lives; the system gives it back when the program ends in any way.
final class RunLock {
  private let file: Int32

  /// - Parameter folder: Gets an empty file `.lock`.
  /// - Throws: ``TrainingError/checkpoint(path:reason:)`` while another run holds it, ``TrainingError/unwritable(path:reason:)``.
  init(of folder: String) throws(TrainingError) {
    file = open(folder + "/.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw .unwritable(path: folder, reason: String(cString: strerror(errno))) }
    // Network file systems without locks keep nobody out; training goes on there.
    guard flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else { return }
    close(file)
    throw .checkpoint(path: folder, reason: "another run is training in this folder; wait for its end, or name another output")
  }

  deinit { close(file) }
}
