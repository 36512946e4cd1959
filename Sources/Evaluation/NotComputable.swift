import Statistics

/// Why a number is missing. Tables show the reason where the number would stand.
public struct NotComputable: Error, Hashable, Sendable, CustomStringConvertible {
  /// One line, without "not computable" in front.
  public let reason: String
  public init(_ reason: String) { self.reason = reason }
  public var description: String { "not computable: \(reason)" }
}

/// A number, or why there is none.
public typealias Outcome<Value> = Result<Value, NotComputable>

extension Result where Failure == NotComputable {
  /// Runs what may fail; any error's own words become the reason.
  public init(computing body: () throws -> Success) {
    do {
      self = .success(try body())
    } catch let error as NotComputable {
      self = .failure(error)
    } catch {
      let text = "\(error)"
      let prefix = "not computable: "
      self = .failure(NotComputable(text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text))
    }
  }

  /// The value, where there is one.
  public var value: Success? { try? get() }
  /// Why there is none.
  public var reason: String? { if case .failure(let failure) = self { failure.reason } else { nil } }
}
