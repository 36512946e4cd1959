import Morphometry
import Volumes

/// One slice of a mask of the cord.
public struct MaskSlice: Sendable {
  /// Slice number in the mask's own grid, along its axis closest to superior-inferior.
  public let slice: Int
  /// Center of mass, world mm.
  public let center: SIMD3<Double>
  /// Summed occupancy times the pixel's area, mm².
  public let area: Double

  /// Share of the area further in below which an outermost slice counts as cut off.
  private static let leastArea = 0.75
  /// How far further in, mm.
  private static let inwards = 4.0

  /// The slices without the outermost ones where the mask ends in mid-slice, so that their centers lie beside the cord's.
  public static func whole(of mask: Volume) -> [MaskSlice] {
    var slices = all(of: mask)
    let step = max(1, Int((inwards / Slicing(of: mask.grid).spacing).rounded()))
    while slices.count > step, slices[0].area < leastArea * slices[step].area { slices.removeFirst() }
    while slices.count > step, slices.last!.area < leastArea * slices[slices.count - 1 - step].area { slices.removeLast() }
    return slices
  }

  /// The slices of a mask that hold anything.
  ///
  /// - Parameter mask: Occupancy, any orientation; values that are no numbers or not above 0 are background.
  public static func all(of mask: Volume) -> [MaskSlice] {
    let slicing = Slicing(of: mask.grid)
    var sums = [(index: SIMD3<Double>, weight: Double)](repeating: (.zero, 0), count: slicing.count)
    mask.forEachVoxel { index, value in
      sums[index[slicing.axis]].index += Double(value) * SIMD3<Double>(index)
      sums[index[slicing.axis]].weight += Double(value)
    }
    return sums.indices.filter { sums[$0].weight > 0 }.map { slice in
      let (index, weight) = sums[slice]
      return MaskSlice(slice: slice, center: mask.grid.world(index / weight), area: weight * slicing.pixelArea)
    }
  }
}

extension Volume {
  /// Calls `body` with the index and value of every voxel above 0.
  @inlinable public func forEachVoxel(_ body: (SIMD3<Int>, Float) -> Void) {
    let (width, height) = (grid.shape.x, grid.shape.y)
    voxels.withUnsafeBufferPointer { voxels in
      for offset in voxels.indices where voxels[offset] > 0 {
        body(SIMD3(offset % width, offset / width % height, offset / (width * height)), voxels[offset])
      }
    }
  }
}
