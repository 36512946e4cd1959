import Foundation

/// A table as it stands in a file: texts by column, and the line of each row.
///
/// Read are tables separated by tabs, commas (RFC 4180) or semicolons, as their first line shows; in UTF-8, with or without a byte order
/// mark, in UTF-16 with one, else in Windows-1252, which holds Latin-1; with any line ends. Lines without any value are no rows.
public struct TextTable: Sendable, Hashable {
  /// A row with the line of the file that it begins at; the first is 1.
  public struct Row: Sendable, Hashable {
    public let line: Int
    /// One for each column, without blanks around.
    public let cells: [String]
  }

  public let path: String
  public let header: [String]
  public let rows: [Row]

  /// Reads a file.
  ///
  /// - Throws: ``FileError/missing(path:)``, ``FileError/unreadable(path:reason:)``, and what ``init(_:path:)`` throws.
  public init(contentsOf path: String) throws(FileError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { throw .missing(path: path) }
    if isFolder.boolValue { throw .unreadable(path: path, reason: "is a folder, expected a table") }
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .unreadable(path: path, reason: error.localizedDescription)
    }
    try self.init([UInt8](data), path: path)
  }

  /// Reads bytes.
  ///
  /// - Parameter path: For messages.
  /// - Throws: ``FileError/malformed(path:line:reason:)``: no text, no header, a column that is there twice, a row with more or fewer
  ///   values than there are columns, a quotation that does not end.
  public init(_ bytes: [UInt8], path: String) throws(FileError) {
    let text: String
    switch Self.decoded(bytes) {
    case .success(let decoded): text = decoded
    case .failure(let reason): throw .malformed(path: path, line: nil, reason: reason.text)
    }
    var records = try Records(text, path: path).all
    guard !records.isEmpty else { throw .malformed(path: path, line: nil, reason: "is empty") }
    header = records.removeFirst().cells
    for (place, name) in header.enumerated() where !name.isEmpty && header[..<place].contains(name) {
      throw .malformed(path: path, line: 1, reason: "has the column \(name) twice")
    }
    for row in records where row.cells.count != header.count {
      throw .malformed(path: path, line: row.line, reason: "has \(row.cells.count) values for \(header.count) columns")
    }
    (self.path, rows) = (path, records)
  }

  /// The place of the first of these columns that is there.
  public func column(_ names: [String]) -> Int? { names.lazy.compactMap { header.firstIndex(of: $0) }.first }

  /// Whether a text says that there is no value: `n/a` as BIDS has it, or nothing.
  public static func isMissing(_ text: String) -> Bool { text.isEmpty || text == "n/a" }

  private struct Reason: Error { let text: String }

  /// The text of a file, or what it is instead.
  private static func decoded(_ bytes: [UInt8]) -> Result<String, Reason> {
    let data = Data(bytes)
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
      return .failure(Reason(text: "is a spreadsheet or an archive, not text; save the table as TSV or CSV"))
    }
    if bytes.starts(with: [0x1F, 0x8B]) { return .failure(Reason(text: "is compressed by gzip; expand it first")) }
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      return String(data: data, encoding: .utf16).map { .success($0) } ?? .failure(Reason(text: "is not the UTF-16 that it begins as"))
    }
    if bytes.contains(0) { return .failure(Reason(text: "holds zero bytes, so it is no text; expected TSV or CSV")) }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Data(bytes.dropFirst(3)) : data
    guard let text = String(data: body, encoding: .utf8) ?? String(data: body, encoding: .windowsCP1252) else {
      return .failure(Reason(text: "is text in an encoding that is not known; save it as UTF-8"))
    }
    if text.drop(while: \.isWhitespace).first == "{" { return .failure(Reason(text: "is JSON; expected TSV or CSV")) }
    return .success(text)
  }
}

/// Cuts a text into the rows and cells of a table.
private struct Records {
  private(set) var all: [TextTable.Row] = []
  private let scalars: [Unicode.Scalar]
  private let separator: Unicode.Scalar

  init(_ text: String, path: String) throws(FileError) {
    scalars = Array(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").unicodeScalars)
    separator = Self.separator(of: scalars)
    var (place, line) = (0, 1)
    while place < scalars.count {
      let first = line
      var cells = [try cell(&place, &line, path)]
      while place < scalars.count, scalars[place] == separator {
        place += 1
        cells.append(try cell(&place, &line, path))
      }
      // What follows is a line end.
      (place, line) = (place + 1, line + 1)
      if !cells.allSatisfy(\.isEmpty) { all.append(.init(line: first, cells: cells)) }
    }
  }

  /// What separates the names of the first line that is not empty: a tab where there is one, else what is there more often.
  private static func separator(of scalars: [Unicode.Scalar]) -> Unicode.Scalar {
    var (counts, isQuoted) = ([Unicode.Scalar: Int](), false)
    for scalar in scalars.drop(while: { $0 == "\n" }) {
      if scalar == "\"" { isQuoted.toggle() }
      if scalar == "\n" && !isQuoted { break }
      if !isQuoted { counts[scalar, default: 0] += 1 }
    }
    if counts["\t"] != nil { return "\t" }
    return counts[";", default: 0] > counts[",", default: 0] ? ";" : ","
  }

  /// The cell that begins at a place, which moves to what ends it.
  private func cell(_ place: inout Int, _ line: inout Int, _ path: String) throws(FileError) -> String {
    // Tab-separated values know no quotation (BIDS), but spreadsheets write it within a line.
    guard place < scalars.count, scalars[place] == "\"", separator != "\t" else {
      let start = place
      while place < scalars.count, scalars[place] != separator, scalars[place] != "\n" { place += 1 }
      let text = Self.text(scalars[start..<place]).trimmingCharacters(in: .whitespaces)
      let isQuoted = separator == "\t" && text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"")
      return isQuoted ? String(text.dropFirst().dropLast()).replacing("\"\"", with: "\"") : text
    }
    let first = line
    var found: [Unicode.Scalar] = []
    place += 1
    while place < scalars.count {
      let scalar = scalars[place]
      place += 1
      if scalar == "\n" { line += 1 }
      guard scalar == "\"" else {
        found.append(scalar)
        continue
      }
      guard place < scalars.count, scalars[place] == "\"" else {
        guard place == scalars.count || scalars[place] == separator || scalars[place] == "\n" else {
          throw .malformed(path: path, line: line, reason: "has text after the end of a quotation")
        }
        return Self.text(found[...])
      }
      found.append("\"")
      place += 1
    }
    throw .malformed(path: path, line: first, reason: "begins a quotation that does not end")
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }
}
