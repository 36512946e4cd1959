import Foundation
import GroundTruth
import Morphometry
import NIfTI
import Registration
import Simulation
import Volumes

/// A simulated person in six contrasts: images, what raters drew, and the truth.
struct StudyPerson {
  /// Side of the field of view that is simulated, mm: registration looks no farther than 28 mm from the cord.
  static let side = 84.0
  /// Area that raters draw beyond the truth, mm², for a cord of ``perimeter``.
  ///
  /// Calibrated to real masks of one person in several contrasts: T2w minus T1w 7.65 ± 2.88 mm², T2\*w minus T2w −5.5 mm². The other
  /// contrasts' offsets are not known; they are set so that the mean over the six is 0, because no method can find a common error of all
  /// raters.
  static let areaOffsets: [Contrast: Double] = [
    .t1w: -3.15, .t2w: 4.5, .t2star: -1.0, .mtOn: 0.5, .mtOff: -2.0, .dwi: 1.15,
  ]
  static let perimeter = 31.3
  /// SD of one contrast's area offset between people, mm²: two contrasts differ by √2 of it, 2.88.
  static let areaSD = 2.04

  let neck: Neck
  let acquisitions: [Acquisition]
  let truths: [Volume]
  let scans: [ContrastScan]

  /// - Parameter folder: Where scans are kept: simulating them takes longer than all that follows.
  init(seed: UInt64, subject: Int, keptIn folder: String) throws {
    var generator = Generator(seed: seed, stream: UInt64(subject))
    neck = Neck(generator: &generator, pathology: .none)
    let contrasts = Contrast.named
    var (allAcquisitions, allTruths, allScans): ([Acquisition], [Volume], [ContrastScan]) = ([], [], [])
    for (index, contrast) in contrasts.enumerated() {
      var own = Generator(seed: seed, stream: UInt64(subject), UInt64(index))
      var acquisition = Acquisition.standard(contrast, for: neck, generator: &own)
      acquisition.grid = Self.cropped(acquisition.grid, around: neck)
      let stem = String(format: "%@/seed-%llu_sub-%03d_%@", folder, seed, subject, contrast.rawValue)
      let paths = ["image", "cord"].map { "\(stem)_\($0).nii.gz" }
      // The truth is written last: where it is, the image is.
      if !FileManager.default.fileExists(atPath: paths[1]) {
        let scan = acquire(neck, acquisition)
        for (volume, path) in zip([scan.image, scan.cord], paths) { try NIfTI.write(volume, to: path, as: .float32) }
      }
      // Files hold positions as single-precision numbers: read back, so that a kept person is the same as a new one.
      let volumes = try paths.map { try NIfTI.read($0).volume }
      var hand = Generator(seed: seed, stream: UInt64(subject), UInt64(index), 1)
      let area = (Self.areaOffsets[contrast] ?? 0) + hand.normal(0, Self.areaSD)
      let mask = SimulatedRater(offset: area / Self.perimeter).mask(of: volumes[1], generator: &hand)
      allAcquisitions.append(acquisition)
      allTruths.append(volumes[1])
      allScans.append(ContrastScan(name: contrast.rawValue, image: volumes[0], mask: mask))
    }
    (acquisitions, truths, scans) = (allAcquisitions, allTruths, allScans)
  }

  /// Slices of each contrast that are judged: those that its rater drew, in the reference's field of view, but for the last two of each
  /// end, which the paper's recipe trims.
  var judged: [String: Set<Int>] {
    let heights = MaskSlice.whole(of: truths[Contrast.named.firstIndex(of: .t2w)!]).map(\.center.z)
    return Dictionary(
      uniqueKeysWithValues: scans.map { scan in
        let inside = MaskSlice.whole(of: scan.mask).filter { $0.center.z > heights.min()! + 3 && $0.center.z < heights.max()! - 3 }
        return (scan.name, Set(inside.map(\.slice).dropFirst(2).dropLast(2)))
      })
  }

  /// The slices as they are, only the plane made smaller.
  private static func cropped(_ grid: Grid, around neck: Neck) -> Grid {
    let cord = neck.centerline(spacing: 5).map(grid.affine.inverse.callAsFunction).filter { index in
      (0..<3).allSatisfy { index[$0] > 0 && index[$0] < Double(grid.shape[$0] - 1) }
    }
    guard !cord.isEmpty else { return grid }
    let vertical = grid.orientation.axes.firstIndex { $0.axis == 2 }!
    var (lower, shape) = (SIMD3<Int>(repeating: 0), grid.shape)
    for axis in 0..<3 where axis != vertical {
      let places = cord.map { $0[axis] }
      let margin = (side / 2 - 10) / grid.spacing[axis]
      lower[axis] = max(0, Int(places.min()! - margin))
      shape[axis] = min(grid.shape[axis] - 1, Int(places.max()! + margin)) - lower[axis] + 1
    }
    return grid.box(lower: lower, shape: shape)
  }
}
