import Yams

/// Finds keys of a configuration file that mean nothing: a misspelt one would silently keep its default.
enum UnknownKeys {
  /// The path of the first key that the decoded value has no property for; `nil` where there is none.
  static func first(in text: String, of value: Any) throws -> String? {
    guard let node = try Yams.compose(yaml: text) else { return nil }
    return first(in: node, of: value, at: [])
  }

  private static func first(in node: Node, of value: Any, at path: [String]) -> String? {
    let mirror = Mirror(reflecting: value)
    switch (node, mirror.displayStyle) {
    case (_, .optional): return mirror.children.first.flatMap { first(in: node, of: $0.value, at: path) }
    case (.mapping(let mapping), .struct):
      for (key, inner) in mapping {
        let name = key.string ?? "?"
        guard let property = mirror.children.first(where: { $0.label == name }) else { return (path + [name]).joined(separator: ".") }
        if let unknown = first(in: inner, of: property.value, at: path + [name]) { return unknown }
      }
    case (.sequence(let list), .collection):
      for (index, (inner, element)) in zip(list, mirror.children).enumerated() {
        if let unknown = first(in: inner, of: element.value, at: path + ["[\(index)]"]) { return unknown }
      }
    default: break
    }
    return nil
  }
}
