import Files

/// What the program ends with. The numbers are those of sysexits.h where it has one.
enum ExitStatus: Int32 {
  case done = 0
  /// Some of several inputs failed; the others were done.
  case partial = 1
  /// A scan shows no spinal cord.
  case noCord = 2
  /// A new version of a method measures otherwise than the frozen one, or it cannot be told.
  case drift = 3
  /// A mask, its scan or its model is not what the mask's sidecar says.
  case changed = 4
  /// A scan shows no landmark that tells which vertebra is which.
  case levelsUnknown = 5
  case usage = 64
  /// An input is damaged or of the wrong kind.
  case data = 65
  /// An input is missing or cannot be opened.
  case noInput = 66
  /// A device or its memory is not there.
  case unavailable = 69
  /// An output cannot be written.
  case cannotWrite = 73
  /// A fault of the program or the machine that has no status of its own.
  case fault = 70
  /// A configuration or model file cannot be used.
  case configuration = 78
}

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
