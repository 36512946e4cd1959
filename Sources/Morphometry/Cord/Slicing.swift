import Volumes

/// The slices of a grid across the body: along its axis closest to superior-inferior.
///
/// A *slice* is numbered as in the grid itself; a *level* counts the same slices from the feet to the head.
public struct Slicing: Sendable, Hashable {
  /// Which way the grid's axes run.
  public let orientation: Orientation
  /// The grid's axis along which slices are counted: 0, 1 or 2.
  public let axis: Int
  /// Whether slice numbers grow towards the feet.
  public let descends: Bool
  /// Number of slices.
  public let count: Int
  /// Distance between the planes of neighbouring slices, mm.
  public let spacing: Double
  /// Area of a pixel in the slice, mm².
  public let pixelArea: Double
  /// Unit vectors of the slice: its normal towards the head, and in its plane rightwards and anterior.
  public let normal, right, anterior: SIMD3<Double>

  /// - Parameters:
  ///   - grid: The voxels.
  ///   - orientation: Which way its axes run; `nil` is what its affine says.
  public init(of grid: Grid, orientation: Orientation? = nil) {
    let orientation = orientation ?? grid.orientation
    self.orientation = orientation
    axis = orientation.axes.firstIndex { $0.axis == 2 }!
    descends = orientation.axes[axis].sign < 0
    count = grid.shape[axis]
    let steps = grid.reoriented(to: .ras, from: orientation).affine
    let product = steps.x.cross(steps.y)
    pixelArea = product.length
    normal = product.normalized * (product.dot(steps.z) < 0 ? -1 : 1)
    spacing = abs(normal.dot(steps.z))
    right = steps.x.normalized
    let across = normal.cross(right)
    anterior = across * (across.dot(steps.y) < 0 ? -1 : 1)
  }

  /// Slice number of a level, and back: the same turn both ways.
  func slice(ofLevel level: Int) -> Int { descends ? count - 1 - level : level }

  /// Height over the lowest slice, mm.
  func height(ofSlice slice: Double) -> Double { (descends ? Double(count - 1) - slice : slice) * spacing }
}
