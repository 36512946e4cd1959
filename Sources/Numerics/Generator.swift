import Foundation

/// A seeded stream of random numbers (xoshiro256++): the same seed gives the same numbers everywhere.
public struct Generator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// The stream of a seed.
  public init(seed: UInt64) { self.init(seed: seed, stream: []) }

  /// A stream of its own for each thing drawn from one seed, so that drawing more of one does not change the others.
  ///
  /// - Parameter stream: Names the stream, e.g. the slice number.
  public init(seed: UInt64, stream: UInt64...) { self.init(seed: seed, stream: stream) }

  private init(seed: UInt64, stream: [UInt64]) {
    // SplitMix64 spreads any seed, even 0, over the whole state, as the authors of xoshiro recommend.
    var mix = seed
    func next() -> UInt64 {
      mix &+= 0x9E37_79B9_7F4A_7C15
      var z = mix
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    for part in stream { mix = next() ^ part }
    state = (next(), next(), next(), next())
  }

  /// The next 64 random bits.
  public mutating func next() -> UInt64 {
    let sum = state.0 &+ state.3
    let result = ((sum << 23) | (sum >> 41)) &+ state.0
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = (state.3 << 45) | (state.3 >> 19)
    return result
  }

  /// A number from [low, high), each as likely.
  public mutating func uniform(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * Double(next() >> 11) * 0x1p-53
  }

  /// A number from a normal distribution.
  public mutating func normal(_ mean: Double = 0, _ sd: Double = 1) -> Double {
    // Box–Muller; 1 − u keeps the logarithm finite.
    let radius = (-2 * log(1 - uniform(0, 1))).squareRoot()
    return mean + sd * radius * cos(2 * .pi * uniform(0, 1))
  }

  /// True with the given probability.
  public mutating func chance(_ probability: Double) -> Bool { uniform(0, 1) < probability }

  /// Two independent standard normal numbers, in the precision of an image.
  @inlinable public mutating func normalPair() -> (Float, Float) {
    let bits = next()
    let u = (Float(bits >> 40) + 0.5) * 0x1p-24
    let angle = Float(bits & 0xFF_FFFF) * (0x1p-24 * 2 * .pi)
    let radius = (-2 * logf(u)).squareRoot()
    return (radius * cosf(angle), radius * sinf(angle))
  }
}
