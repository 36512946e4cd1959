import Foundation

/// Files that are either whole or not there.
public enum AtomicFile {
  /// Writes a file: to a temporary name beside it, then renamed in its place (``StagedFile``).
  ///
  /// - Parameters:
  ///   - bytes: The whole content.
  ///   - path: Where to; a file that is there is replaced.
  /// - Throws: ``FileError/writingFailed(path:reason:)``; the old file, if any, is then untouched.
  public static func write(_ bytes: some ContiguousBytes, to path: String) throws(FileError) {
    try StagedFile.commit([StagedFile(at: path, holding: bytes)])
  }
}
