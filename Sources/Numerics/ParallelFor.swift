import Dispatch

/// How loops use the processors. What comes out is the same, bit for bit.
public enum Parallelism {
  /// Whether loops run on the thread that asks for them alone: where many scans are made at the same time, parts of each would only get in
  /// each other's way.
  @TaskLocal public static var isOff = false
}

/// Calls a function once for each index, on all processors at the same time, and returns when all calls have.
///
/// - Parameters:
///   - count: Indices run from 0 to `count - 1`.
///   - body: Called on several threads, in any order; calls must not depend on each other.
public func parallelFor(_ count: Int, _ body: @Sendable (Int) -> Void) {
  if Parallelism.isOff {
    for index in 0..<count { body(index) }
  } else {
    DispatchQueue.concurrentPerform(iterations: count, execute: body)
  }
}
