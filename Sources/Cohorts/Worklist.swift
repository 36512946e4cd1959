import Synchronization

/// Who is to be made next, for threads that share the work; the first error stops them all.
final class Worklist: Sendable {
  private let people: Int
  private let scans: Double
  private let progress: @Sendable (Double) -> Void
  private let state = Mutex((next: 1, scans: 0, failure: (any Error)?.none))

  /// - Parameter progress: Called from any thread with the fraction done.
  init(people: Int, scansEach: Int, progress: @escaping @Sendable (Double) -> Void) {
    (self.people, scans, self.progress) = (people, Double(people * scansEach), progress)
  }

  /// The next person; `nil` when all are taken or something failed.
  func next() -> Int? {
    state.withLock { state in
      guard state.failure == nil, state.next <= people else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }

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
