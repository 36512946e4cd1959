/// Why a mask could not be measured.
public enum MorphometryError: Error, Hashable, CustomStringConvertible {
  /// No voxel of the mask is greater than zero.
  case emptyMask
  /// Values outside [0, 1], or not numbers: not a fraction of the voxel that is cord.
  case notOccupancy(minimum: Float, maximum: Float)
  /// Two volumes that belong together lie on different grids.
  case otherGrid(what: String, shape: SIMD3<Int>, expected: SIMD3<Int>)
  /// So much of the image is above zero that it is no mask of a cord; mm³.
  case tooLarge(volume: Double, limit: Double)

  /// The cord lies askew to the slices, and is too short to tell along which axis it runs; radians.
  case steep(angle: Double)

  public var description: String {
    switch self {
    case .tooLarge(let volume, let limit):
      "\(Int(volume / 1000)) cm³ of the image are above zero, expected less than \(Int(limit / 1000)) cm³; is this a mask of the cord, and not a scan?"
    case .steep(let angle):
      "the cord is inclined by \(Int((angle * 180 / .pi).rounded()))° to the axis that the header calls superior-inferior, expected at most 45°, and it is too short for its own direction to be told; check the header's axes (orientation), or mask more of the cord"
    case .emptyMask:
      "mask: no voxel above 0 where the cord was expected; check that the segmentation found a cord"
    case .notOccupancy(let minimum, let maximum):
      "mask: values from \(minimum) to \(maximum) where the cord's share of each voxel, 0 to 1, was expected"
    case .otherGrid(let what, let shape, let expected):
      "\(what): \(shape.x)×\(shape.y)×\(shape.z) voxels on another grid than the mask's \(expected.x)×\(expected.y)×\(expected.z); resample it onto the mask's grid"
    }
  }
}
