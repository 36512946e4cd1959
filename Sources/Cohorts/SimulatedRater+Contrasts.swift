import GroundTruth
import Numerics
import Simulation

extension SimulatedRater {
  /// Area that raters draw beyond the truth, mm², for a cord of ``perimeter``.
  ///
  /// Calibrated to real masks of one person in several contrasts: T2w minus T1w 7.65 ± 2.88 mm², T2\*w minus T2w −5.5 mm². The other
  /// contrasts' offsets are not known; they are set so that the mean over the six is 0, because no method that sees masks alone can
  /// find a common error of all raters.
  public static let areaOffsets: [Contrast: Double] = [
    .t1w: -3.15, .t2w: 4.5, .t2star: -1.0, .mtOn: 0.5, .mtOff: -2.0, .dwi: 1.15,
  ]
  /// Of a cord as they draw it, mm.
  public static let perimeter = 31.3
  /// SD of one contrast's area offset between people, mm²: two contrasts differ by √2 of it, 2.88.
  private static let areaSD = 2.04

  /// Whoever draws one person's mask in a contrast.
  public init(of contrast: Contrast, generator: inout Generator) {
    let area = (Self.areaOffsets[contrast] ?? 0) + generator.normal(0, Self.areaSD)
    self.init(offset: area / Self.perimeter)
  }
}
