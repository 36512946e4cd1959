import Statistics
import Volumes

/// How far the surfaces of two masks are apart.
///
/// A surface is the set of voxels above 0.5 that share a face with one that is not, or with the outside of the image. Distances go between
/// centers of such voxels, mm.
///
/// Source: definitions of MONAI's `compute_average_surface_distance(symmetric=True)` and `compute_hausdorff_distance(percentile=95)`; the
/// directed means are medpy's `asd`.
public struct SurfaceDistances: Sendable, Hashable {
  /// Mean over the surface voxels of both masks.
  public let average: Double
  /// The larger of both directed 95th percentiles.
  public let percentile95: Double
  /// Largest distance: Hausdorff's.
  public let maximum: Double
  /// Mean distance of the prediction's surface from the reference's, and the other way.
  public let toReference, toPrediction: Double

  /// - Throws: ``NotComputable`` where a mask has no voxel above 0.5.
  public init(of prediction: Volume, from reference: Volume) throws(NotComputable) {
    precondition(prediction.grid.shape == reference.grid.shape, "masks are compared voxel by voxel")
    guard let box = Self.box(around: [prediction, reference]) else { throw NotComputable("no voxel of either mask is above 0.5") }
    let first = Self.surface(of: prediction, in: box)
    let second = Self.surface(of: reference, in: box)
    guard first.contains(true) else { throw NotComputable("no voxel of the prediction is above 0.5") }
    guard second.contains(true) else { throw NotComputable("no voxel of the reference is above 0.5") }
    let spacing = reference.grid.spacing
    func directed(_ surface: [Bool], to other: [Bool]) -> [Double] {
      let map = DistanceMap(to: other, shape: box.shape, spacing: spacing).distances
      return surface.indices.filter { surface[$0] }.map { map[$0] }
    }
    let (there, back) = (directed(first, to: second), directed(second, to: first))
    average = (there + back).mean
    percentile95 = max(there.quantile(0.95), back.quantile(0.95))
    maximum = max(there.max() ?? 0, back.max() ?? 0)
    (toReference, toPrediction) = (there.mean, back.mean)
  }

  /// The smallest box that holds both masks.
  private static func box(around masks: [Volume]) -> (lower: SIMD3<Int>, shape: SIMD3<Int>)? {
    let shape = masks[0].grid.shape
    var (lower, upper) = (shape, SIMD3<Int>(repeating: -1))
    for mask in masks {
      for offset in mask.voxels.indices where mask.voxels[offset] > 0.5 {
        let index = SIMD3(offset % shape.x, offset / shape.x % shape.y, offset / (shape.x * shape.y))
        (lower, upper) = (pointwiseMin(lower, index), pointwiseMax(upper, index))
      }
    }
    return upper.x < 0 ? nil : (lower, upper &- lower &+ 1)
  }

  private static func surface(of mask: Volume, in box: (lower: SIMD3<Int>, shape: SIMD3<Int>)) -> [Bool] {
    // One voxel of margin, so that every neighbour of the box can be asked; outside the image it is empty.
    let wide = mask.box(lower: box.lower &- 1, shape: box.shape &+ 2)
    let strides = [1, wide.grid.shape.x, wide.grid.shape.x * wide.grid.shape.y]
    var result: [Bool] = []
    result.reserveCapacity(box.shape.x * box.shape.y * box.shape.z)
    wide.voxels.withUnsafeBufferPointer { voxels in
      for z in 1...box.shape.z {
        for y in 1...box.shape.y {
          for x in 1...box.shape.x {
            let offset = x + y * strides[1] + z * strides[2]
            let isInside = voxels[offset] > 0.5
            result.append(isInside && strides.contains { voxels[offset - $0] <= 0.5 || voxels[offset + $0] <= 0.5 })
          }
        }
      }
    }
    return result
  }
}
