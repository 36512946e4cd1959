import ArgumentParser
import Files
import Foundation

/// A folder of tables, each with its data dictionary, and all of them as one JSON file.
struct TableFolder {
  let path: String

  /// - Parameters:
  ///   - tables: With the names of their files.
  ///   - name: Of the JSON file that holds all.
  func write(_ tables: [(name: String, table: Table)], all name: String) throws {
    try Folder.make(path)
    for (name, table) in tables {
      try table.write(to: "\(path)/\(name).tsv", as: .tsv)
      try AtomicFile.write(Array(table.dataDictionary.utf8), to: "\(path)/\(name).json")
    }
    let parts = tables.map { "\"\($0.name)\": \($0.table.formatted(as: .json))" }
    let text = "{\"program\": \"softcord \(SoftCord.version)\",\n\(parts.joined(separator: ",\n"))}\n"
    try AtomicFile.write(Array(text.utf8), to: "\(path)/\(name).json")
  }
}

extension TableFormat {
  /// Refuses an ending that tells no format, before anything is computed.
  static func check(_ output: String?, _ format: TableFormat?) throws {
    guard let output, format == nil else { return }
    do { _ = try TableFormat(ofPath: output) } catch { throw ValidationError("\(error).") }
  }
}

extension Table {
  /// Writes the table to a file with its data dictionary beside it, or shows it.
  func deliver(to output: String?, as format: TableFormat?) throws {
    guard let output else { return try Console.result(formatted(as: format ?? (isatty(STDOUT_FILENO) == 1 ? .text : .tsv))) }
    let ending = (output as NSString).pathExtension
    let chosen = try format ?? TableFormat(ofPath: output)
    try write(to: output, as: chosen)
    guard chosen == .tsv || chosen == .csv else { return }
    let stem = ending.isEmpty ? output : String(output.dropLast(ending.count + 1))
    try AtomicFile.write(Array(dataDictionary.utf8), to: stem + ".json")
  }
}
