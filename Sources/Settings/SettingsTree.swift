import Foundation
import Yams

/// A file of settings, or a part of one, that is not decoded yet: parts can be laid over each other first.
public struct SettingsTree {
  private let node: Node?
  /// Of the file, for messages.
  public let path: String

  /// Reads a file.
  ///
  /// - Throws: ``SettingsFileError``.
  public init(contentsOf path: String) throws(SettingsFileError) {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw .unreadable(path: path) }
    try self.init(text, path: path)
  }

  /// - Throws: ``SettingsFileError/wrong(path:reason:)`` where the text is no YAML.
  public init(_ text: String, path: String) throws(SettingsFileError) {
    do {
      (node, self.path) = (try Yams.compose(yaml: text), path)
    } catch {
      throw .wrong(path: path, reason: SettingsFileError.reason(of: error))
    }
  }

  private init(_ node: Node?, path: String) { (self.node, self.path) = (node, path) }

  /// The value of a key; empty where there is none.
  public subscript(key: String) -> SettingsTree { SettingsTree(node?.mapping?[Node(key)], path: path) }

  /// The items of a list.
  public var items: [SettingsTree] { (node?.sequence.map { Array($0) } ?? []).map { SettingsTree($0, path: path) } }

  /// Whether there is nothing.
  public var isEmpty: Bool { node == nil }

  /// These settings laid over others: keys of both are merged, lists replaced as a whole, and a key whose value is `null` is taken away.
  ///
  /// - Throws: ``SettingsFileError/wrong(path:reason:)`` for a value where the other has keys.
  public func over(_ other: SettingsTree) throws(SettingsFileError) -> SettingsTree {
    guard let node else { return other }
    guard let below = other.node else { return self }
    return SettingsTree(try merged(node, over: below, at: []), path: path)
  }

  private func merged(_ chosen: Node, over other: Node, at place: [String]) throws(SettingsFileError) -> Node {
    guard case .mapping(var result) = other else { return chosen }
    guard case .mapping(let pairs) = chosen else {
      throw .wrong(path: path, reason: "\(place.isEmpty ? "the file" : place.joined(separator: ".")) must hold keys with values")
    }
    for (key, value) in pairs {
      if value.null != nil {
        result[key] = nil
      } else if let old = result[key] {
        result[key] = try merged(value, over: old, at: place + [key.string ?? "?"])
      } else {
        result[key] = value
      }
    }
    return .mapping(result)
  }

  /// The settings as a value.
  ///
  /// - Parameter defaults: What is left out is as here; dictionaries then have no keys but these.
  /// - Throws: ``SettingsFileError``: a key that means nothing is named, for a misspelt one would silently keep its default.
  public func decoded<Value: Codable>(_ type: Value.Type = Value.self, over defaults: Value? = nil) throws(SettingsFileError) -> Value {
    let value: Value
    do {
      let base = try defaults.map { SettingsTree(try Yams.compose(yaml: Settings.text($0)), path: path) }
      let all = try base.map { try over($0) } ?? self
      value = try YAMLDecoder().decode(Value.self, from: all.node ?? "")
    } catch let error as SettingsFileError {
      throw error
    } catch {
      // A misspelt key is what is wrong where the right one is missing.
      let misspelt = defaults.flatMap { known in node.flatMap { UnknownKey.first(in: $0, of: known, defaults: known) } }
      throw .wrong(path: path, reason: misspelt?.reason ?? SettingsFileError.reason(of: error))
    }
    if let unknown = node.flatMap({ UnknownKey.first(in: $0, of: value, defaults: defaults) }) {
      throw .wrong(path: path, reason: unknown.reason)
    }
    return value
  }
}

/// A part of a file that is read by itself, as a ``SettingsTree``.
public struct SeparateSettings: Codable, Sendable {
  public init(from decoder: any Decoder) throws {}
  public func encode(to encoder: any Encoder) throws {}
}

/// A key of a file that the value read from it has no property for.
struct UnknownKey {
  private let place: [String]
  private let known: [String]

  var reason: String { "\(place.joined(separator: ".")) is no key; expected \(known.sorted().joined(separator: ", "))" }

  /// - Parameter defaults: What the value was before the file was read; its dictionaries say which keys there are.
  static func first(in node: Node, of value: Any, defaults: Any? = nil, at place: [String] = []) -> UnknownKey? {
    let (mirror, before) = (Mirror(reflecting: value), defaults.map { Mirror(reflecting: $0) })
    if value is SeparateSettings { return nil }
    switch (node, mirror.displayStyle) {
    case (_, .optional):
      let inner = before?.displayStyle == .optional ? before?.children.first?.value : defaults
      return mirror.children.first.flatMap { first(in: node, of: $0.value, defaults: inner, at: place) }
    case (.mapping(let mapping), .struct):
      let properties = Dictionary(mirror.children.compactMap { child in child.label.map { ($0, child.value) } }) { first, _ in first }
      let earlier = Dictionary((before?.children).map(Array.init)?.compactMap { child in child.label.map { ($0, child.value) } } ?? []) {
        $1
      }
      for (key, inner) in mapping {
        let name = key.string ?? "?"
        guard let property = properties[name] else { return UnknownKey(place: place + [name], known: Array(properties.keys)) }
        if let unknown = first(in: inner, of: property, defaults: earlier[name], at: place + [name]) { return unknown }
      }
    case (.mapping(let mapping), .dictionary):
      let (values, earlier) = (pairs(mirror), before.map(pairs))
      for (key, inner) in mapping {
        let name = key.string ?? "?"
        if let earlier, earlier[name] == nil { return UnknownKey(place: place + [name], known: Array(earlier.keys)) }
        guard let value = values[name] else { continue }
        if let unknown = first(in: inner, of: value, defaults: earlier?[name], at: place + [name]) { return unknown }
      }
    case (.sequence(let list), .collection):
      for (index, (inner, element)) in zip(list, mirror.children).enumerated() {
        if let unknown = first(in: inner, of: element.value, at: place + ["[\(index)]"]) { return unknown }
      }
    default: break
    }
    return nil
  }

  /// The entries of a dictionary whose keys are texts.
  private static func pairs(_ dictionary: Mirror) -> [String: Any] {
    Dictionary(
      dictionary.children.compactMap { child in
        let pair = Array(Mirror(reflecting: child.value).children)
        return pair.count == 2 ? ("\(pair[0].value)", pair[1].value) : nil
      }
    ) { $1 }
  }
}
