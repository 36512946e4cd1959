import Foundation

/// How often something of a known chance may happen: any other count has less than one chance in a million on its side of this range.
func likely(_ chance: Double, of draws: Int) -> ClosedRange<Int> {
  let rare = 1e-6
  /// Chance of exactly so many.
  func exactly(_ count: Int) -> Double {
    let (n, k) = (Double(draws), Double(count))
    let choices: Double = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    let chances: Double = k * log(chance) + (n - k) * log1p(-chance)
    return exp(choices + chances)
  }
  var (low, below) = (0, exactly(0))
  while below < rare, low < draws {
    low += 1
    below += exactly(low)
  }
  var (high, above) = (draws, exactly(draws))
  while above < rare, high > 0 {
    high -= 1
    above += exactly(high)
  }
  return low...high
}
