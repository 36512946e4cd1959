/// Why a file could not be read or written.
public enum FileError: Error, Hashable, CustomStringConvertible {
  /// A file could not be written; nothing is left at its path but what was there before.
  case writingFailed(path: String, reason: String)
  /// A table that rows were to be added to has other columns.
  case otherColumns(path: String, found: String, expected: String)
  /// There is no such file.
  case missing(path: String)
  /// A file is there but cannot be read.
  case unreadable(path: String, reason: String)
  /// A file is not what it should be; the line where it is known, counted from 1.
  case malformed(path: String, line: Int?, reason: String)
  /// A table was to be written to a file whose ending tells no format.
  case unknownFormat(path: String)

  public var description: String {
    switch self {
    case .writingFailed(let path, let reason):
      "\(path): could not be written (\(reason)); check that the folder exists, is writable and has space"
    case .otherColumns(let path, let found, let expected):
      "\(path): its columns are \"\(Self.shortened(found))\" where \"\(Self.shortened(expected))\" were expected; append to a table made with the same options"
    case .missing(let path): "\(path): no such file"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .malformed(let path, let line, let reason): "\(path): \(line.map { "line \($0) " } ?? "")\(reason)"
    case .unknownFormat(let path):
      "\(path): tables are written as .tsv, .csv, .json or .text; choose one of these endings, or name the format"
    }
  }

  /// What the system said of a file that could not be written; else the whole message.
  public var reason: String { if case .writingFailed(_, let reason) = self { reason } else { description } }

  /// The first columns are enough to tell tables apart.
  private static func shortened(_ header: String) -> String {
    let line = header.replacing("\t", with: ",")
    return line.count > 100 ? line.prefix(100) + "…" : line
  }
}
