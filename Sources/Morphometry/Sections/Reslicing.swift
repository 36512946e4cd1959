import Volumes

/// A voxel in a plane perpendicular to the cord.
struct SectionPoint: Sendable {
  /// Rightwards and anterior of the centerline, mm.
  var place: SIMD2<Double>
  /// The part of the plane it stands for, mm².
  var share: Double
  /// The cord's share of the voxel.
  var occupancy: Double
  /// Cord in the plane, mm².
  var weight: Double { share * occupancy }
}

/// The cord cut by planes perpendicular to its centerline: oblique re-slicing that follows the cord.
///
/// Every voxel of a slice is carried along the curved cord onto the plane through the slice's point of the centerline, keeping its place
/// (right, anterior) across the cord. There it covers `pixel area × cosine`, with the cosine between the slice's normal and the
/// cord at the voxel's own foot on the curve. For a cord of constant cross-section, straight or bent, this is exact, whatever the tilt
/// and the slice thickness: the map from the slice to the plane along the cord's lines has just this determinant. Nothing is interpolated, so
/// partial volume counts as it is and slices stay independent of one another. A change of the cross-section along the cord within the slice's
/// own reach (diameter × tangent of the tilt) is averaged.
///
/// Interpolating the mask on the plane instead mixes slices that are shifted against each other; see `docs/morphometry.md` for what that costs.
struct Reslicing: Sendable {
  /// For each slice, counted from the feet, the plane through the centerline's point in that slice.
  let frames: [Frame]
  /// For each slice, what the plane holds.
  let points: [[SectionPoint]]

  init(_ levels: [[CordVoxel]], along centerline: Centerline) {
    let slicing = centerline.slicing
    frames = levels.indices.map { centerline.frame(atHeight: Double($0) * slicing.spacing) }
    points = levels.enumerated().map { level, voxels in
      voxels.map { voxel in
        let frame = centerline.frame(atHeight: centerline.foot(of: voxel.point, guess: Double(level) * slicing.spacing))
        return SectionPoint(place: frame.across(voxel.point), share: slicing.pixelArea * frame.cosine, occupancy: voxel.occupancy)
      }
    }
  }
}
