import Foundation
import Morphometry
import Registration
import Volumes

/// The soft ground truth as published: binary masks shifted slice by slice onto the reference mask, averaged where they cover it.
///
/// Source: Bédard et al. 2025, doi:10.1016/j.media.2025.103473, and its `process_data.sh`.
public struct PaperRecipe: Sendable {
  /// How many slices of the reference grid are cut from each end of a warped mask.
  public enum Trim: String, Sendable, CaseIterable {
    /// Eight for T2\*w and DWI, ten for MTS, none for T1w, as documented.
    case described
    /// Ten for all but T1w: what the published script did.
    case asRun = "as-run"

    func slices(of contrast: String) -> Int {
      if contrast.contains("T1w") || contrast.contains("T2w") { return 0 }
      return self == .described && (contrast.contains("T2star") || contrast.contains("dwi")) ? 8 : 10
    }
  }

  /// What lies outside all coverage, 0 over 0.
  public enum Gaps: String, Sendable, CaseIterable {
    /// Counts as no cord.
    case cleaned
    /// Stays not a number and takes the voxels beside it along on the way back: what the published script did.
    case asRun = "as-run"
  }

  public var trim = Trim.described
  public var gaps = Gaps.cleaned

  public init(trim: Trim = .described, gaps: Gaps = .cleaned) { (self.trim, self.gaps) = (trim, gaps) }

  /// A contrast's mask and coverage in the reference's grid, and the shift of each slice there.
  struct Warped {
    var mask, coverage: Volume
    /// From the reference to the contrast, world mm, by slice of the reference grid.
    var shifts: [SIMD3<Double>]
  }

  /// Makes the soft masks of one person.
  ///
  /// - Parameters:
  ///   - scans: Contrasts with masks that are not empty.
  ///   - reference: Index of the one that the others are brought to.
  /// - Returns: One for each scan, in the same order.
  public func callAsFunction(_ scans: [ContrastScan], reference: Int) -> [SoftTruth] {
    // Slices are counted from the feet here, whatever the file's order.
    let masks = scans.map { $0.mask.reoriented(to: .ras) }
    let fixed = masks[reference]
    let warped = scans.indices.map { c in
      c == reference
        ? Warped(mask: fixed, coverage: Self.coverage(of: fixed), shifts: [SIMD3<Double>](repeating: .zero, count: fixed.grid.shape.z))
        : warp(masks[c], name: scans[c].name, onto: fixed)
    }
    var soft = Volume(repeating: 0, grid: fixed.grid)
    for i in soft.voxels.indices {
      let (sum, count) = warped.reduce((Float(0), Float(0))) { ($0.0 + $1.mask.voxels[i], $0.1 + $1.coverage.voxels[i]) }
      soft.voxels[i] = count > 0 ? sum / count : gaps == .cleaned ? 0 : .nan
    }
    return scans.indices.map { c in
      let own = Self.coverage(of: masks[c])
      var back = c == reference ? soft : Self.sample(soft, onto: own.grid) { _, place in Self.slide(place, warped[c].shifts, fixed.grid) }
      for i in back.voxels.indices {
        let value = back.voxels[i] * own.voxels[i]
        back.voxels[i] = value.isNaN ? 0 : min(max(value, 0), 1)
      }
      let orientation = scans[c].mask.grid.orientation
      return SoftTruth(
        name: scans[c].name, soft: Volume(voxels: back.reoriented(to: orientation).voxels, grid: scans[c].mask.grid),
        coverage: Volume(voxels: own.reoriented(to: orientation).voxels, grid: scans[c].mask.grid),
        alignment: Self.alignment(of: scans[c].mask, shifts: warped[c].shifts, fixed: fixed.grid))
    }
  }

  /// 1 in slices that hold cord, 0 elsewhere.
  static func coverage(of mask: Volume) -> Volume {
    var coverage = Volume(repeating: 0, grid: mask.grid)
    let plane = mask.grid.shape.x * mask.grid.shape.y
    for z in 0..<mask.grid.shape.z where mask.voxels[z * plane..<(z + 1) * plane].contains(where: { $0 > 0 }) {
      for i in z * plane..<(z + 1) * plane { coverage.voxels[i] = 1 }
    }
    return coverage
  }

  private func warp(_ mask: Volume, name: String, onto fixed: Volume) -> Warped {
    let grid = fixed.grid
    let seen = Self.sample(Self.padded(mask), onto: grid) { $1 }
    let (own, other) = (Self.centers(of: seen), Self.centers(of: fixed))
    let shifts = zip(own, other).map { own, other -> SIMD3<Double> in
      guard let own, let other else { return .zero }
      return grid.affine.linear(SIMD3(own.x - other.x, own.y - other.y, 0))
    }
    func onto(_ volume: Volume) -> Volume { Self.sample(volume, onto: grid) { slice, place in place + shifts[slice] } }
    var warped = Warped(mask: onto(mask), coverage: onto(Self.coverage(of: mask)), shifts: shifts)
    let plane = grid.shape.x * grid.shape.y
    let held = (0..<grid.shape.z).filter { z in warped.mask.voxels[z * plane..<(z + 1) * plane].contains { $0 > 0 } }
    let cut = trim.slices(of: name)
    if let first = held.first, let last = held.last {
      for z in 0..<grid.shape.z where z < first + cut || z > last - cut {
        for i in z * plane..<(z + 1) * plane { (warped.mask.voxels[i], warped.coverage.voxels[i]) = (0, 0) }
      }
    }
    return warped
  }

  /// The mask with its outermost slices repeated once.
  static func padded(_ mask: Volume) -> Volume {
    let shape = mask.grid.shape
    var result = mask.box(lower: [0, 0, -1], shape: [shape.x, shape.y, shape.z + 2])
    let plane = shape.x * shape.y
    let held = (0..<shape.z).filter { z in mask.voxels[z * plane..<(z + 1) * plane].contains { $0 > 1e-6 } }
    guard let first = held.first, let last = held.last else { return result }
    for (source, target) in [(first, first), (last, last + 2)] {
      result.voxels.replaceSubrange(target * plane..<(target + 1) * plane, with: mask.voxels[source * plane..<(source + 1) * plane])
    }
    return result
  }

  /// Center of mass of the rounded mask in each slice, voxels.
  private static func centers(of mask: Volume) -> [SIMD2<Double>?] {
    var sums = [(SIMD2<Double>, Double)](repeating: (.zero, 0), count: mask.grid.shape.z)
    mask.forEachVoxel { index, value in
      guard value.rounded() > 0 else { return }
      sums[index.z].0 += SIMD2(Double(index.x), Double(index.y))
      sums[index.z].1 += 1
    }
    return sums.map { $1 > 0 ? $0 / $1 : nil }
  }

  /// Reads at single points by linear interpolation, as the published warps do: nothing is averaged over a voxel.
  private static func sample(_ volume: Volume, onto grid: Grid, _ move: (Int, SIMD3<Double>) -> SIMD3<Double>) -> Volume {
    let toIndex = volume.grid.affine.inverse
    var result = Volume(repeating: 0, grid: grid)
    for z in 0..<grid.shape.z {
      for y in 0..<grid.shape.y {
        for x in 0..<grid.shape.x {
          let place = move(z, grid.world(SIMD3(Double(x), Double(y), Double(z))))
          result[x, y, z] = volume.interpolated(at: toIndex(place))
        }
      }
    }
    return result
  }

  /// Undoes the shift of the reference slice that a point of the contrast came from.
  private static func slide(_ place: SIMD3<Double>, _ shifts: [SIMD3<Double>], _ fixed: Grid) -> SIMD3<Double> {
    let toIndex = fixed.affine.inverse
    let height = min(max(toIndex(place).z, 0), Double(shifts.count - 1))
    let below = min(Int(height), max(shifts.count - 2, 0))
    let share = height - Double(below)
    return place - (shifts[below] * (1 - share) + shifts[min(below + 1, shifts.count - 1)] * share)
  }

  private static func alignment(of mask: Volume, shifts: [SIMD3<Double>], fixed: Grid) -> Alignment {
    let slicing = Slicing(of: mask.grid)
    var all = [SIMD3<Double>](repeating: .zero, count: slicing.count)
    for slice in MaskSlice.all(of: mask) { all[slice.slice] = slide(slice.center, shifts, fixed) - slice.center }
    return Alignment(motion: RigidMotion(), shifts: all)
  }
}
