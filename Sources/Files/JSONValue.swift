import Foundation

/// Any value of a JSON file, as sidecars hold them.
public enum JSONValue: Sendable, Hashable {
  case null
  case flag(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// The number, where it is one.
  public var number: Double? { if case .number(let value) = self { value } else { nil } }
  /// The text, where it is one.
  public var text: String? { if case .text(let value) = self { value } else { nil } }
  /// The flag, where it is one.
  public var flag: Bool? { if case .flag(let value) = self { value } else { nil } }
  /// The list, where it is one.
  public var list: [JSONValue]? { if case .list(let value) = self { value } else { nil } }
  /// A value of an object; `nil` where there is none.
  public subscript(key: String) -> JSONValue? { if case .object(let values) = self { values[key] } else { nil } }

  /// The bytes of a JSON file: keys sorted, so that the same value gives the same bytes.
  public var fileBytes: [UInt8] {
    // Cannot fail: numbers that JSON has not are written as null.
    return [UInt8]((try? JSONEncoder.readable.encode(self)) ?? Data()) + Array("\n".utf8)
  }
}

extension JSONValue: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .flag(let value): try container.encode(value)
    case .number(let value):
      guard value.isFinite else { return try container.encodeNil() }
      // Whole numbers without a point: programs that read counts expect it so.
      if let whole = Int(exactly: value), abs(whole) < 1 << 52 { try container.encode(whole) } else { try container.encode(value) }
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .text(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }
  public init(booleanLiteral value: Bool) { self = .flag(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(Dictionary(elements) { $1 }) }
}
