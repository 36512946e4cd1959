/// A network that cannot be built or applied as asked.
public enum NetworkError: Error, Equatable, CustomStringConvertible {
  /// A field of a configuration is out of its range.
  case configuration(field: String, found: String, expected: String)
  /// Stored parameters do not fit the configuration.
  case parameters(missing: [String], unexpected: [String], misshapen: [String])
  /// The input's shape does not pass through the network.
  case input(shape: [Int], channels: Int, divisor: [Int])
  /// A checkpoint's optimizer state does not fit the parameters.
  case state(missing: [String], unexpected: [String])

  public var description: String {
    switch self {
    case .configuration(let field, let found, let expected):
      return "network configuration: \(field) is \(found), expected \(expected); the file may be damaged"
    case .parameters(let missing, let unexpected, let misshapen):
      let parts = [Self.list("missing", missing), Self.list("unexpected", unexpected), Self.list("of another shape", misshapen)]
      return "network parameters do not fit the configuration: " + parts.compactMap { $0 }.joined(separator: "; ")
    case .input(let shape, let channels, let divisor):
      return "network input of shape \(shape), expected [N, \(channels), X, Y, Z] with sizes divisible by \(divisor)"
    case .state(let missing, let unexpected):
      let parts = [Self.list("missing", missing), Self.list("unexpected", unexpected)]
      return "optimizer state does not fit the parameters: " + parts.compactMap { $0 }.joined(separator: "; ")
    }
  }

  /// The first few names under a heading; `nil` for none.
  private static func list(_ heading: String, _ names: [String]) -> String? {
    guard !names.isEmpty else { return nil }
    let more = names.count > 3 ? " and \(names.count - 3) more" : ""
    return "\(names.count) \(heading) (\(names.prefix(3).joined(separator: ", "))\(more))"
  }
}
