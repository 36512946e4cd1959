import Files
import Statuses

/// Ends the program with a status and a line of its own.
struct Failure: Error, CustomStringConvertible {
  let status: ExitStatus
  let message: String?

  init(_ status: ExitStatus, _ message: String? = nil) { (self.status, self.message) = (status, message) }

  var description: String { message ?? "" }
}

/// Does the same for each of several inputs: a bad one costs its own line, not the others.
///
/// - Throws: ``Failure`` with the input's own status when there was one input or all failed, ``ExitStatus/partial`` otherwise.
func forEach(_ inputs: [String], _ body: (String) throws -> Void) throws {
  var failures: [ExitStatus] = []
  for input in inputs {
    do {
      try body(input)
    } catch {
      let located = LocatedError(input, error)
      guard let status = ExitStatus(of: located) else { throw error }
      Console.error("\(located)")
      failures.append(status)
    }
  }
  guard let first = failures.first else { return }
  guard failures.count < inputs.count else { throw Failure(first) }
  throw Failure(.partial, "\(failures.count) of \(inputs.count) inputs failed")
}
