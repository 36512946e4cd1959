import Volumes

/// The middle of the cord as a smooth curve, in world millimetres.
///
/// The curve is fitted to the occupancy-weighted centers of mass of the slices, each with the weight of its summed occupancy,
/// so a slice that the mask barely touches hardly pulls; a slice where a side of the image cuts the cord has its center elsewhere
/// and is left out while enough others remain. It is a penalised cubic spline that keeps lines and parabolas
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
  /// First to last slice that holds cord; beyond the slices of the fit, the curve goes on straight.
  public let slices: ClosedRange<Int>
  private let curve: SmoothingSpline
  /// The curve's point and direction at each level.
  private let nodes: [(point: SIMD3<Double>, tangent: SIMD3<Double>)]

  /// Fits the centerline of a mask.
  ///
  /// - Parameter mask: The cord's share of each voxel, in [0, 1]; any orientation.
  /// - Throws: ``MorphometryError``.
  public init(of mask: Volume) throws(MorphometryError) {
    self = try Cord(mask).centerline
  }

  /// Fits the curve through voxels that are known to be cord.
  init(through voxels: [CordVoxel], slicing: Slicing) throws(MorphometryError) {
    var sums = [(point: SIMD3<Double>, weight: Double, isCut: Bool)](repeating: (.zero, 0, false), count: slicing.count)
    for voxel in voxels {
      sums[voxel.level].point += voxel.occupancy * voxel.point
      sums[voxel.level].weight += voxel.occupancy
      if voxel.isAtSide { sums[voxel.level].isCut = true }
    }
    let held = sums.indices.filter { sums[$0].weight > 0 }
    let whole = held.filter { !sums[$0].isCut }
    let points = (whole.count >= Self.fewestSlices ? whole : held).map { level in
      (at: Double(level) * slicing.spacing, value: sums[level].point / sums[level].weight, weight: sums[level].weight)
    }
    guard points.count >= Self.fewestSlices else {
      throw .cordTooShort(slices: points.count, needed: Self.fewestSlices)
    }
    self.slicing = slicing
    let ends = [held.first!, held.last!].map(slicing.slice(ofLevel:))
    slices = ends.min()!...ends.max()!
    let curve = SmoothingSpline(points: points, smoothingLength: Self.smoothingLength, pointSpacing: slicing.spacing)
    self.curve = curve
    nodes = (0..<slicing.count).map { level in
      let height = Double(level) * slicing.spacing
      return (curve(height), curve.derivative(height).normalized)
    }
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
    let offset = voxel.point - nodes[voxel.level].point
    let along = offset.dot(nodes[voxel.level].tangent)
    return max(offset.dot(offset) - along * along, 0).squareRoot()
  }
}
