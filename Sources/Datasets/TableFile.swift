import Files
import Foundation

/// A table on its way to a file, with the data dictionary that explains its columns beside it.
///
/// Images keep their sidecars: a file `NAME.json` beside an image `NAME.nii.gz` is never replaced, however paths are spelled, nor is any JSON
/// that is no data dictionary. The dictionary of such a table is called `NAME_dictionary.json`.
public struct TableFile: Sendable {
  public let path: String
  public let format: TableFormat
  /// Whether the format was named, or is told by the path's ending.
  private let endingTells: Bool

  /// - Parameters:
  ///   - path: To write.
  ///   - format: `nil` goes by the path's ending; what has none is `tsv`.
  public init(_ path: String, format: TableFormat? = nil) {
    self.path = path
    endingTells = format != nil || (try? TableFormat(ofPath: path)) != nil
    self.format = format ?? (try? TableFormat(ofPath: path)) ?? .tsv
  }

  /// Refuses a path at which a table would replace something else, or that says it is no table.
  ///
  /// - Parameter inputs: Files that are read.
  /// - Throws: ``DatasetError/wouldReplace(path:what:)``, ``DatasetError/noTable(path:)``.
  public func check(inputs: [String] = []) throws(DatasetError) {
    try OutputPath.check(path, inputs: inputs)
    guard endingTells, OutputName.withoutExtension(path) == path, !["xlsx", "xls", "ods"].contains(path.pathExtension.lowercased())
    else {
      throw .noTable(path: path)
    }
  }

  /// Writes the table and its dictionary; JSON and text explain themselves.
  ///
  /// - Parameters:
  ///   - appends: Whether rows are added to those of the file.
  ///   - explains: Whether the dictionary is written: the dialects of other programs have no place for one.
  /// - Throws: ``DatasetError``, `FileError`.
  public func write(_ table: Table, appends: Bool = false, explains: Bool = true) throws {
    guard appends else { return try StagedFile.commit(staged(table, explains: explains)) }
    try check()
    try table.append(to: path, as: format, dictionary: explains ? dictionary : nil)
  }

  /// The table's file and its dictionary's, not yet in their places.
  func staged(_ table: Table, explains: Bool = true) throws -> [StagedFile] {
    try check()
    return try table.staged(at: path, as: format, dictionary: explains ? dictionary : nil)
  }

  /// Path of the dictionary; `nil` for formats that have none.
  public var dictionary: String? {
    guard format == .tsv || format == .csv else { return nil }
    let ending = path.pathExtension
    let stem = ending.isEmpty ? path : String(path.dropLast(ending.count + 1))
    return [stem, stem + "_dictionary"].map { $0 + ".json" }.first(where: Self.mayHoldDictionary)
      ?? (1...).lazy.map { "\(stem)_dictionary\($0).json" }.first(where: Self.mayHoldDictionary)
  }

  /// Whether a dictionary may be written there: nothing is there, or a dictionary, and no image has it for its sidecar.
  private static func mayHoldDictionary(_ path: String) -> Bool {
    guard OutputPath.image(withSidecar: path) == nil else { return false }
    guard CompanionSearch.exists(path) else { return true }
    guard let data = FileManager.default.contents(atPath: path),
      case .object(let entries)? = try? JSONDecoder().decode(JSONValue.self, from: data)
    else { return false }
    return !entries.isEmpty && entries.values.allSatisfy { $0["Description"] != nil }
  }
}

/// What may be written where.
public enum OutputPath {
  /// Refuses to replace a file that is read, or the sidecar of an image.
  ///
  /// - Throws: ``DatasetError/wouldReplace(path:what:)``.
  public static func check(_ path: String, inputs: [String] = []) throws(DatasetError) {
    let real = realPath(path)
    if let input = inputs.first(where: { realPath($0) == real }) {
      throw .wouldReplace(path: path, what: input == path ? "an input" : "the input \(input)")
    }
    if let image = image(withSidecar: path) { throw .wouldReplace(path: path, what: "the sidecar of \(image)") }
  }

  /// The image beside a JSON file that has it for its sidecar: their names differ in their endings alone.
  static func image(withSidecar path: String) -> String? {
    // A path that is a link is replaced itself, so that the image beside the link counts as well as that beside its target.
    let places = Set([(realPath(folder(of: path)), path.lastPathComponent), split(realPath(path))].map(Place.init))
    for place in places where place.name.lowercased().hasSuffix(".json") {
      // Some file systems do not tell capital letters from small ones.
      let stem = place.name.dropLast(".json".count).lowercased()
      let files = (try? FileManager.default.contentsOfDirectory(atPath: place.folder)) ?? []
      if let image = files.first(where: { OutputName.withoutExtension($0) != $0 && OutputName.stem(of: $0).lowercased() == stem }) {
        return image
      }
    }
    return nil
  }

  private struct Place: Hashable {
    let folder, name: String
    init(_ parts: (folder: String, name: String)) { (folder, name) = parts }
  }

  private static func split(_ path: String) -> (folder: String, name: String) { (folder(of: path), path.lastPathComponent) }

  private static func folder(of path: String) -> String {
    let folder = path.deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }
}

/// A folder of tables, each with its data dictionary, all of them as one JSON file, and a report; they change together.
public struct TableFolder: Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// - Parameters:
  ///   - tables: With the names of their files.
  ///   - name: Of the JSON file that holds all.
  ///   - program: Name and version of the program.
  ///   - report: The text of `report.html`.
  /// - Throws: ``DatasetError``, `FileError`; all files are then as they were.
  public func write(_ tables: [(name: String, table: Table)], all name: String, program: String, report: String) throws {
    try Folder.make(path)
    try OutputPath.check("\(path)/\(name).json")
    var files = try tables.flatMap { try TableFile("\(path)/\($0.name).tsv").staged($0.table) }
    let parts = tables.map { "\"\($0.name)\": \($0.table.formatted(as: .json))" }
    let text = "{\"program\": \"\(program)\",\n\(parts.joined(separator: ",\n"))}\n"
    files.append(try StagedFile(at: "\(path)/\(name).json", holding: Array(text.utf8)))
    files.append(try StagedFile(at: "\(path)/report.html", holding: Array(report.utf8)))
    try StagedFile.commit(files)
  }
}
