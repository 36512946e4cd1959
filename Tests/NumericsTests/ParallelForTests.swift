import Numerics
import Synchronization
import Testing

struct ParallelForTests {
  @Test(arguments: [0, 1, 7, 1000]) func everyIndexIsVisitedOnce(count: Int) {
    let visits = Mutex([Int](repeating: 0, count: count))
    parallelFor(count) { index in visits.withLock { $0[index] += 1 } }
    #expect(visits.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test func alone() {
    let order = Mutex([Int]())
    Parallelism.$isOff.withValue(true) { parallelFor(100) { index in order.withLock { $0.append(index) } } }
    #expect(order.withLock { $0 } == Array(0..<100))
  }
}
