import Volumes

/// Along which of the image's axes the cord runs, as its own shape tells.
///
/// A header may call the wrong axis superior-inferior: an identity affine on a sagittal scan, or a turn of more than 45° that the person did
/// not make. Slices along such an axis cut the cord lengthwise. A cord is far longer than wide, and goes through the image, so its mask shows the axis.
struct CordDirection {
  /// How many times the variance along the cord is that across it, both directions together, where its direction is told: about 23 mm of cord.
  private static let elongation = 3.0
  /// Cosine of the angle to the head below which the header's name of the cord's axis is wrong: 60°.
  private static let plausible = 0.5
  /// A cord is wider from right to left than from front to back; so many times the variance says which is which.
  private static let flatness = 1.2

  /// The slices across the cord.
  let slicing: Slicing
  /// Whether the mask is long enough to show its direction.
  let isTold: Bool
  /// Whether the header calls the cord's axis right-left or anterior-posterior, so that none of its names can be trusted.
  let isMisnamed: Bool

  /// - Throws: ``MorphometryError``.
  init(of mask: Volume) throws(MorphometryError) {
    let byHeader = Slicing(of: mask.grid)
    let content = try MaskContent(mask, slicing: byHeader)
    let seed = content.seed
    let moments = SpatialMoments(seed.map(\.point))
    let (direction, variance) = moments.principal
    let directions = mask.grid.affine.directions
    let axis: Int
    if variance >= Self.elongation * (moments.trace - variance) {
      isTold = true
      axis = (0..<3).max { abs(directions[$0].dot(direction)) < abs(directions[$1].dot(direction)) }!
    } else {
      // A few slices of it: the cord runs through the image where the image cuts it at both ends.
      let cut = content.axisCutAtBothEnds
      (isTold, axis) = (cut != nil, cut ?? byHeader.axis)
    }
    guard isTold, axis != byHeader.axis else {
      (slicing, isMisnamed) = (byHeader, false)
      return
    }
    var orientation = Orientation(of: mask.grid.affine, upright: axis)
    isMisnamed = abs(directions[axis].z) < Self.plausible
    if isMisnamed {
      let sides = Self.variances(of: seed, across: Slicing(of: mask.grid, orientation: orientation))
      if sides.anterior > Self.flatness * sides.right { orientation = orientation.withSidesExchanged }
    }
    slicing = Slicing(of: mask.grid, orientation: orientation)
  }

  /// Variance rightwards and anterior within slices, mm².
  private static func variances(of voxels: [CordVoxel], across slicing: Slicing) -> (right: Double, anterior: Double) {
    var slices: [Int: [SIMD2<Double>]] = [:]
    for voxel in voxels {
      slices[Int((voxel.point.dot(slicing.normal) / slicing.spacing).rounded()), default: []].append(
        SIMD2(voxel.point.dot(slicing.right), voxel.point.dot(slicing.anterior)))
    }
    var sum = SIMD2<Double>.zero
    for points in slices.values {
      let mean = points.reduce(.zero, +) / Double(points.count)
      for point in points { sum += (point - mean) * (point - mean) }
    }
    return (sum.x / Double(voxels.count), sum.y / Double(voxels.count))
  }
}

/// Variances and covariances of points in space.
private struct SpatialMoments {
  /// Columns of the symmetric matrix.
  private let columns: [SIMD3<Double>]

  init(_ points: [SIMD3<Double>]) {
    let mean = points.reduce(.zero, +) / Double(points.count)
    var columns = [SIMD3<Double>](repeating: .zero, count: 3)
    for point in points {
      let offset = point - mean
      for i in 0..<3 { columns[i] += offset[i] * offset / Double(points.count) }
    }
    self.columns = columns
  }

  var trace: Double { columns[0].x + columns[1].y + columns[2].z }

  /// The direction of the largest variance, and that variance: power iteration from the longest column.
  var principal: (direction: SIMD3<Double>, variance: Double) {
    var vector = columns.max { $0.length < $1.length }!
    guard vector.length > 0 else { return ([0, 0, 1], 0) }
    vector = vector.normalized
    var length = 0.0
    for _ in 0..<100 {
      let next = vector.x * columns[0] + vector.y * columns[1] + vector.z * columns[2]
      length = next.length
      vector = next.normalized
    }
    return (vector, length)
  }
}
