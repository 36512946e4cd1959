/// Mean and spread of a measure over slices.
public struct Spread: Sendable, Hashable {
  public let mean: Double
  /// Sample standard deviation (n − 1); `nil` for a single value.
  public let standardDeviation: Double?

  /// - Parameter values: At least one.
  public init(of values: [Double]) {
    precondition(!values.isEmpty, "no values have no mean")
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    (self.mean, standardDeviation) = (mean, values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil)
  }
}

/// Measures of a piece of cord.
public struct Summary: Sendable, Hashable {
  /// Number of slices that hold cord.
  public let slices: Int
  /// Area perpendicular to the cord, mm²; each slice counts the same.
  public let area: Spread
  /// Diameter towards anterior-posterior, mm.
  public let apDiameter: Spread
  /// Diameter towards right-left, mm.
  public let rlDiameter: Spread
  /// Length along the cord of the slices that hold it, mm.
  public let length: Double
  /// Volume of the cord in these slices, mm³: the summed occupancy times the voxel volume.
  public let volume: Double
}

extension Sequence<SliceMeasurement> {
  /// Puts slices together.
  ///
  /// - Parameter range: Slice numbers to take; `nil` takes all.
  /// - Returns: `nil` when none of these slices holds cord.
  public func summary(over range: ClosedRange<Int>? = nil) -> Summary? {
    let sections = filter { range?.contains($0.slice) ?? true }.compactMap(\.section)
    guard !sections.isEmpty else { return nil }
    return Summary(
      slices: sections.count, area: Spread(of: sections.map(\.area)), apDiameter: Spread(of: sections.map(\.apDiameter)),
      rlDiameter: Spread(of: sections.map(\.rlDiameter)), length: sections.reduce(0) { $0 + $1.length },
      volume: sections.reduce(0) { $0 + $1.area * $1.length })
  }
}
