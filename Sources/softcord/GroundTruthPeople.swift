import Cohorts
import Foundation
import GroundTruth
import Morphometry
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

  init(seed: UInt64, subject: Int) {
    var generator = Generator(seed: seed, stream: UInt64(subject))
    neck = Neck(generator: &generator, pathology: .none)
    let contrasts = Contrast.named
    var (allAcquisitions, allTruths, allScans): ([Acquisition], [Volume], [ContrastScan]) = ([], [], [])
    for (index, contrast) in contrasts.enumerated() {
      var own = Generator(seed: seed, stream: UInt64(subject), UInt64(index))
      var acquisition = Acquisition.standard(contrast, for: neck, generator: &own)
      acquisition.grid = acquisition.grid.cropped(around: neck, side: Self.side)
      let scan = acquire(neck, acquisition)
      var rater = SimulatedRater(neck: neck, generator: Generator(seed: seed, stream: UInt64(subject), UInt64(index), 1))
      let mask = rater.mask(of: scan.cord, acquisition)
      allAcquisitions.append(acquisition)
      allTruths.append(scan.cord)
      allScans.append(ContrastScan(name: contrast.rawValue, image: scan.image, mask: mask))
    }
    (acquisitions, truths, scans) = (allAcquisitions, allTruths, allScans)
  }

  private init(_ person: StudyPerson, scans: [ContrastScan]) {
    (neck, acquisitions, truths, self.scans) = (person.neck, person.acquisitions, person.truths, scans)
  }

  var withoutImages: StudyPerson { StudyPerson(self, scans: scans.map { ContrastScan(name: $0.name, image: nil, mask: $0.mask) }) }

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

/// One way in which a contrast may be wrong.
enum Spoilt: String, CaseIterable {
  case swapped = "swapped person"
  case jump = "6 mm jump"
  case empty
  case half = "half field of view"

  /// The spoilt scan.
  ///
  /// - Parameter other: The same contrast of another person.
  func callAsFunction(_ scan: ContrastScan, other: ContrastScan) -> ContrastScan {
    var mask = scan.mask
    let slicing = Slicing(of: mask.grid)
    let held = MaskSlice.all(of: mask).map(\.slice)
    switch self {
    case .swapped: return other
    case .empty: return ContrastScan(name: scan.name, image: scan.image, mask: mask.map { _ in 0 })
    case .half:
      // The lower half was never drawn.
      let middle = held[held.count / 2]
      let upper = slicing.descends ? held.first!...middle : middle...held.last!
      scan.mask.forEachVoxel { index, _ in if !upper.contains(index[slicing.axis]) { mask[index.x, index.y, index.z] = 0 } }
    case .jump:
      // A fifth of the slices lies 6 mm to the side.
      let middle = held[held.count / 2]
      let reach = max(1, held.count / 10)
      let sideways = mask.grid.orientation.axes.firstIndex { $0.axis == 0 }!
      let step = Int((6 / mask.grid.spacing[sideways]).rounded())
      scan.mask.forEachVoxel { index, _ in if abs(index[slicing.axis] - middle) <= reach { mask[index.x, index.y, index.z] = 0 } }
      scan.mask.forEachVoxel { index, value in
        var moved = index
        moved[sideways] += step
        guard abs(index[slicing.axis] - middle) <= reach, moved[sideways] < mask.grid.shape[sideways] else { return }
        mask[moved.x, moved.y, moved.z] = value
      }
    }
    return ContrastScan(name: scan.name, image: scan.image, mask: mask)
  }
}
