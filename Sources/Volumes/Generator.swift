import Foundation

/// Reproducible random numbers: the same seed gives the same numbers on every machine.
///
/// Source: SplitMix64 (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195).
public struct Generator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// - Parameters:
  ///   - seed: Of a run.
  ///   - stream: Which part of it (epoch, index, …): each gets numbers of its own, whatever the others drew.
  public init(seed: UInt64, stream: UInt64...) {
    state = seed
    for number in stream { state = next() ^ (number &* 0x9E37_79B9_7F4A_7C15) }
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in [lower, upper).
  public mutating func uniform(_ lower: Double, _ upper: Double) -> Double {
    lower + (upper - lower) * Double(next() >> 11) * 0x1p-53
  }

  /// A normally distributed number (Box and Muller).
  public mutating func normal(mean: Double = 0, sd: Double = 1) -> Double {
    let radius = (-2 * log(1 - uniform(0, 1))).squareRoot()
    return mean + sd * radius * cos(2 * .pi * uniform(0, 1))
  }

  /// True in a fraction of cases.
  public mutating func chance(_ probability: Double) -> Bool { uniform(0, 1) < probability }
}
