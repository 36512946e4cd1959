import Foundation

/// Folders that are written to.
public enum Folder {
  /// Makes a folder and those above it; one that is there stays as it is.
  ///
  /// - Throws: ``FileError/writingFailed(path:reason:)``.
  public static func make(_ path: String) throws(FileError) {
    guard mkdir(path, 0o777) != 0 else { return }
    var reason = errno
    if reason == ENOENT {
      let above = path.deletingLastPathComponent
      if !above.isEmpty, above != path { try make(above) }
      reason = mkdir(path, 0o777) == 0 ? 0 : errno
    }
    var status = stat()
    // Another program may have made it meanwhile.
    if reason == 0 || (stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR) { return }
    throw .writingFailed(path: path, reason: "the folder cannot be made: \(String(cString: strerror(reason)))")
  }
}
