import Foundation

/// Why a statistic cannot be computed from the numbers given. Tables show the reason where the value would stand.
public enum StatisticsError: Error, Hashable, CustomStringConvertible {
  /// Fewer observations than the method needs.
  case tooFew(found: Int, needed: Int)
  /// Columns that belong together have different lengths.
  case lengths(Int, Int)
  /// All values, or all differences, are the same: there is no variation to judge against.
  case constant(what: String)
  /// A value is not a number or infinite.
  case notFinite
  /// A parameter lies outside its range.
  case parameter(name: String, expected: String)

  public var description: String {
    switch self {
    case .tooFew(let found, let needed): "not computable: \(found) observations, at least \(needed) are needed"
    case .lengths(let first, let second): "not computable: \(first) and \(second) values do not pair up"
    case .constant(let what): "not computable: \(what)"
    case .notFinite: "not computable: a value is not a number"
    case .parameter(let name, let expected): "not computable: \(name) must be \(expected)"
    }
  }
}

/// Summaries of a list of numbers.
extension Collection where Element == Double {
  /// The arithmetic mean; not a number when empty.
  public var mean: Double { isEmpty ? .nan : reduce(0, +) / Double(count) }

  /// The sample variance, divided by n − 1; not a number below two values.
  public var variance: Double {
    guard count > 1 else { return .nan }
    let center = mean
    return reduce(0) { $0 + ($1 - center) * ($1 - center) } / Double(count - 1)
  }

  /// The sample standard deviation, divided by n − 1.
  public var standardDeviation: Double { variance.squareRoot() }

  /// The value below which a fraction of the list lies, linear between neighbours (type 7 of Hyndman and Fan 1996, as NumPy).
  public func quantile(_ fraction: Double) -> Double {
    guard !isEmpty else { return .nan }
    let sorted = sorted()
    let place = fraction * Double(sorted.count - 1)
    let (low, share) = (Int(place.rounded(.down)), place - place.rounded(.down))
    return low + 1 < sorted.count ? sorted[low] + share * (sorted[low + 1] - sorted[low]) : sorted[low]
  }
}

/// A range that holds the true value with some confidence.
public struct Interval: Sendable, Hashable, Codable {
  public var lower, upper: Double
  /// Both bounds in the unit of the value.
  public init(_ lower: Double, _ upper: Double) { (self.lower, self.upper) = (lower, upper) }
  /// Whether a value lies inside, bounds included.
  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}

/// Refuses what no method here can use.
func check(_ values: [Double], atLeast needed: Int) throws(StatisticsError) {
  guard values.allSatisfy(\.isFinite) else { throw .notFinite }
  guard values.count >= needed else { throw .tooFew(found: values.count, needed: needed) }
}

/// Refuses lists that do not pair up.
func check(_ first: [Double], _ second: [Double], atLeast needed: Int) throws(StatisticsError) {
  guard first.count == second.count else { throw .lengths(first.count, second.count) }
  try check(first, atLeast: needed)
  try check(second, atLeast: needed)
}

/// Ranks from 1, ties sharing their mean rank; and the sizes of the groups of ties.
func ranks(_ values: [Double]) -> (ranks: [Double], ties: [Int]) {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var ties: [Int] = []
  var start = 0
  while start < order.count {
    var end = start
    while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
    for i in start...end { ranks[order[i]] = Double(start + end) / 2 + 1 }
    if end > start { ties.append(end - start + 1) }
    start = end + 1
  }
  return (ranks, ties)
}
