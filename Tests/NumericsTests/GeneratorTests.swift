import Numerics
import Testing

struct GeneratorTests {
  @Test func theSameSeedGivesTheSameNumbers() {
    var (a, b) = (Generator(seed: 3, stream: 1, 2), Generator(seed: 3, stream: 1, 2))
    for _ in 0..<100 { #expect(a.next() == b.next()) }
  }

  @Test func streamsOfASeedDiffer() {
    var streams = [Generator(seed: 3), Generator(seed: 3, stream: 0), Generator(seed: 3, stream: 1), Generator(seed: 3, stream: 0, 0)]
    let first = streams.indices.map { streams[$0].next() }
    #expect(Set(first).count == first.count)
  }

  /// Means and variances of 100,000 numbers, five standard errors wide.
  @Test func momentsAreThoseOfTheDistributions() {
    var generator = Generator(seed: 11)
    let count = 100_000
    func moments(_ draw: () -> Double) -> (mean: Double, variance: Double) {
      let values = (0..<count).map { _ in draw() }
      let mean = values.reduce(0, +) / Double(count)
      return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1))
    }
    let normal = moments { generator.normal(2, 3) }
    #expect(abs(normal.mean - 2) < 5 * 3 / Double(count).squareRoot())
    #expect(abs(normal.variance - 9) < 5 * 9 * (2 / Double(count)).squareRoot())
    let uniform = moments { generator.uniform(-1, 1) }
    #expect(abs(uniform.mean) < 5 * (1.0 / 3 / Double(count)).squareRoot())
    #expect(abs(uniform.variance - 1.0 / 3) < 5 * (4.0 / 45 / Double(count)).squareRoot())
    let chance = moments { generator.chance(0.3) ? 1 : 0 }
    #expect(abs(chance.mean - 0.3) < 5 * (0.21 / Double(count)).squareRoot())
  }
}
