/// Tells of several inputs what failed: a bad one costs its own line, not the others.
///
/// - Returns: What came out of the others, and how the program is to end when their results are delivered.
func collect<Output>(_ inputs: [String], _ results: [Result<Output, any Error>]) -> (
  done: [(path: String, result: Output)], failure: Failure?
) {
  var done: [(path: String, result: Output)] = []
  var next = results.startIndex
  do {
    try forEach(inputs) { path in
      defer { next += 1 }
      done.append((path, try results[next].get()))
    }
  } catch {
    return (done, error as? Failure ?? Failure(.fault, "\(error)"))
  }
  return (done, nil)
}
