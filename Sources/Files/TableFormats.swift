import Foundation

/// How a table is written down.
public enum TableFormat: String, Sendable, CaseIterable {
  /// Tab-separated values as BIDS has them; `n/a` is missing. A tab, line end or backslash in a text is written `\t`, `\n`, `\r`, `\\`.
  case tsv
  /// Comma-separated values (RFC 4180); a missing value is empty.
  case csv
  /// `{"columns": [{"name", "description"}], "rows": [{name: value}]}`; a missing value is `null`.
  case json
  /// Aligned columns for a terminal; `–` is missing.
  case text

  /// The format that a file's ending tells; a file without ending, or with `.txt`, is tab-separated.
  ///
  /// - Throws: ``FileError/unknownFormat(path:)``: a table in another format under the ending of a spreadsheet could not be opened.
  public init(ofPath path: String) throws(FileError) {
    let ending = URL(fileURLWithPath: path).pathExtension.lowercased()
    if let format = TableFormat(rawValue: ending) {
      self = format
    } else if ending.isEmpty || ending == "txt" {
      self = .tsv
    } else {
      throw .unknownFormat(path: path)
    }
  }
}

extension Table {
  /// The table as text.
  public func formatted(as format: TableFormat) -> String {
    switch format {
    case .tsv: lines(separator: "\t", ending: "\n", missing: "n/a", text: Self.tabEscaped)
    case .csv: lines(separator: ",", ending: "\r\n", missing: "", text: Self.commaQuoted)
    case .json: json
    case .text: aligned
    }
  }

  /// Writes the table to a file, whole or not at all.
  ///
  /// - Parameter dictionary: Where its data dictionary goes; both change together.
  public func write(to path: String, as format: TableFormat, dictionary: String? = nil) throws(FileError) {
    try StagedFile.commit(staged(at: path, as: format, dictionary: dictionary))
  }

  /// The table's file, and before it that of its data dictionary, where that is asked for.
  public func staged(at path: String, as format: TableFormat, dictionary: String? = nil) throws(FileError) -> [StagedFile] {
    var files: [StagedFile] = []
    if let dictionary { files.append(try StagedFile(at: dictionary, holding: Array(dataDictionary.utf8))) }
    files.append(try StagedFile(at: path, holding: Array(formatted(as: format).utf8)))
    return files
  }

  private func lines(separator: String, ending: String, missing: String, text: (String) -> String) -> String {
    let header = columns.map { text($0.name) }.joined(separator: separator)
    return ([header] + rows.map { row in row.map { Self.cell($0, missing, text) }.joined(separator: separator) })
      .map { $0 + ending }.joined()
  }

  /// A value with every digit that it needs to be read back exactly.
  private static func cell(_ value: Value, _ missing: String, _ text: (String) -> String) -> String {
    switch value {
    case .text(let string): text(string)
    case .integer(let integer): String(integer)
    case .number(let number): number.isFinite ? "\(number)" : missing
    case .missing: missing
    }
  }

  private static func tabEscaped(_ text: String) -> String {
    escaped(text) { $0 == "\t" ? "\\t" : $0 == "\n" ? "\\n" : $0 == "\r" ? "\\r" : $0 == "\\" ? "\\\\" : nil }
  }

  private static func commaQuoted(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
    return "\"" + escaped(text) { $0 == "\"" ? "\"\"" : nil } + "\""
  }

  private static func quoted(_ text: String) -> String {
    "\""
      + escaped(text) { scalar in
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        default: scalar.value < 0x20 ? String(format: "\\u%04x", scalar.value) : nil
        }
      } + "\""
  }

  /// Replaces scalars, not characters: a carriage return and a line feed are one character to Swift.
  private static func escaped(_ text: String, _ escape: (Unicode.Scalar) -> String?) -> String {
    text.unicodeScalars.reduce(into: "") { $0 += escape($1) ?? String($1) }
  }

  private var json: String {
    let head = columns.map { "    {\"name\": \(Self.quoted($0.name)), \"description\": \(Self.quoted($0.description))}" }
    let body = rows.map { row in
      "    {" + zip(columns, row).map { "\(Self.quoted($0.name)): \(Self.cell($1, "null", Self.quoted))" }.joined(separator: ", ") + "}"
    }
    func list(_ items: [String]) -> String { items.isEmpty ? "[]" : "[\n" + items.joined(separator: ",\n") + "\n  ]" }
    return "{\n  \"columns\": \(list(head)),\n  \"rows\": \(list(body))\n}\n"
  }

  /// A value as people read it.
  public func shown(_ value: Value, column: Int) -> String {
    if case .number(let number) = value, number.isFinite { return String(format: "%.\(columns[column].decimals)f", number) }
    return Self.cell(value, "–", Self.tabEscaped)
  }

  private var aligned: String {
    let cells = rows.map { row in row.enumerated().map { shown($1, column: $0) } }
    let isText = columns.indices.map { column in rows.contains { if case .text = $0[column] { true } else { false } } }
    let table = [columns.map(\.name)] + cells
    let widths = columns.indices.map { column in table.map { $0[column].count }.max()! }
    return table.map { row in
      let line = row.indices.map { column -> String in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return isText[column] ? row[column] + padding : padding + row[column]
      }.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }
}
