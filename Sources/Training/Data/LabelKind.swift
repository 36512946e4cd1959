import Numerics
import Simulation
import Volumes

/// What training takes for true: an axis of the paper's ablation.
public enum LabelKind: String, Sendable, Codable, CaseIterable {
  /// The occupancy as it is stored, or known of a simulated neck.
  case exact
  /// Each scan's own mask, cut at one half.
  case perContrastBinary
  /// The mean of the binary masks of all of a person's scans, over those that cover a place.
  case softMean
  /// The same, cut at one half.
  case binarizedMean

  /// The label of a drawn scan on the grid of its mask.
  ///
  /// - Parameters:
  ///   - mask: The scan's own.
  ///   - others: Masks of the person's other scans, which share the scan's world; read only when they are needed.
  func label(_ mask: Volume, others: () throws -> [Volume]) rethrows -> Volume {
    switch self {
    case .exact: mask
    case .perContrastBinary: mask.binarized(above: 0.5)
    case .softMean: Self.mean(of: try others(), and: mask)
    case .binarizedMean: Self.mean(of: try others(), and: mask).binarized(above: 0.5)
    }
  }

  /// The label of a simulated scan on the grid of its image.
  ///
  /// As in the paper, each contrast's mask is a binary one on its own voxels; here it is cut from the exact truth, and registered without error.
  func label(of neck: Neck, in acquisition: Acquisition, on grid: Grid, generator g: inout Generator) -> Volume {
    let own = neck.cordOccupancy(on: grid, seenBy: acquisition)
    guard self == .softMean || self == .binarizedMean else { return label(own) { [] } }
    let others = Contrast.named.compactMap { contrast -> Volume? in
      let other = Acquisition.standard(contrast, for: neck, generator: &g)
      return other.grid.part(over: grid).map { neck.cordOccupancy(on: $0, seenBy: acquisition) }
    }
    return label(own) { others }
  }

  private static func mean(of others: [Volume], and mask: Volume) -> Volume {
    var sum = mask.binarized(above: 0.5)
    var count = [Float](repeating: 1, count: sum.voxels.count)
    for other in others {
      let binary = other.binarized(above: 0.5).resampled(onto: mask.grid)
      let covered = Volume(repeating: 1, grid: other.grid).resampled(onto: mask.grid)
      for i in count.indices where covered.voxels[i] > 0.5 {
        sum.voxels[i] += binary.voxels[i]
        count[i] += 1
      }
    }
    for i in count.indices { sum.voxels[i] /= count[i] }
    return sum
  }
}

extension Grid {
  /// The smallest box of this grid's voxels that holds what both grids see; `nil` where that is nothing.
  fileprivate func part(over other: Grid) -> Grid? {
    let toVoxel = affine.inverse.after(other.affine)
    let far = SIMD3<Double>(other.shape) - 0.5
    let corners = (0..<8).map { i in
      toVoxel(SIMD3(i & 1 == 0 ? -0.5 : far.x, i & 2 == 0 ? -0.5 : far.y, i & 4 == 0 ? -0.5 : far.z))
    }
    let low = corners.reduce(corners[0]) { pointwiseMin($0, $1) }.rounded(.down)
    let high = corners.reduce(corners[0]) { pointwiseMax($0, $1) }.rounded(.up)
    let lower = pointwiseMax(SIMD3(Int(low.x), Int(low.y), Int(low.z)), .zero)
    let size = pointwiseMin(SIMD3(Int(high.x), Int(high.y), Int(high.z)), shape &- 1) &- lower &+ 1
    return size.min() > 0 ? box(lower: lower, shape: size) : nil
  }
}
