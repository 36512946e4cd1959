import Foundation
import Yams

/// Configuration files in YAML: what they leave out keeps its default, and a key that does not exist is an error.
enum Configuration {
  /// A file's settings over the defaults.
  ///
  /// - Throws: ``Failure`` that names the file and the key.
  static func read<Settings: Codable>(_ defaults: Settings, from path: String) throws -> Settings {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw Failure(.noInput, "\(path): the configuration cannot be read")
    }
    func refuse(_ reason: String) -> Failure { Failure(.configuration, "\(path): \(reason); --print-config shows a valid configuration") }
    do {
      guard let chosen = try Yams.compose(yaml: text) else { return defaults }
      var all = try Yams.compose(yaml: self.text(defaults))!
      if let wrong = merge(chosen, into: &all, at: "") { throw refuse(wrong) }
      return try YAMLDecoder().decode(Settings.self, from: Yams.serialize(node: all))
    } catch let failure as Failure {
      throw failure
    } catch {
      throw refuse(explain(error))
    }
  }

  /// Settings as the text of a configuration file.
  static func text(_ settings: some Encodable) throws -> String {
    let encoder = YAMLEncoder()
    // Dictionaries have no order of their own, and equal settings shall give equal texts.
    encoder.options.sortKeys = true
    return try encoder.encode(settings)
  }

  /// The same for people to read and change, with numbers as they write them: 0.8, and not 8e-1.
  ///
  /// It reads as the same settings, but ``text(_:)`` is what is compared and kept.
  static func readableText(_ settings: some Encodable) throws -> String {
    try text(settings).replacing(/([:\-] )(-?[0-9.]+e[+\-]?[0-9]+)$/.anchorsMatchLineEndings()) { match in
      guard let number = Double(match.output.2) else { return String(match.output.0) }
      let isWhole = number == number.rounded() && abs(number) < 1e9
      return match.output.1 + (isWhole ? String(Int(number)) : "\(number)")
    }
  }

  /// Puts values over others of the same keys; lists are replaced as a whole.
  ///
  /// - Returns: What is wrong with the values, `nil` when nothing is.
  private static func merge(_ chosen: Node, into all: inout Node, at path: String) -> String? {
    guard case .mapping(var known) = all else {
      all = chosen
      return nil
    }
    guard case .mapping(let pairs) = chosen else { return "\(path.isEmpty ? "the file" : path) must hold keys with values" }
    for (key, value) in pairs {
      let place = (path.isEmpty ? "" : path + ".") + (key.string ?? "?")
      guard var old = known[key] else {
        return "\(place) is no key; expected \(known.keys.compactMap(\.string).joined(separator: ", "))"
      }
      if let wrong = merge(value, into: &old, at: place) { return wrong }
      known[key] = old
    }
    all = .mapping(known)
    return nil
  }

  /// Says which key is wrong, in one line.
  static func explain(_ error: any Error) -> String {
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
