import Morphometry
import Numerics
import Volumes

/// Brings one scan's cord onto another's.
///
/// Gray levels near the cord tell the motion of the whole scan, above all its turn and its shift along the cord, which a mask cannot tell;
/// the masks then bring each slice's cord onto the fixed axis, across the cord.
public struct CordRegistration: Sendable {
  /// What is compared around the cord, mm: vertebrae and muscles tell more about the place along the cord than the cord does.
  static let radius = 28.0

  /// Share of a step in the masks that is taken for motion where gray levels are to decide.
  private static let maskTrust = 0.5

  /// Moving slices in the fixed world.
  public let alignment: Alignment
  /// Mutual information near the cord where the masks lie on each other, nats; `nil` without images.
  public let similarity: Double?
  /// Mean distance across the cord between where the gray levels put it and where the masks do, mm; `nil` without images.
  public let imageDistance: Double?
  /// How far each slice that holds cord lay from the slow drift of its neighbours, by slice number, mm.
  public let steps: [Int: Double]

  /// Registers a scan.
  ///
  /// - Parameters:
  ///   - slices: Of the moving mask; at least one.
  ///   - grid: Of the moving mask.
  ///   - moving: The moving image on that grid; `nil` leaves the motion to the masks.
  ///   - axis: Of the fixed mask.
  ///   - fixed: The fixed image.
  public init(slices: [MaskSlice], grid: Grid, moving: Volume?, axis: CordCourse, fixed: Volume?) {
    // First guess: the header's, but for the middle of the cord.
    let gaps = slices.map { slice in axis(axis.foot(of: slice.center)).center - slice.center }
    let middle = slices[slices.count / 2].center
    let byHeader = RigidMotion(pivot: middle)
    let byMask = RigidMotion(translation: SIMD3(gaps.map(\.x).medianOrZero, gaps.map(\.y).medianOrZero, 0), pivot: middle)
    var motion = byMask
    var comparison: MutualInformation?
    if let moving, let fixed {
      let centers = Dictionary(uniqueKeysWithValues: slices.map { ($0.slice, $0.center) })
      comparison = MutualInformation(moving: moving, fixed: fixed, centers: centers, radius: Self.radius)
    }
    if let comparison {
      let found = [byHeader, byMask].compactMap { RigidSearch.maximum(of: { comparison($0) }, from: $0) }
      if let best = found.max(by: { $0.similarity < $1.similarity }) { motion = best.motion }
    }
    let (shifts, steps) = SliceAlignment.shifts(of: slices, after: motion, onto: axis, grid: grid)
    self.steps = Dictionary(uniqueKeysWithValues: zip(slices.map(\.slice), steps.map(\.length)))
    // Without a common field of view gray levels tell nothing.
    guard let comparison, let similarity = comparison(motion.affine) else {
      (imageDistance, self.similarity) = (nil, nil)
      alignment = Alignment(motion: byMask, shifts: SliceAlignment.shifts(of: slices, after: byMask, onto: axis, grid: grid).shifts)
      return
    }
    self.similarity = similarity
    imageDistance = slices.map { shifts[$0.slice].length }.medianOrZero
    var single = shifts.map { _ in SIMD3<Double>.zero }
    if Slicing(of: grid).spacing >= SliceAlignment.singleSlice {
      let stations = slices.map { axis(axis.foot(of: motion.affine($0.center))) }
      let directions = Dictionary(uniqueKeysWithValues: zip(slices, stations).map { ($0.slice, ($1.right, $1.front)) })
      let prior = Dictionary(
        uniqueKeysWithValues: zip(slices.map(\.slice), steps.map { (mean: $0 * Self.maskTrust, sd: SliceAlignment.centerNoise) }))
      for (slice, step) in comparison.steps(after: motion.affine, directions: directions, prior: prior) {
        single[slice] = directions[slice]!.0 * step.x + directions[slice]!.1 * step.y
      }
    }
    alignment = Alignment(motion: motion, shifts: single)
  }
}
