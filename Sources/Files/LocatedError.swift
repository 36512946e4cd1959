/// An error together with the file or the person that it concerns.
public struct LocatedError: Error, CustomStringConvertible {
  /// Path of a file, or name of a person.
  public let place: String
  /// What happened there.
  public let cause: any Error

  /// - Parameter cause: One that is located already keeps its own place.
  public init(_ place: String, _ cause: any Error) {
    let inner = cause as? LocatedError
    (self.place, self.cause) = (inner?.place ?? place, inner?.cause ?? cause)
  }

  public var description: String {
    let text = "\(cause)"
    return text.hasPrefix(place) ? text : "\(place): \(text)"
  }
}

/// Runs what works on one file; an error gets the file's name in front, unless it begins with it.
///
/// - Throws: ``LocatedError``.
@discardableResult
public func naming<Result>(_ place: String, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch {
    throw LocatedError(place, error)
  }
}
