import Foundation

/// The order of keys in JSON text. JSON itself gives them none, but Python keeps it, and what programs in Python wrote may rely on it.
enum JSONKeyOrder {
  /// The keys of the object that an outermost key holds, in the order of the text, each once.
  ///
  /// - Parameter data: An object in UTF-8 that a JSON parser has accepted.
  static func keys(of name: String, in data: Data) -> [String] {
    let bytes = [UInt8](data)
    var (position, depth, isInside, outermost) = (0, 0, false, "")
    var keys: [String] = []
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        let end = endOfString(bytes, from: position)
        if depth <= 2, isKey(bytes, endingAt: end), let key = text(bytes[position..<end]) {
          if depth == 1 { outermost = key } else if depth == 2, isInside, !keys.contains(key) { keys.append(key) }
        }
        position = end
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        if depth == 2 {
          isInside = outermost == name && bytes[position] == UInt8(ascii: "{")
          // Of keys that come twice the last one counts.
          if isInside { keys = [] }
        }
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      position += 1
    }
    return keys
  }

  /// Behind the closing quote of a string that begins at a quote.
  private static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
    var position = start + 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") { position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1 }
    return min(position + 1, bytes.count)
  }

  /// Whether a colon follows.
  private static func isKey(_ bytes: [UInt8], endingAt end: Int) -> Bool {
    bytes[end...].first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) } == UInt8(ascii: ":")
  }

  /// A string without its quotes and escapes.
  private static func text(_ quoted: ArraySlice<UInt8>) -> String? {
    try? JSONSerialization.jsonObject(with: Data(quoted), options: .fragmentsAllowed) as? String
  }
}
