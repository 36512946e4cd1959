import Datasets
import Files
import Foundation

/// A key of the configuration whose value is another than it was.
struct ConfigurationChange: CustomStringConvertible {
  let key: String
  /// As in JSON; `nil` where the key is left out.
  let before, after: String?

  /// Keys, or beginnings of keys, on which weights, optimizer and samples that were drawn do not depend.
  static let harmless = ["schedule.epochs", "schedule.patience", "validation", "data.memory"]

  /// Whether a run can go on with the change.
  var isHarmless: Bool { Self.harmless.contains { key == $0 || key.hasPrefix($0 + ".") } }

  /// What changed, short: lists are not written out.
  var description: String {
    let texts = [before, after].map { $0 ?? "absent" }
    return texts.allSatisfy { $0.count < 40 } ? "\(key) was \(texts[0]) and is \(texts[1])" : "\(key) is another"
  }

  /// The keys in which two configurations differ, in alphabetical order; `nil` where a text is not JSON.
  static func all(from before: String, to after: String) -> [ConfigurationChange]? {
    guard let before = leaves(before), let after = leaves(after) else { return nil }
    return Set(before.keys).union(after.keys).sorted().compactMap { key in
      before[key] == after[key] ? nil : ConfigurationChange(key: key, before: before[key], after: after[key])
    }
  }

  /// Values by the path of their key; lists count as one value.
  private static func leaves(_ text: String) -> [String: String]? {
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)), case .object = value else { return nil }
    var leaves: [String: String] = [:]
    func visit(_ value: JSONValue, _ path: [String]) {
      if case .object(let values) = value {
        for (key, inner) in values { visit(inner, path + [key]) }
      } else {
        leaves[path.joined(separator: ".")] = (try? JSONEncoder.compact.encode(value)).map { String(decoding: $0, as: UTF8.self) }
      }
    }
    visit(value, [])
    return leaves
  }
}
