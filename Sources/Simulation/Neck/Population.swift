import Foundation
import Numerics

/// Size of the cord and of the dural canal in the population, by vertebral level.
///
/// C1–T3: joint distribution over 203 healthy adults of the Spine Generic multi-subject database (T2w 0.8 mm), as measured with
/// the Spinal Cord Toolbox. T4 to T12: means of a whole-spine data set of 58 people, with the deviations of T3. Spacing of the
/// levels along the cord: PAM50 template. The brainstem rows, the end of the cord and the lumbar sac are plain anatomy, not statistics.
enum Population {
  /// Names of vertebral levels 1, 2, ….
  static let levels = [
    "C1", "C2", "C3", "C4", "C5", "C6", "C7", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T11", "T12", "L1", "L2", "L3",
  ]
  /// How many of them, from C1, differ between people on their own; those below follow the last of these.
  static let varied = 15
  /// Distance between the discs above and below each vertebra along the cord, mm.
  static let heights = [22.5, 15.5, 18.5, 18, 16.5, 15.5, 17, 21.5, 22.5, 23, 23.5, 25, 25.5, 26, 26.5, 27, 27.5, 28.5, 30, 32, 33, 34]
  /// Places per level at which sizes are given.
  static let quarters = 4
  /// Levels of the joint distribution.
  private static let fitted = canalFilling.count
  /// Diameters of the medulla (RL, AP) and of the cisterns around it, mm, by s.
  static let medulla: [(s: Double, rl: Double, ap: Double, canalRL: Double, canalAP: Double)] = [
    (-24, 16.5, 12.5, 34, 27), (-14, 13.6, 10.4, 29, 22), (-5, 11.9, 9.2, 25, 18),
  ]
  /// The same of what lies above, by the distance from the pontomedullary junction: the pons ends where the medulla begins, within a few
  /// millimetres.
  static let aboveJunction: [(s: Double, rl: Double, ap: Double, canalRL: Double, canalAP: Double)] = [
    (-76, 34, 26, 46, 36), (-51, 32, 20, 46, 34), (-36, 29, 19, 44, 32), (-20, 32, 24, 43, 36), (-6, 30, 22, 42, 34),
    (-1, 23, 17, 40, 31), (2.5, 19, 14.5, 37, 29),
  ]
  /// s of the pontomedullary junction: the medulla is some 3 cm long.
  static let junction = (mean: -30.0, sd: 3.5, range: -40.0 ... -27.0)

  /// Mean diameters at four places of each level, mm.
  static let mean = Sizes(
    cordAP: extended(cordAPQuarters, lowerAP), cordRL: extended(cordRLQuarters, lowerRL),
    canalAP: extended(canalAPQuarters, [12.65, 12.65, 12.65, 12.65, 12.65, 12.7, 12.9, 13.4, 14, 14.8, 15, 14.6]),
    canalRL: extended(canalRLQuarters, [14.5, 14.4, 14.4, 14.4, 14.4, 14.4, 14.8, 15.6, 16.8, 18, 18.4, 18]))
  /// Where the cord ends, mm above (below 0) or below the middle of L1: mean and SD, as in dissections and MRI of adults, and how long the
  /// cone is that it ends in.
  static let tip = (mean: 0.0, sd: 14.0, cone: 32.0)

  /// Diameters at four places of each level, mm.
  struct Sizes: Sendable {
    var cordAP, cordRL, canalAP, canalRL: [Double]
  }

  /// Where along the levels, between discs, the sizes are given.
  static func places(discs: [Double]) -> [Double] {
    (0..<(discs.count - 1) * quarters).map { i -> Double in
      let (level, phase) = (i / quarters, (Double(i % quarters) + 0.5) / Double(quarters))
      return discs[level] + (discs[level + 1] - discs[level]) * phase
    }
  }

  /// Sizes of one person, drawn from the joint distribution of the levels' diameters.
  static func sizes(discs: [Double], generator g: inout Generator) -> Sizes {
    let common = loadings[0].map { _ in g.normal() }
    var logarithms: [Double] = []
    for (row, deviation) in zip(loadings, deviations) {
      var (shared, communality) = (0.0, 0.0)
      for (loading, factor) in zip(row, common) {
        shared += loading * factor
        communality += loading * loading
      }
      let own = max(0, 1 - communality).squareRoot() * g.normal()
      // The mean of the exponential is 1.
      logarithms.append(deviation * (shared + own) - deviation * deviation / 2)
    }
    let places = places(discs: discs)
    func scaled(_ mean: [Double], _ measure: Int) -> [Double] {
      let own = logarithms[measure * fitted..<(measure + 1) * fitted]
      let deviation = Spline(own.enumerated().map { ((discs[$0] + discs[$0 + 1]) / 2, $1) })
      return zip(mean, places).map { $0 * exp(deviation($1)) }
    }
    return Sizes(
      cordAP: scaled(mean.cordAP, 0), cordRL: scaled(mean.cordRL, 1), canalAP: scaled(mean.canalAP, 2),
      canalRL: scaled(mean.canalRL, 3))
  }

  /// Quarters of the upper levels, followed by level means of the lower ones, the last of which goes on.
  private static func extended(_ quarterly: [Double], _ lower: [Double]) -> [Double] {
    let rest = (0..<levels.count - fitted).map { lower[min($0, lower.count - 1)] }
    let line = Spline([(-0.125, quarterly.last!)] + rest.enumerated().map { (Double($0) + 0.5, $1) })
    return quarterly + (0..<rest.count * quarters).map { line((Double($0) + 0.5) / Double(quarters)) }
  }
}
