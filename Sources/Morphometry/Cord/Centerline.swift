import Numerics
import Volumes

/// The middle of the cord as a smooth curve, in world millimetres.
///
/// The curve is fitted to the occupancy-weighted centers of mass of the slices, each with the weight of its summed occupancy,
/// so a slice that the mask barely touches hardly pulls; a slice where a side of the image cuts the cord has its center elsewhere
/// and is left out while enough others remain. It is a penalised cubic spline that keeps lines and parabolas
/// unchanged (see `PenalizedSpline`); waves shorter than ``smoothingLength`` are taken for noise. Slices run along the grid's
/// axis closest to superior-inferior, and slice numbers are those of the mask's own grid along that axis.
///
/// Which voxels are cord is told in ``Cord``.
public struct Centerline: Sendable {
  /// Wavelength of which the fit keeps half, mm: above the jitter of a mask, below the cord's own bends. A longer one would straighten
  /// the ends of a strong bend: of 60 mm radius, by 1.8° at 60 mm where it is 0.8° at 30 mm.
  public static let smoothingLength = 30.0
  /// Fewest slices that give a direction and a bend; with fewer the curve is straight across the slices.
  public static let fewestSlices = 3

  /// The slices of the mask's grid.
  public let slicing: Slicing
  /// First to last slice that holds cord; beyond the slices of the fit, the curve goes on straight.
  public let slices: ClosedRange<Int>
  /// Whether enough slices hold cord for its direction to be known.
  public let hasDirection: Bool
  /// Height over the lowest slice, mm, and weight of the points of the fit.
  let heights, weights: [Double]
  private let curve: PenalizedSpline
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
  init(through voxels: [CordVoxel], slicing: Slicing) {
    var sums = [(point: SIMD3<Double>, weight: Double, isCut: Bool)](repeating: (.zero, 0, false), count: slicing.count)
    for voxel in voxels {
      sums[voxel.level].point += voxel.occupancy * voxel.point
      sums[voxel.level].weight += voxel.occupancy
      if voxel.isAtSide { sums[voxel.level].isCut = true }
    }
    let held = sums.indices.filter { sums[$0].weight > 0 }
    let whole = held.filter { !sums[$0].isCut }
    var points = (whole.count >= Self.fewestSlices ? whole : held).map { level in
      (at: Double(level) * slicing.spacing, value: sums[level].point / sums[level].weight, weight: sums[level].weight)
    }
    self.slicing = slicing
    let ends = [held.first!, held.last!].map(slicing.slice(ofLevel:))
    slices = ends.min()!...ends.max()!
    hasDirection = points.count >= Self.fewestSlices
    if !hasDirection {
      let middle = points[points.count / 2]
      points = (-1...1).map { (at: middle.at + Double($0), value: middle.value + Double($0) * slicing.normal, weight: 1) }
    }
    heights = points.map(\.at)
    weights = points.map(\.weight)
    // Every slice has its weight: no ridge is needed.
    let curve = PenalizedSpline(
      places: heights, values: points.map { [$0.value.x, $0.value.y, $0.value.z] }, weights: weights, smoothingLength: Self.smoothingLength,
      placeSpacing: slicing.spacing, ridge: 0)
    self.curve = curve
    nodes = (0..<slicing.count).map { level in
      let height = Double(level) * slicing.spacing
      return (curve.point(height), curve.pointDerivative(height).normalized)
    }
  }

  /// Where the curve crosses a slice, world mm.
  ///
  /// - Parameter slice: Slice number in the mask's own grid; may lie between two slices.
  public func position(atSlice slice: Double) -> SIMD3<Double> { curve.point(slicing.height(ofSlice: slice)) }

  /// Direction of the cord in a slice: world unit vector towards the head.
  ///
  /// - Parameter slice: Slice number in the mask's own grid; may lie between two slices.
  public func tangent(atSlice slice: Double) -> SIMD3<Double> {
    curve.pointDerivative(slicing.height(ofSlice: slice)).normalized
  }

  /// The axes across the cord at a height over the lowest slice, mm.
  func frame(atHeight height: Double) -> Frame {
    let derivative = curve.pointDerivative(height)
    return Frame(center: curve.point(height), tangent: derivative / derivative.length, slicing: slicing)
  }

  /// The height whose perpendicular plane holds a point.
  ///
  /// - Parameter guess: A height nearby.
  func foot(of point: SIMD3<Double>, guess: Double) -> Double {
    var height = guess
    for _ in 0..<6 {
      let derivative = curve.pointDerivative(height)
      // The curve's bend makes the true step a little longer, which the next round makes good.
      let change = (point - curve.point(height)).dot(derivative) / derivative.dot(derivative)
      height += change
      if abs(change) < 1e-4 { break }
    }
    return height
  }

  /// How far a voxel is from the curve, perpendicular to it, mm.
  func distance(to voxel: CordVoxel) -> Double { distance(to: voxel.point, level: voxel.level) }

  /// The same for a point in a slice, counted from the feet.
  func distance(to point: SIMD3<Double>, level: Int) -> Double {
    let offset = point - nodes[level].point
    let along = offset.dot(nodes[level].tangent)
    return max(offset.dot(offset) - along * along, 0).squareRoot()
  }
}
