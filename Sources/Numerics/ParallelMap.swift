import Synchronization

/// What a function makes of each item, some at the same time.
///
/// - Parameters:
///   - jobs: Most items at the same time; one a processor where `nil`.
///   - progress: Called from any thread with the fraction done.
/// - Returns: In the order of the items.
public func parallelMap<Item: Sendable, Output: Sendable, Failure: Error>(
  _ items: [Item], jobs: Int? = nil, progress: (@Sendable (Double) -> Void)? = nil,
  _ body: @Sendable (Item) throws(Failure) -> Output
) -> [Result<Output, Failure>] {
  let state = Mutex((done: 0, results: [Result<Output, Failure>?](repeating: nil, count: items.count)))
  parallelFor(items.count, jobs: jobs) { index in
    let result: Result<Output, Failure>
    do throws(Failure) { result = .success(try body(items[index])) } catch { result = .failure(error) }
    let done = state.withLock { state in
      state.results[index] = result
      state.done += 1
      return state.done
    }
    progress?(Double(done) / Double(items.count))
  }
  return state.withLock { $0.results.map { $0! } }
}
