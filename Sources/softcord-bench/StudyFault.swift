import GroundTruth
import Morphometry
import Registration
import Volumes

/// One way in which a contrast may be wrong.
enum SimulatedFault: String, CaseIterable {
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
