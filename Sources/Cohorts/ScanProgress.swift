import Synchronization

/// How many scans are written, for threads that share the work; the first error stops them all.
final class ScanProgress: Sendable {
  private let scans: Double
  private let progress: @Sendable (Double) -> Void
  private let state = Mutex((scans: 0, failure: (any Error)?.none))

  /// - Parameter progress: Called from any thread with the fraction done.
  init(scans: Int, progress: @escaping @Sendable (Double) -> Void) { (self.scans, self.progress) = (Double(scans), progress) }

  /// Reports scans that are written.
  func advance(scans count: Int) {
    let done = state.withLock { state in
      state.scans += count
      return state.scans
    }
    progress(Double(done) / scans)
  }

  /// Lets nobody begin with another person.
  func stop(_ error: any Error) {
    state.withLock { if $0.failure == nil { $0.failure = error } }
  }

  /// The first error.
  var failure: (any Error)? { state.withLock { $0.failure } }
}
