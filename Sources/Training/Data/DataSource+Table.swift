import Foundation

extension DataSource {
  /// Columns that a table may have; the first three it must have.
  private static let columns = ["image", "mask", "person", "name", "contrast", "weight", "partial", "edge", "split", "value", "set"]

  /// Paths in a table are named from its own folder.
  func tableScans(root: String) throws -> [LabelledScan] {
    func refuse(_ reason: String) -> TrainingError { .source(path: path, reason: reason) }
    guard let text = try? String(contentsOfFile: located(path, root: root), encoding: .utf8) else {
      throw refuse("the table cannot be read; expected text in UTF-8")
    }
    let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    guard let header = lines.first else { throw refuse("the table is empty") }
    if let unknown = header.first(where: { !Self.columns.contains($0) }) {
      throw refuse("its column '\(unknown)' is unknown; expected some of \(Self.columns.joined(separator: ", ")), separated by tabs")
    }
    for column in Self.columns.prefix(3) where !header.contains(column) { throw refuse("it has no column '\(column)'") }
    let folder = (path as NSString).deletingLastPathComponent
    var found: Set<String> = []
    let scans = try lines.dropFirst().enumerated().compactMap { index, fields -> LabelledScan? in
      guard fields.count == header.count else {
        throw refuse("line \(index + 2) has \(fields.count) fields; expected \(header.count)")
      }
      let row = Dictionary(zip(header, fields), uniquingKeysWith: { first, _ in first }).filter { !["", "n/a"].contains($0.value) }
      if let set = row["set"] { found.insert(set) }
      if let sets, !sets.contains(row["set"] ?? "") { return nil }
      func read<Value>(_ column: String, _ convert: (String) -> Value?) throws -> Value? {
        guard let field = row[column] else { return nil }
        guard let value = convert(field) else { throw refuse("line \(index + 2): '\(field)' is no value of \(column)") }
        return value
      }
      guard let image = row["image"], let mask = row["mask"], let person = row["person"] else {
        throw refuse("line \(index + 2) lacks an image, a mask or a person")
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
