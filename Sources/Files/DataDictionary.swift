import Foundation

extension Table {
  /// What each column holds, as BIDS has it beside a table: `{name: {"Description", "Units", "Levels"}}`.
  public var dataDictionary: String {
    struct Entry: Encodable {
      let description: String
      let units: String?
      let levels: [String: String]?

      enum CodingKeys: String, CodingKey {
        case description = "Description"
        case units = "Units"
        case levels = "Levels"
      }
    }
    let encoder = JSONEncoder.readable
    let entries = columns.map { column in
      let entry = Entry(description: column.description, units: column.unit, levels: column.levels)
      // Two plain structs of texts are always encodable.
      let json = String(decoding: try! encoder.encode(entry), as: UTF8.self).replacingOccurrences(of: "\n", with: "\n  ")
      return "  \"\(column.name)\": \(json)"
    }
    return "{\n" + entries.joined(separator: ",\n") + "\n}\n"
  }
}
