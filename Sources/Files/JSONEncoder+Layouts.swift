import Foundation

// Keys are sorted in both layouts, so that equal values give equal bytes; slashes stay as they are.
extension JSONEncoder {
  /// Writes what people read too: each value on a line of its own.
  public static var readable: JSONEncoder { layout([.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]) }

  /// Writes all on one line.
  public static var compact: JSONEncoder { layout([.sortedKeys, .withoutEscapingSlashes]) }

  private static func layout(_ formatting: OutputFormatting) -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    return encoder
  }
}
