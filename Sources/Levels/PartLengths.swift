import Foundation
import Simulation

/// How long the parts of the spine are along the cord: a prior.
///
/// Means are those of the simulated necks (PAM50). A person's parts are all longer or shorter by one factor, and each by one of its own.
struct PartLengths {
  /// Factors of a person, with their weights: a normal distribution of 8 %.
  static let scales: [(factor: Double, weight: Double)] = stride(from: -0.2, through: 0.21, by: 0.05).map {
    (exp($0), exp(-0.5 * ($0 / 0.08) * ($0 / 0.08)))
  }
  /// Standard deviation of the logarithm of a part's length, beside the person's factor.
  private static let deviation = 0.065
  /// The junction is defined less well.
  private static let junctionDeviation = 0.16

  /// First and last boundary: the junction, and the disc below the last vertebra that the simulated neck knows.
  static let boundaries = 0...Neck.meanLevelLengths.count + 1

  /// Mean length, mm.
  let mean: Double
  /// The longest, mm.
  let longest: Int
  /// By length in mm, from 0: the logarithm of its probability, and that of a part being at least as long.
  let density, survival: [Double]

  /// - Parameters:
  ///   - part: 0 is the medulla, n vertebra n.
  ///   - factor: The person's.
  init(part: Int, factor: Double) {
    mean = (part == 0 ? Neck.meanJunctionHeight : Neck.meanLevelLengths[part - 1]) * factor
    let deviation = part == 0 ? Self.junctionDeviation : Self.deviation
    longest = Int(mean * exp(4 * deviation)) + 1
    let mean = mean
    let densities = (0...longest).map { length -> Double in
      let z = log(Double(max(length, 1)) / mean) / deviation
      return length > 0 ? exp(-0.5 * z * z) / Double(length) : 0
    }
    let sum = densities.reduce(0, +)
    density = densities.map { log($0 / sum) }
    var left = sum
    survival = densities.map { density in
      defer { left -= density }
      return log(max(left / sum, 1e-12))
    }
  }

  /// The logarithm of how likely the strip begins within this part and sees this much of it.
  func begun(seen length: Int) -> Double { length <= longest ? survival[length] - log(mean) : -.infinity }

  /// The logarithm of how likely the part goes on below the strip.
  func goesOn(seen length: Int) -> Double { length <= longest ? survival[length] : -.infinity }

  /// The logarithm of how likely a strip lies within this part alone.
  func holds(_ length: Int) -> Double {
    guard length <= longest else { return -.infinity }
    return log(survival[length...].reduce(0) { $0 + exp($1) } / mean)
  }
}
