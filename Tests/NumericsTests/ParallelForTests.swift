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

  @Test(arguments: [1, 2, 5, 2000]) func everyIndexIsVisitedOnceByAFewJobs(jobs: Int) {
    let visits = Mutex([Int](repeating: 0, count: 1000))
    parallelFor(1000, jobs: jobs) { index in visits.withLock { $0[index] += 1 } }
    #expect(visits.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test func neverMoreThanTheJobs() {
    let state = Mutex((now: 0, most: 0))
    parallelFor(200, jobs: 2) { _ in
      state.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      state.withLock { $0.now -= 1 }
    }
    #expect(state.withLock { $0.most } <= 2)
  }

  @Test(arguments: [nil, 1, 3]) func resultsStandInTheOrderOfItems(jobs: Int?) {
    struct Odd: Error, Equatable { let item: Int }
    let done = Mutex([Double]())
    @Sendable func square(_ item: Int) throws(Odd) -> Int {
      if item % 3 == 1 { throw Odd(item: item) }
      return item * item
    }
    let results = parallelMap(Array(0..<100), jobs: jobs, progress: { fraction in done.withLock { $0.append(fraction) } }, square)
    for (item, result) in results.enumerated() {
      switch result {
      case .success(let square): #expect(item % 3 != 1 && square == item * item)
      case .failure(let error): #expect(item % 3 == 1 && error == Odd(item: item))
      }
    }
    #expect(done.withLock { $0.sorted() } == (1...100).map { Double($0) / 100 })
  }

  /// Sizes that divide the length and sizes that do not.
  @Test(arguments: [1, 4, 7, 100, 1000]) func partsCoverAnArray(size: Int) {
    var (places, twice) = ([Int](repeating: -1, count: 100), [Double](repeating: 0, count: 100))
    parallelFor(parts: size, of: &places) { part, own in
      for i in own.indices { own[i] = part * size + i }
    }
    #expect(places == Array(0..<100))
    parallelFor(parts: size, of: &places, &twice) { part, places, twice in
      for i in places.indices { (places[i], twice[i]) = (places[i] + 1, Double(2 * (part * size + i))) }
    }
    #expect(places == Array(1...100) && twice == (0..<100).map { Double(2 * $0) })
    var none: [Int] = []
    parallelFor(parts: size, of: &none) { _, _ in Issue.record("there is no part") }
  }
}
