/// Written as the three letters the axes point towards (`"RAS"`).
extension Orientation: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let letters = try container.decode(String.self)
    guard let orientation = Orientation(towards: letters) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "\"\(letters)\" is no orientation; expected three letters such as RAS (the sides the axes point towards)")
    }
    self = orientation
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(towards)
  }
}
