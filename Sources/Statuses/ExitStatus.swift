/// What became of a piece of work: what the tool ends with, and what functions of the C libraries return. The numbers are those of sysexits.h
/// where it has one.
public enum ExitStatus: Int32, Sendable {
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
