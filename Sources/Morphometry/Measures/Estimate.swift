/// A number and how sure it is.
public struct Estimate: Sendable, Hashable {
  /// Standard errors from the value to the ends of a 95 % interval.
  public static let deviations = 1.959964

  public let value: Double
  /// `nil` where the method knows no uncertainty.
  public let standardError: Double?
  /// The 95 % interval, cut at the values that are possible.
  public let interval: ClosedRange<Double>?

  public init(_ value: Double, standardError: Double? = nil, limits: ClosedRange<Double> = -.infinity ... .infinity) {
    (self.value, self.standardError) = (value, standardError)
    interval = standardError.map { error in
      let low = min(max(value - Self.deviations * error, limits.lowerBound), value)
      return low...max(min(value + Self.deviations * error, limits.upperBound), value)
    }
  }

  /// Lower end of the 95 % interval.
  public var lower: Double? { interval?.lowerBound }
  /// Upper end of the 95 % interval.
  public var upper: Double? { interval?.upperBound }
}
