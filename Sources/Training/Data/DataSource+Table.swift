import Files
import Foundation

extension DataSource {
  /// Columns that a table may have; the first three it must have.
  private static let columns = ["image", "mask", "person", "name", "contrast", "weight", "partial", "edge", "split", "value", "set"]

  /// Paths in a table are named from its own folder.
  func tableScans(root: String) throws -> [LabelledScan] {
    func refuse(_ reason: String) -> TrainingError { .source(path: path, reason: reason) }
    let table: TextTable
    do {
      table = try TextTable(contentsOf: located(path, root: root))
    } catch {
      throw refuse("the table cannot be used: \(error)")
    }
    let header = table.header
    if let unknown = header.first(where: { !Self.columns.contains($0) }) {
      throw refuse("its column '\(unknown)' is unknown; expected some of \(Self.columns.joined(separator: ", "))")
    }
    for column in Self.columns.prefix(3) where !header.contains(column) { throw refuse("it has no column '\(column)'") }
    let folder = path.deletingLastPathComponent
    var found: Set<String> = []
    let scans = try table.rows.compactMap { line -> LabelledScan? in
      let row = Dictionary(zip(header, line.cells), uniquingKeysWith: { first, _ in first }).filter { !TextTable.isMissing($0.value) }
      if let set = row["set"] { found.insert(set) }
      if let sets, !sets.contains(row["set"] ?? "") { return nil }
      func read<Value>(_ column: String, _ convert: (String) -> Value?) throws -> Value? {
        guard let field = row[column] else { return nil }
        guard let value = convert(field) else { throw refuse("line \(line.line): '\(field)' is no value of \(column)") }
        return value
      }
      guard let image = row["image"], let mask = row["mask"], let person = row["person"] else {
        throw refuse("line \(line.line) lacks an image, a mask or a person")
      }
      func place(_ file: String) -> String { file.hasPrefix("/") || folder.isEmpty ? file : folder + "/" + file }
      var scan = LabelledScan(
        image: place(image), mask: place(mask), name: row["name"], person: person, partial: try read("partial", Bool.init),
        contrast: row["contrast"], value: try read("value", Int.init))
      scan.weight = try read("weight", Double.init)
      scan.edge = try read("edge", LabelEdge.init)
      scan.side = try read("split", Side.init)
      return scan
    }
    if let absent = sets?.first(where: { !found.contains($0) }) {
      throw refuse("it has no set '\(absent)'; found \(found.sorted().joined(separator: ", "))")
    }
    return scans
  }
}
