import Cohorts
import Foundation
import GroundTruth
import Morphometry
import NIfTI
import Numerics
import Registration
import Simulation
import Volumes

/// A simulated person in six contrasts: images, what raters drew, and the truth.
struct StudyPerson {
  /// Side of the field of view that is simulated, mm: registration looks no farther than 28 mm from the cord.
  static let side = 84.0

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
      acquisition.grid = acquisition.grid.cropped(around: neck, side: Self.side)
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
      let mask = SimulatedRater(of: contrast, generator: &hand).mask(of: volumes[1], generator: &hand)
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
}
