/// A table of measures, with a stated unit in each column's name.
public struct Table: Sendable, Hashable {
  /// One column.
  public struct Column: Sendable, Hashable {
    /// Name with the unit: `csa_mm2`.
    public let name: String
    /// What the column holds, for a reader who was not there.
    public let description: String
    /// Unit as BIDS spells it (`mm`, `mm2`, `degree`); `nil` for what has none.
    public let unit: String?
    /// The words that a text may hold, with what each says; `nil` where any text may stand.
    public let levels: [String: String]?
    /// Digits after the point when shown on a terminal; files keep every digit.
    public let decimals: Int

    public init(_ name: String, _ description: String, unit: String? = nil, levels: [String: String]? = nil, decimals: Int = 2) {
      (self.name, self.description, self.unit, self.levels, self.decimals) = (name, description, unit, levels, decimals)
    }
  }

  /// One cell.
  public enum Value: Sendable, Hashable {
    case text(String)
    case integer(Int)
    /// A number that is not finite is shown as missing.
    case number(Double)
    case missing

    /// A number, or missing.
    public static func number(_ value: Double?) -> Value { value.map { .number($0) } ?? .missing }
  }

  public let columns: [Column]
  public private(set) var rows: [[Value]] = []

  public init(columns: [Column], rows: [[Value]] = []) {
    self.columns = columns
    for row in rows { append(row) }
  }

  /// Adds a row: one value per column.
  public mutating func append(_ row: [Value]) {
    precondition(row.count == columns.count, "\(row.count) values do not fill \(columns.count) columns")
    rows.append(row)
  }
}
