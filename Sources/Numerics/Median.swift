extension Collection<Double> {
  /// The middle value, or the mean of the two middle ones; not a number of none.
  public var median: Double {
    guard !isEmpty else { return .nan }
    let sorted = sorted()
    let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
    return low + 0.5 * (high - low)
  }
}
