import Foundation

/// Folders that are written to.
public enum Folder {
  /// Makes a folder and those above it; one that is there stays as it is.
  ///
  /// - Throws: ``FileError/writingFailed(path:reason:)``.
  public static func make(_ path: String) throws(FileError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .writingFailed(path: path, reason: "the folder cannot be made: \(error.localizedDescription)")
    }
  }
}
