import Foundation

/// Does the same for each of several inputs, a few at a time.
///
/// - Parameters:
///   - title: Of the progress bar, which is shown for more than one input.
///   - jobs: Inputs worked on at the same time; `nil`: one per processor.
/// - Returns: Results in the order of the inputs.
func concurrently<Input: Sendable, Output: Sendable>(
  _ inputs: [Input], title: String, jobs: Int?, _ body: @escaping @Sendable (Input) throws -> Output
) async -> [Result<Output, any Error>] {
  let workers = min(inputs.count, jobs ?? ProcessInfo.processInfo.activeProcessorCount)
  var bar = inputs.count > 1 ? ProgressBar(title) : nil
  var results = [Result<Output, any Error>?](repeating: nil, count: inputs.count)
  await withTaskGroup(of: (Int, Result<Output, any Error>).self) { group in
    func start(_ index: Int) {
      let input = inputs[index]
      group.addTask { (index, Result { try body(input) }) }
    }
    for index in 0..<workers { start(index) }
    var (started, done) = (workers, 0)
    for await (index, result) in group {
      results[index] = result
      if started < inputs.count { start(started) }
      (started, done) = (started + 1, done + 1)
      bar?.update(Double(done) / Double(inputs.count))
    }
  }
  bar?.finish()
  return results.map { $0! }
}
