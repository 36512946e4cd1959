import Foundation

extension Table {
  /// Adds the table's rows to those of a file, or writes it where there is none.
  ///
  /// The file is read, extended and replaced under a lock, so that many programs can add to one file at the same time, and it is whole at
  /// every moment.
  ///
  /// - Parameters:
  ///   - path: A table with the same columns.
  ///   - format: How both are written; `tsv` or `csv`, which can be extended.
  ///   - dictionary: Where its data dictionary goes.
  /// - Throws: ``FileError/otherColumns(path:found:expected:)``, ``FileError/writingFailed(path:reason:)``.
  public func append(to path: String, as format: TableFormat, dictionary: String? = nil) throws(FileError) {
    precondition(format == .tsv || format == .csv, "only lines can be added to a file of lines")
    try FileLock.whileLocked(path) { () throws(FileError) in
      let new = Array(formatted(as: format).utf8)
      guard FileManager.default.fileExists(atPath: path) else { return try write(to: path, as: format, dictionary: dictionary) }
      guard let data = FileManager.default.contents(atPath: path) else {
        throw .writingFailed(path: path, reason: "what it holds cannot be read")
      }
      var old = [UInt8](data)
      if old.isEmpty { return try write(to: path, as: format, dictionary: dictionary) }
      // A file of another maker may end its lines otherwise, or not end the last.
      if old.last != UInt8(ascii: "\n") { old += Array((format == .csv ? "\r\n" : "\n").utf8) }
      let header = Self.firstLine(of: new)
      guard Self.firstLine(of: old) == header else {
        throw .otherColumns(path: path, found: Self.firstLine(of: old), expected: header)
      }
      let rows = new[(new.firstIndex(of: UInt8(ascii: "\n"))! + 1)...]
      let beside = try dictionary.map { (path) throws(FileError) in try StagedFile(at: path, holding: Array(dataDictionary.utf8)) }
      try StagedFile.commit([beside, StagedFile(at: path, holding: old + rows)].compactMap { $0 })
    }
  }

  private static func firstLine(of bytes: [UInt8]) -> String {
    let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
    return String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
  }
}
