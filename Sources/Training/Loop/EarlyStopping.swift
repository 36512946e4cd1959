/// Watches a number that is to fall, and says when it no longer does.
struct EarlyStopping: Codable, Equatable {
  /// The lowest so far.
  private(set) var best: Double?
  /// How often the number was looked at since.
  private(set) var since = 0

  /// Takes in a new value.
  ///
  /// - Returns: Whether it is the best so far.
  mutating func take(_ value: Double) -> Bool {
    if value < best ?? .infinity {
      (best, since) = (value, 0)
      return true
    }
    since += 1
    return false
  }

  /// Whether it is time to stop; never without a patience.
  func isOver(patience: Int?) -> Bool { patience.map { since >= $0 } ?? false }
}
