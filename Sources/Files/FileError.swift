/// Why a file could not be read or written.
public enum FileError: Error, Hashable, CustomStringConvertible {
  /// A file could not be written; nothing is left at its path but what was there before.
  case writingFailed(path: String, reason: String)
  /// A table that rows were to be added to has other columns.
  case otherColumns(path: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .writingFailed(let path, let reason):
      "\(path): could not be written (\(reason)); check that the folder exists, is writable and has space"
    case .otherColumns(let path, let found, let expected):
      "\(path): its columns are \"\(Self.shortened(found))\" where \"\(Self.shortened(expected))\" were expected; append to a table made with the same options"
    }
  }

  /// The first columns are enough to tell tables apart.
  private static func shortened(_ header: String) -> String {
    let line = header.replacing("\t", with: ",")
    return line.count > 100 ? line.prefix(100) + "…" : line
  }
}
