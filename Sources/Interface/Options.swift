// swift-format-ignore-file: AlwaysUseLowerCamelCase
// C functions have the names of softcord.h.

import CSoftCord
import Measuring
import Morphometry

/// Options behind a `softcord_options`.
package final class Options {
  fileprivate(set) var values: [String: String] = [:]
}

@c @implementation public func softcord_options_new() -> OpaquePointer! {
  rememberBirthplace()
  return handle(Options())
}

@c @implementation public func softcord_options_set(
  _ options: OpaquePointer!, _ name: UnsafePointer<CChar>!, _ value: UnsafePointer<CChar>!
) -> softcord_status {
  attempt {
    guard let options, let name else { throw InterfaceError.null("options or name") }
    object(options, as: Options.self).values[String(cString: name)] = value.map { String(cString: $0) }
  }
}

@c @implementation public func softcord_options_free(_ options: OpaquePointer!) { release(options, Options.self) }

/// Options as a function reads them: each by its name, with its own kind of value.
package struct OptionReader {
  private let values: [String: String]

  /// - Parameters:
  ///   - options: A `softcord_options`, or `nil`.
  ///   - known: The names that the function knows.
  package init(_ options: OpaquePointer?, known: [String]) throws(InterfaceError) {
    values = options.map { object($0, as: Options.self).values } ?? [:]
    if let other = values.keys.sorted().first(where: { !known.contains($0) }) { throw .unknownOption(other, known: known) }
  }

  package subscript(name: String) -> String? { values[name] }

  package func has(_ name: String) -> Bool { values[name] != nil }

  package func flag(_ name: String) throws(InterfaceError) -> Bool {
    try value(name, expected: "yes or no") { ["yes": true, "no": false][$0] } ?? false
  }

  func integer(_ name: String, _ range: ClosedRange<Int>) throws(InterfaceError) -> Int? {
    try value(name, expected: "a whole number, \(range.lowerBound) or more") { Int($0).flatMap { range.contains($0) ? $0 : nil } }
  }

  package func number(_ name: String, _ range: ClosedRange<Double>) throws(InterfaceError) -> Double? {
    try value(name, expected: "a number, \(range.lowerBound) to \(range.upperBound)") { text in
      Double(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  package func choice<T: CaseIterable & RawRepresentable<String>>(_ name: String, of type: T.Type = T.self) throws(InterfaceError) -> T? {
    try value(name, expected: "one of \(T.allCases.map(\.rawValue).joined(separator: ", "))") { T(rawValue: $0) }
  }

  /// Vertebrae, `2:3` or `C2:C3`.
  func levels(_ name: String) throws(InterfaceError) -> ClosedRange<Int>? {
    try range(name, expected: "a range such as 2:3 or C2:C3") { LabelNumbering.level(named: $0) }
  }

  /// Slices, `4:19`.
  func slices(_ name: String) throws(InterfaceError) -> ClosedRange<Int>? {
    try range(name, expected: "a range such as 4:19") { Int($0).flatMap { $0 >= 0 ? $0 : nil } }
  }

  private func range(_ name: String, expected: String, _ end: (String) -> Int?) throws(InterfaceError) -> ClosedRange<Int>? {
    try value(name, expected: expected) { text in
      let ends = text.split(separator: ":", omittingEmptySubsequences: false).map { end(String($0)) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else { return nil }
      return first...last
    }
  }

  package func value<T>(_ name: String, expected: String, _ parse: (String) -> T?) throws(InterfaceError) -> T? {
    guard let text = values[name] else { return nil }
    guard let parsed = parse(text) else { throw .value(option: name, found: text, expected: expected) }
    return parsed
  }
}
