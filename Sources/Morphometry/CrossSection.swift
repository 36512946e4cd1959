import Foundation
import Volumes

/// The cord cut across, in one slice.
public struct CrossSection: Sendable, Hashable {
  /// Area perpendicular to the cord, mm².
  ///
  /// The summed occupancy times the pixel area is the area of the slice's cut through the cord, averaged over the slice's
  /// thickness. A plane cuts a straight cylinder in its cross-section stretched by 1/cos of the angle between the plane's
  /// normal and the axis, so times that cosine the area is exact, whatever the shape, the tilt and the thickness. Neglected are
  /// the cord's taper and bend within the cut: a bend of radius R adds some (diameter · tan(angle) / 4R)², below 0.1 % in a neck.
  public let area: Double
  /// Diameter towards anterior-posterior, mm: the axis of the ellipse with the second moments of the cross-section.
  ///
  /// The voxels of the slice are moved along the cord onto the plane perpendicular to it. Shares of voxels are the cord
  /// blurred by a voxel, and a box of size h blurs with variance h²/12 along each of its axes: this is taken off. In a binary
  /// mask voxel centers are samples of the cord itself and nothing is taken off.
  public let apDiameter: Double
  /// Diameter towards right-left, mm; as ``apDiameter``.
  public let rlDiameter: Double
  /// Angle between the slice's normal and the cord in the sagittal plane, radians; positive when the cord leans anteriorly
  /// on its way to the head.
  public let apAngle: Double
  /// The same in the coronal plane; positive when the cord leans to the right.
  public let rlAngle: Double
  /// Where the centerline crosses the slice, RAS+ world mm.
  public let center: SIMD3<Double>
  /// Length of the cord within the slice, along the cord, mm.
  public let length: Double
  /// Whether the cord touches a side of the image here, so that area and diameters miss a part.
  public let isCutAtSide: Bool
}

extension CrossSection {
  /// Measures the voxels of one slice; `nil` when there are none.
  init?(_ voxels: [CordVoxel], slice: Int, centerline: Centerline, grid: Grid, isBinary: Bool) {
    guard !voxels.isEmpty else { return nil }
    let slicing = centerline.slicing
    let tangent = centerline.tangent(atSlice: Double(slice))
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
    (rlDiameter, apDiameter) = rr >= aa ? (large, small) : (small, large)

    area = weight * slicing.pixelArea * cosine
    length = slicing.spacing / cosine
    apAngle = atan2(tangent.dot(slicing.anterior), cosine)
    rlAngle = atan2(tangent.dot(slicing.right), cosine)
    isCutAtSide = voxels.contains(where: \.isAtSide)
  }
}
