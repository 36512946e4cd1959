/// Mean and spread of a measure over slices.
public struct Spread: Sendable, Hashable {
  /// The mean with its interval.
  public let estimate: Estimate
  /// Sample standard deviation between slices (n − 1); `nil` for a single value.
  public let standardDeviation: Double?
  public var mean: Double { estimate.value }

  /// - Parameter values: At least one.
  public init(of values: [Double]) {
    precondition(!values.isEmpty, "no values have no mean")
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.init(Estimate(mean), standardDeviation: values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil)
  }

  init(_ estimate: Estimate, standardDeviation: Double?) {
    (self.estimate, self.standardDeviation) = (estimate, standardDeviation)
  }
}

/// Measures of a piece of cord.
public struct Summary: Sendable, Hashable {
  /// Slice numbers that hold cord, ascending.
  public let slices: [Int]
  /// What was measured: means over slices, or sums where a measure adds up (``Metric/isAdditive``).
  public internal(set) var spreads: [Metric: Spread]
  /// Flags of any of the slices, and ``Flags/incomplete`` where slices that were asked for hold no cord.
  public internal(set) var flags: Flags

  /// A measure with its interval; `nil` where the method does not know it.
  public subscript(metric: Metric) -> Estimate? { spreads[metric]?.estimate }

  /// Area perpendicular to the cord, mm².
  public var area: Spread { spreads[.area]! }
  public var apDiameter: Spread { spreads[.apDiameter]! }
  public var rlDiameter: Spread { spreads[.rlDiameter]! }
  /// Length along the cord of the slices that hold it, mm.
  public var length: Double { spreads[.length]!.mean }
  /// Volume of the cord in these slices, mm³.
  public var volume: Double { spreads[.volume]!.mean }
}

extension CordMeasurements {
  /// Puts slices together.
  ///
  /// - Parameter weights: Slices with the part of each that counts, above 0 up to 1; slices outside the image, or without cord, make the
  ///   summary ``Flags/incomplete``.
  /// - Returns: `nil` when none of these slices holds cord.
  public func summary(over weights: [(slice: Int, weight: Double)]) -> Summary? {
    let asked = weights.filter { $0.weight > 0 }.sorted { $0.slice < $1.slice }
    let held = asked.filter { slices.indices.contains($0.slice) && slices[$0.slice].section != nil }
    guard !held.isEmpty else { return nil }
    var flags: Flags = held.count < asked.count ? .incomplete : []
    for (slice, _) in held { flags.formUnion(slices[slice].flags) }
    // The slices beside a gap are flagged; a row that only touches one has none within.
    let isAcross = held.count > 1 && slices[held.first!.slice...held.last!.slice].contains { $0.section == nil }
    if held.count > 1, !isAcross { flags.remove(.gap) }
    let sections = held.map { (section: slices[$0.slice].section!, weight: $0.weight) }
    var spreads: [Metric: Spread] = [:]
    for metric in Metric.allCases {
      let values = sections.compactMap { section, weight in
        // A mean over the cord is one over its length, of which steep slices hold more; SCT counts slices.
        let share = metric.isAdditive || method == .sct ? weight : weight * section.length
        return section[metric].map { (estimate: $0, weight: share, at: section.center) }
      }
      if values.count == sections.count { spreads[metric] = Correlation.spread(of: values, metric: metric, with: correlation) }
    }
    return Summary(slices: held.map(\.slice), spreads: spreads, flags: flags)
  }

  /// Puts whole slices together.
  ///
  /// - Parameter range: Slice numbers to take; `nil` takes all that hold cord.
  /// - Returns: `nil` when none of these slices holds cord.
  public func summary(over range: ClosedRange<Int>? = nil) -> Summary? {
    let wanted = range.map(Array.init) ?? slices.filter { $0.section != nil }.map(\.slice)
    return summary(over: wanted.map { ($0, 1) })
  }
}
