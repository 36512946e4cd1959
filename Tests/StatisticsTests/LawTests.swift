import Numerics
import Statistics
import Testing

@Suite struct LawTests {
  @Test func theIncompleteBetaIsKnownAtSimplePlaces() {
    #expect(abs(Distribution.incompleteBeta(0.3, 1, 1) - 0.3) < 1e-15)
    #expect(abs(Distribution.incompleteBeta(0.25, 2, 1) - 0.0625) < 1e-15)
    #expect(Distribution.incompleteBeta(0, 2, 3) == 0 && Distribution.incompleteBeta(1, 2, 3) == 1)
  }

  @Test func quantilesInvert() {
    for p in [1e-8, 0.01, 0.3, 0.5, 0.8, 0.999] {
      #expect(abs(Distribution.normal(Distribution.normalQuantile(p)) - p) < 1e-12 * max(p, 1e-3))
      #expect(abs(Distribution.student(Distribution.studentQuantile(p, freedom: 3), freedom: 3) - p) < 1e-12)
    }
    #expect(Distribution.normalQuantile(0) == -.infinity && Distribution.normalQuantile(2).isNaN)
  }

  /// With two differences of one sign, the two-sided exact p is 2 · 1/4.
  @Test func tinyWilcoxonByHand() throws {
    let test = try Wilcoxon([1, 2])
    #expect(test.method == .exact && test.p == 0.5 && test.positive == 3 && test.negative == 0)
  }

  @Test func whatCannotBeComputedSaysWhy() {
    #expect(throws: StatisticsError.constant(what: "all differences are zero: the two are identical")) { try Wilcoxon([0, 0, 0]) }
    #expect(throws: StatisticsError.tooFew(found: 0, needed: 1)) { try Wilcoxon([]) }
    #expect(throws: StatisticsError.notFinite) { try PairedT([1, .nan, 2]) }
    #expect(throws: StatisticsError.constant(what: "all differences are the same")) { try PairedT([2, 2, 2]) }
    #expect(throws: StatisticsError.tooFew(found: 1, needed: 2)) { try RepeatedMeasuresANOVA([[1, 2]]) }
    #expect(throws: StatisticsError.self) { try RepeatedMeasuresANOVA([[1, 2], [3, 4], [5, 6]]) }
    #expect(throws: StatisticsError.lengths(2, 1)) { try BlandAltman([1, 2], [1]) }
    #expect(throws: StatisticsError.self) { try MethodLine.passingBablok([1, 1, 1], [1, 1, 1]) }
    #expect(throws: StatisticsError.self) { try MethodLine.deming([1, 1, 1], [1, 2, 3]) }
    #expect(throws: StatisticsError.self) { try Equivalence([1, 2, 3], margin: 0) }
    #expect(throws: StatisticsError.self) { try sampleSize(difference: 0, standardDeviation: 1) }
    #expect(throws: StatisticsError.self) { try Detectability([[1], [2]]) }
    #expect(throws: StatisticsError.self) { try IntraclassCorrelation([[1, 1], [1, 1]], .agreement) }
  }

  /// A line that both methods share without error is found, whichever of them is called x.
  @Test func exactLinesAreFound() throws {
    let x = [1.0, 2, 4, 7, 9]
    let y = x.map { 2 * $0 + 3 }
    for line in [try MethodLine.passingBablok(x, y), try MethodLine.deming(x, y)] {
      #expect(abs(line.slope - 2) < 1e-12 && abs(line.intercept - 3) < 1e-12)
    }
  }

  /// The bootstrap's interval of a mean comes near the t interval, and people drawn whole give a wider one than their measurements.
  @Test func bootstrapKeepsPeopleTogether() throws {
    var generator = Generator(seed: 4)
    let people = (0..<40).map { _ in
      let own = generator.normal(70, 7)
      return (0..<6).map { _ in own + generator.normal(0, 1) }
    }
    let bootstrap = ClusterBootstrap(draws: 2000, seed: 3)
    let byPerson = try bootstrap.interval(of: people) { $0.joined().map { $0 }.mean }
    let byScan = try bootstrap.interval(of: people.flatMap { $0 }) { $0.mean }
    let exact = try PairedT(people.map(\.mean)).interval
    let width = { (i: Interval) in i.upper - i.lower }
    #expect(abs(width(byPerson) / width(exact) - 1) < 0.12)
    #expect(width(byScan) < 0.6 * width(byPerson))
    #expect(try bootstrap.interval(of: people) { $0.joined().map { $0 }.mean } == byPerson)
  }

  @Test func detectableChangeOfKnownNoise() throws {
    var generator = Generator(seed: 8)
    let table = (0..<4000).map { _ in
      let own = generator.normal(70, 7)
      return [own + generator.normal(0, 1.5), own + generator.normal(0, 1.5)]
    }
    let found = try Detectability(table)
    #expect(abs(found.measurementError - 1.5) < 0.05)
    #expect(abs(found.minimalDetectableChange - 1.96 * 2.0.squareRoot() * 1.5) < 0.15)
  }
}
