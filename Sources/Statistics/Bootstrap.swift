import Numerics

/// Intervals by drawing whole people anew, so that measurements of one person stay together.
public struct ClusterBootstrap: Sendable {
  /// Draws.
  public var draws: Int
  /// The same seed gives the same interval.
  public var seed: UInt64

  public init(draws: Int = 2000, seed: UInt64 = 1) { (self.draws, self.seed) = (draws, seed) }

  /// The 95 % percentile interval of a statistic.
  ///
  /// - Parameters:
  ///   - people: Measurements of each person.
  ///   - statistic: Of a drawn list of people; draws for which it is not a number are left out.
  /// - Throws: ``StatisticsError`` below two people, or where the statistic can hardly ever be computed.
  ///
  /// Source: Field and Welsh 2007, doi:10.1111/j.1467-9868.2007.00593.x.
  public func interval<Person>(of people: [Person], _ statistic: ([Person]) -> Double) throws(StatisticsError) -> Interval {
    guard people.count >= 2 else { throw .tooFew(found: people.count, needed: 2) }
    var generator = Generator(seed: seed)
    var values: [Double] = []
    for _ in 0..<draws {
      let drawn = people.indices.map { _ in people[Int(generator.uniform(0, Double(people.count)))] }
      let value = statistic(drawn)
      if value.isFinite { values.append(value) }
    }
    guard values.count >= max(2, draws / 2) else { throw .constant(what: "the statistic is undefined in most draws") }
    return Interval(values.quantile(0.025), values.quantile(0.975))
  }
}
