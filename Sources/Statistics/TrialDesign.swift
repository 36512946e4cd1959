import Foundation
import Numerics

/// How many people a trial of two arms needs that compares the yearly change of a measure.
///
/// Every person's slope over the visits is fitted by least squares; the arms' mean slopes are compared by Student's t test for two samples
/// of equal variance. A slope varies by what differs between people, and by the error of measurement over the visits' spread in time.
public struct TrialDesign: Sendable, Hashable {
  /// Difference of the arms' mean yearly changes, in the measure's unit (percent).
  public var effect: Double
  /// SD of the error of one visit, same unit. Two visits measured together with an error of the change of SD d have d / √2.
  public var measurement: Double
  /// SD between people of the true yearly change.
  public var betweenPeople: Double
  /// Visits, equally apart.
  public var visits = 2
  /// Years from the first to the last visit.
  public var years = 1.0
  /// Share of people who do not complete, 0 to below 1; they do not count.
  public var dropOut = 0.0
  /// Chance to find the effect, and the level of the two-sided test.
  public var (power, alpha) = (0.8, 0.05)

  public init(effect: Double, measurement: Double, betweenPeople: Double) {
    (self.effect, self.measurement, self.betweenPeople) = (effect, measurement, betweenPeople)
  }

  /// Refuses what is no trial.
  func validate() throws(StatisticsError) {
    guard effect != 0, effect.isFinite else { throw .parameter(name: "effect", expected: "other than 0") }
    guard measurement >= 0, betweenPeople >= 0, measurement + betweenPeople > 0, (measurement + betweenPeople).isFinite else {
      throw .parameter(name: "SD", expected: "at least 0, and not both 0")
    }
    guard visits >= 2 else { throw .parameter(name: "visits", expected: "at least 2") }
    guard years > 0, years.isFinite else { throw .parameter(name: "years", expected: "above 0") }
    guard (0..<1).contains(dropOut) else { throw .parameter(name: "drop-out", expected: "from 0 to below 1") }
    guard power > alpha, power < 1, alpha > 0, alpha < 1 else {
      throw .parameter(name: "power", expected: "above alpha and below 1")
    }
  }

  /// Times of the visits, years.
  var times: [Double] { (0..<visits).map { years * Double($0) / Double(visits - 1) } }

  /// SD of one person's measured slope, unit a year.
  public var slopeDeviation: Double {
    let times = times
    let mean = times.mean
    let spread = times.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (betweenPeople * betweenPeople + measurement * measurement / spread).squareRoot()
  }

  /// Chance that the trial finds the effect.
  ///
  /// - Parameter people: Of each arm who complete; at least 2, need not be whole.
  public func power(people: Double) -> Double {
    let freedom = 2 * people - 2
    let noncentral = abs(effect) / slopeDeviation * (people / 2).squareRoot()
    let limit = Distribution.studentQuantile(1 - alpha / 2, freedom: freedom)
    return Distribution.noncentralStudentTail(limit, freedom: freedom, noncentral)
      + Distribution.noncentralStudentTail(limit, freedom: freedom, -noncentral)
  }

  /// People of each arm who must complete, not rounded: as `TTestIndPower.solve_power` of statsmodels.
  ///
  /// - Throws: ``StatisticsError/parameter(name:expected:)``.
  public func completers() throws(StatisticsError) -> Double {
    try validate()
    var (low, high) = (2.0, 4.0)
    if power(people: low) >= power { return low }
    while power(people: high) < power {
      (low, high) = (high, high * 2)
      guard high < 1e7 else { throw .parameter(name: "effect", expected: "large enough for fewer than 10 million people") }
    }
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if power(people: middle) < power { low = middle } else { high = middle }
    }
    return high
  }

  /// People to enroll in each arm.
  public func enrolled() throws(StatisticsError) -> Int { Int((try completers().rounded(.up) / (1 - dropOut)).rounded(.up)) }

  /// Share of simulated trials that find the effect.
  ///
  /// - Parameters:
  ///   - people: Enrolled in each arm; everybody drops out with the chance of ``dropOut``.
  ///   - trials: How many are simulated.
  ///   - seed: The same seed gives the same share.
  public func simulatedPower(people: Int, trials: Int = 1000, seed: UInt64 = 1) -> Double {
    var generator = Generator(seed: seed)
    let times = times
    let mean = times.mean
    let spread = times.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    var found = 0
    for _ in 0..<trials {
      let arms = [0, effect].map { change in
        (0..<people).compactMap { _ -> Double? in
          let ownChange = change + generator.normal(0, 1) * betweenPeople
          let slope = times.reduce(0) { $0 + ($1 - mean) * (ownChange * $1 + generator.normal(0, 1) * measurement) } / spread
          return generator.chance(dropOut) ? nil : slope
        }
      }
      guard arms.allSatisfy({ $0.count >= 2 }) else { continue }
      let counts = arms.map { Double($0.count) }
      let freedom = counts[0] + counts[1] - 2
      let pooled = zip(arms, counts).reduce(0) { $0 + $1.0.variance * ($1.1 - 1) } / freedom
      let t = (arms[1].mean - arms[0].mean) / (pooled * (1 / counts[0] + 1 / counts[1])).squareRoot()
      if Distribution.studentTwoSided(t, freedom: freedom) < alpha { found += 1 }
    }
    return Double(found) / Double(trials)
  }

  /// Smallest change of one person between two visits that is unlikely (5 %) to be an error of measurement.
  public var minimalDetectableChange: Double { Distribution.normalQuantile(0.975) * 2.0.squareRoot() * measurement }
}

extension Distribution {
  /// P(T > t) of Student's distribution that is not central.
  ///
  /// The normal tail is averaged over the distribution of the estimated SD, by Simpson's rule.
  public static func noncentralStudentTail(_ t: Double, freedom: Double, _ noncentral: Double) -> Double {
    // s = √(χ²/ν) has mode near 1 and SD near 1/√(2ν).
    let reach = 12 / (2 * freedom).squareRoot()
    let (low, high) = (max(1e-12, 1 - reach), 1 + reach)
    let count = 4000
    let step = (high - low) / Double(count)
    let scale = log(2) + freedom / 2 * log(freedom / 2) - lgamma(freedom / 2)
    var sum = 0.0
    for i in 0...count {
      let s = low + Double(i) * step
      let density = exp(scale + (freedom - 1) * log(s) - freedom * s * s / 2)
      sum += (i == 0 || i == count ? 1 : i % 2 == 1 ? 4 : 2) * density * normal(noncentral - t * s)
    }
    return sum * step / 3
  }
}
