import Foundation
import Yams

/// Settings as people write them, in YAML: what a file leaves out keeps its default, and a key that does not exist is an error.
public enum Settings {
  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: To open.
  ///   - defaults: What the file leaves out is as here; without them every key is needed that has no default of its own.
  /// - Throws: ``SettingsFileError`` that names the key.
  public static func read<Value: Codable>(
    _ type: Value.Type = Value.self, from path: String, over defaults: Value? = nil
  ) throws(SettingsFileError) -> Value {
    try SettingsTree(contentsOf: path).decoded(type, over: defaults)
  }

  /// Reads the text of a file.
  ///
  /// - Parameter path: For messages.
  /// - Throws: ``SettingsFileError`` that names the key.
  public static func decode<Value: Codable>(
    _ text: String, path: String, over defaults: Value? = nil
  ) throws(SettingsFileError) -> Value {
    try SettingsTree(text, path: path).decoded(over: defaults)
  }

  /// Settings as the text of a file; equal settings give equal texts.
  public static func text(_ settings: some Encodable) throws -> String {
    let encoder = YAMLEncoder()
    // Dictionaries have no order of their own.
    encoder.options.sortKeys = true
    return try encoder.encode(settings)
  }

  /// The same for people to read and change, with numbers as they write them: 0.8, and not 8e-1.
  ///
  /// It reads as the same settings, but ``text(_:)`` is what is compared and kept.
  public static func readableText(_ settings: some Encodable) throws -> String {
    try text(settings).replacing(/([:\-] )(-?[0-9.]+e[+\-]?[0-9]+)$/.anchorsMatchLineEndings()) { match in
      guard let number = Double(match.output.2) else { return String(match.output.0) }
      let isWhole = number == number.rounded() && abs(number) < 1e9
      return match.output.1 + (isWhole ? String(Int(number)) : "\(number)")
    }
  }
}

/// Why a file of settings cannot be used.
public enum SettingsFileError: Error, Hashable, CustomStringConvertible {
  case unreadable(path: String)
  /// A key or a value that is not understood; the reason begins with the key.
  case wrong(path: String, reason: String)

  public var description: String {
    switch self {
    case .unreadable(let path): "\(path): the configuration cannot be read"
    case .wrong(let path, let reason): "\(path): \(reason); --print-config shows a valid configuration"
    }
  }

  /// What is wrong, without the file.
  public var reason: String {
    switch self {
    case .unreadable: "cannot be read"
    case .wrong(_, let reason): reason
    }
  }

  /// Says which key is wrong, in one line.
  static func reason(of error: any Error) -> String {
    func path(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return "\((context.codingPath + [key]).map(\.stringValue).joined(separator: ".")) is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context), DecodingError.dataCorrupted(let context):
      let what = context.underlyingError.map { "\($0)" } ?? context.debugDescription
      return [path(context), what.replacingOccurrences(of: "\n", with: " ")].filter { !$0.isEmpty }.joined(separator: ": ")
    default: return "\(error)".replacingOccurrences(of: "\n", with: " ")
    }
  }
}
