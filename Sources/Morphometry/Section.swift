import Foundation
import Volumes

extension CrossSection {
  /// Measures the voxels of one slice; `nil` when there are none.
  init?(_ voxels: [CordVoxel], slice: Int, centerline: Centerline, grid: Grid, isBinary: Bool) {
    guard !voxels.isEmpty else { return nil }
    tangent = centerline.tangent(atSlice: Double(slice))
    let slicing = centerline.slicing
    let cosine = tangent.dot(slicing.normal)
    center = centerline.position(atSlice: Double(slice))

    // Axes across the cord, as near right and anterior as can be.
    let right = (slicing.right - slicing.right.dot(tangent) * tangent).normalized
    let across = tangent.cross(right)
    let anterior = across * (across.dot(slicing.anterior) < 0 ? -1 : 1)
    var (weight, sumR, sumA, sumRR, sumAA, sumRA) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for voxel in voxels {
      let offset = voxel.point - center
      let (r, a, w) = (offset.dot(right), offset.dot(anterior), voxel.occupancy)
      weight += w
      sumR += w * r
      sumA += w * a
      sumRR += w * r * r
      sumAA += w * a * a
      sumRA += w * r * a
    }
    let (meanR, meanA) = (sumR / weight, sumA / weight)
    var (rr, aa, ra) = (sumRR / weight - meanR * meanR, sumAA / weight - meanA * meanA, sumRA / weight - meanR * meanA)
    if !isBinary {
      for step in [grid.affine.x, grid.affine.y, grid.affine.z] {
        let (r, a) = (step.dot(right), step.dot(anterior))
        rr -= r * r / 12
        aa -= a * a / 12
        ra -= r * a / 12
      }
    }
    // Of the two principal axes, the one nearer to right-left belongs to the larger diagonal element.
    let (middle, half) = ((rr + aa) / 2, hypot((rr - aa) / 2, ra))
    let (large, small) = (4 * max(middle + half, 0).squareRoot(), 4 * max(middle - half, 0).squareRoot())
    estimates = [
      .area: Estimate(weight * slicing.pixelArea * cosine), .length: Estimate(slicing.spacing / cosine),
      .volume: Estimate(weight * slicing.pixelArea * slicing.spacing), .apDiameter: Estimate(rr >= aa ? small : large),
      .rlDiameter: Estimate(rr >= aa ? large : small), .apAngle: Estimate(atan2(tangent.dot(slicing.anterior), cosine)),
      .rlAngle: Estimate(atan2(tangent.dot(slicing.right), cosine)),
    ]
  }
}
