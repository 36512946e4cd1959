import Foundation

/// Probabilities of the distributions that tests refer to. Relative accuracy is about 1e-13 except deep in the tails.
public enum Distribution {
  /// P(Z ≤ z) of the standard normal distribution.
  public static func normal(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

  /// The z with P(Z ≤ z) = p, for p in 0…1.
  public static func normalQuantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    // The lower half is where probabilities keep their digits.
    if p > 0.5 { return -normalQuantile(1 - p) }
    return root(from: -40, to: 0) { normal($0) - p }
  }

  /// P(T ≤ t) of Student's distribution.
  public static func student(_ t: Double, freedom: Double) -> Double {
    let tail = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
    return t > 0 ? 1 - tail : tail
  }

  /// P(|T| ≥ |t|): the p-value of a two-sided t test.
  public static func studentTwoSided(_ t: Double, freedom: Double) -> Double {
    t.isInfinite ? 0 : incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
  }

  /// The t with P(T ≤ t) = p.
  public static func studentQuantile(_ p: Double, freedom: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    if p > 0.5 { return -studentQuantile(1 - p, freedom: freedom) }
    var lower = -1.0
    while student(lower, freedom: freedom) > p { lower *= 4 }
    return root(from: lower, to: 0) { student($0, freedom: freedom) - p }
  }

  /// P(F ≥ f) of Fisher's distribution.
  public static func fisherTail(_ f: Double, _ numerator: Double, _ denominator: Double) -> Double {
    guard f > 0 else { return 1 }
    return f.isInfinite ? 0 : incompleteBeta(denominator / (denominator + numerator * f), denominator / 2, numerator / 2)
  }

  /// The f with P(F ≤ f) = p.
  public static func fisherQuantile(_ p: Double, _ numerator: Double, _ denominator: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? 0 : p == 1 ? .infinity : .nan }
    var upper = 1.0
    while fisherTail(upper, numerator, denominator) > 1 - p { upper *= 4 }
    return root(from: 0, to: upper) { (1 - p) - fisherTail($0, numerator, denominator) }
  }

  /// The regularized incomplete beta function I_x(a, b).
  ///
  /// Source: Press et al., Numerical Recipes, 3rd edition, section 6.4 (continued fraction, modified Lentz).
  public static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    let tiny = 1e-300
    func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var (c, d) = (1.0, 1 / away(1 - (a + b) * x / (a + 1)))
    var result = d
    for m in 1...10_000 {
      let n = Double(m)
      for term in [n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n)), -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1))] {
        d = 1 / away(1 + term * d)
        c = away(1 + term / c)
        result *= c * d
      }
      if abs(c * d - 1) < 1e-16 { break }
    }
    return front * result
  }

  /// The zero of a rising function between two bounds, by halving.
  private static func root(from lower: Double, to upper: Double, _ f: (Double) -> Double) -> Double {
    var (low, high) = (lower, upper)
    for _ in 0..<2000 {
      let middle = (low + high) / 2
      if middle == low || middle == high { break }
      if f(middle) < 0 { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
