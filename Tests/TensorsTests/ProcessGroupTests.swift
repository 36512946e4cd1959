import Foundation
import Synchronization
import Tensors
import Testing

@Suite struct ProcessGroupTests {
  /// Two members in two threads of this process meet as two processes do.
  @Test func aGroupAddsUp() async throws {
    let port = 20000 + Int(ProcessInfo.processInfo.processIdentifier) % 20000
    let found = await withCheckedContinuation { (done: CheckedContinuation<[[Float]], Never>) in
      let results = Results(expected: 2) { done.resume(returning: $0) }
      for rank in 0..<2 {
        Thread.detachNewThread {
          let values = try? Self.sums(rank: rank, port: port)
          results.put(values ?? [], at: rank)
        }
      }
    }
    // 1 + 2 and 10 + 20, whoever asks.
    #expect(found == [[3, 3, 30], [3, 3, 30]])
  }

  private static func sums(rank: Int, port: Int) throws -> [Float] {
    let group = try ProcessGroup(host: "127.0.0.1", port: port, rank: rank, size: 2, serves: rank == 0, timeout: 60)
    let first = try Tensor.full(shape: [2], value: Float(rank + 1))
    let second = try Tensor.full(shape: [1, 1], value: Float(10 * (rank + 1)))
    try group.sum([first, second])
    let third = try Tensor(scalar: 1)
    try group.sum(third)
    guard try third.item() == 2 else { return [] }
    return try first.floats() + second.floats()
  }

  @Test func nobodyThereIsAnError() {
    #expect(throws: TensorError.self) {
      try ProcessGroup(host: "127.0.0.1", port: 1, rank: 1, size: 2, serves: false, timeout: 0.5)
    }
  }
}

/// Gathers what threads find.
private final class Results: Sendable {
  private let state: Mutex<[Int: [Float]]>
  private let expected: Int
  private let done: @Sendable ([[Float]]) -> Void

  init(expected: Int, done: @escaping @Sendable ([[Float]]) -> Void) {
    (self.expected, self.done) = (expected, done)
    state = Mutex([:])
  }

  func put(_ values: [Float], at place: Int) {
    let all = state.withLock { state in
      state[place] = values
      return state.count == expected ? state : nil
    }
    if let all { done((0..<expected).map { all[$0]! }) }
  }
}
