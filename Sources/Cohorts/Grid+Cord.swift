import Simulation
import Volumes

extension Grid {
  /// How far the cord may stray from its middle within the plane of a field of view, mm.
  private static let straying = 10.0
  /// What is kept above and below the levels asked for, mm: people move between series.
  private static let beyond = 10.0

  /// The part of the grid around a cord, voxels as they are.
  ///
  /// - Parameters:
  ///   - side: Of the field of view across the cord, mm.
  ///   - levels: First and last vertebral level; `nil` keeps all slices.
  public func cropped(around neck: Neck, side: Double, levels: [Int]? = nil) -> Grid {
    var points = neck.centerline(spacing: 5)
    if let levels {
      let ends = [neck.discPosition(levels[0]).z + Self.beyond, neck.discPosition(levels[1] + 1).z - Self.beyond]
      points = points.filter { (ends[1]...ends[0]).contains($0.z) }
    }
    let cord = points.map(affine.inverse.callAsFunction).filter { index in
      (0..<3).allSatisfy { index[$0] > 0 && index[$0] < Double(shape[$0] - 1) }
    }
    guard !cord.isEmpty else { return self }
    let vertical = orientation.axes.firstIndex { $0.axis == 2 }!
    var (lower, size) = (SIMD3<Int>(repeating: 0), shape)
    for axis in 0..<3 where axis != vertical || levels != nil {
      let places = cord.map { $0[axis] }
      let margin = axis == vertical ? 0 : (side / 2 - Self.straying) / spacing[axis]
      lower[axis] = max(0, Int(places.min()! - margin))
      size[axis] = min(shape[axis] - 1, Int(places.max()! + margin)) - lower[axis] + 1
    }
    return box(lower: lower, shape: size)
  }
}
