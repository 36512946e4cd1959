import Volumes

/// The middle of the cord as a smooth curve, in world millimetres.
///
/// The curve is fitted to the occupancy-weighted centers of mass of the slices, each with the weight of its summed occupancy,
/// so a slice that the mask barely touches hardly pulls. It is a penalised cubic spline that keeps lines and parabolas
/// unchanged (see ``SmoothingSpline``); waves shorter than ``smoothingLength`` are taken for noise. Slices run along the grid's
/// axis closest to superior-inferior, and slice numbers are those of the mask's own grid along that axis.
///
/// Which voxels are cord is told in ``Cord``.
public struct Centerline: Sendable {
  /// Wavelength of which the fit keeps half, mm: above the jitter of a mask, below the cord's own bends.
  public static let smoothingLength = 60.0
  /// Fewest slices that give a direction and a bend.
  public static let fewestSlices = 3

  /// The slices of the mask's grid.
  public let slicing: Slicing
  /// First to last slice that holds cord; beyond, the curve goes on straight.
  public let slices: ClosedRange<Int>
  private let curve: SmoothingSpline

  /// Fits the centerline of a mask.
  ///
  /// - Parameter mask: The cord's share of each voxel, in [0, 1]; any orientation.
  /// - Throws: ``MorphometryError``.
  public init(of mask: Volume) throws(MorphometryError) {
    self = try Cord(mask).centerline
  }

  /// Fits the curve through voxels that are known to be cord.
  init(through voxels: [CordVoxel], slicing: Slicing) throws(MorphometryError) {
    var sums = [(point: SIMD3<Double>, weight: Double)](repeating: (.zero, 0), count: slicing.count)
    for voxel in voxels {
      sums[voxel.level].point += voxel.occupancy * voxel.point
      sums[voxel.level].weight += voxel.occupancy
    }
    let points = sums.indices.filter { sums[$0].weight > 0 }.map { level in
      (at: Double(level) * slicing.spacing, value: sums[level].point / sums[level].weight, weight: sums[level].weight)
    }
    guard points.count >= Self.fewestSlices else {
      throw .cordTooShort(slices: points.count, needed: Self.fewestSlices)
    }
    self.slicing = slicing
    let ends = [points.first!, points.last!].map { slicing.slice(ofLevel: Int(($0.at / slicing.spacing).rounded())) }
    slices = min(ends[0], ends[1])...max(ends[0], ends[1])
    curve = SmoothingSpline(points: points, smoothingLength: Self.smoothingLength, pointSpacing: slicing.spacing)
  }

  /// Where the curve crosses a slice, world mm.
  ///
  /// - Parameter slice: Slice number in the mask's own grid; may lie between two slices.
  public func position(atSlice slice: Double) -> SIMD3<Double> { curve(slicing.height(ofSlice: slice)) }

  /// Direction of the cord in a slice: world unit vector towards the head.
  ///
  /// - Parameter slice: Slice number in the mask's own grid; may lie between two slices.
  public func tangent(atSlice slice: Double) -> SIMD3<Double> {
    curve.derivative(slicing.height(ofSlice: slice)).normalized
  }

  /// How far a voxel is from the curve, perpendicular to it, mm.
  func distance(to voxel: CordVoxel) -> Double {
    let height = Double(voxel.level) * slicing.spacing
    let (offset, tangent) = (voxel.point - curve(height), curve.derivative(height).normalized)
    return (offset - offset.dot(tangent) * tangent).length
  }
}
