import Volumes

/// How a scan gets onto the working grid.
public enum Resampling: String, Sendable, Hashable, Codable {
  /// Trilinear, with the mean over a voxel where voxels become larger; voxels have exactly the spacing asked for.
  case linear
  /// Cubic splines as nnU-Net uses them: a whole number of voxels fills the field of view, so spacing gives a little; nothing is
  /// averaged; thick slices are resampled in their plane and repeated across it.
  case spline
}

/// How values between voxels are found along one axis.
public enum ResizingOrder: Sendable, Hashable { case nearest, linear, cubic }

extension Grid {
  /// The same field of view in another number of voxels.
  public func resized(to shape: SIMD3<Int>) -> Grid {
    let ratio = SIMD3<Double>(self.shape) / SIMD3<Double>(shape)
    let steps = Affine(x: affine.x * ratio.x, y: affine.y * ratio.y, z: affine.z * ratio.z, origin: .zero)
    return Grid(shape: shape, affine: Affine(x: steps.x, y: steps.y, z: steps.z, origin: world((ratio - 1) / 2)))
  }
}

extension Volume {
  /// The same field of view in another number of voxels, sampled at the new centers: nothing is averaged. The rim is repeated outside.
  ///
  /// - Parameter order: How along each axis. Cubic splines go through the old values and are cut to their range: that of the volume or,
  ///   where one axis is `.nearest`, of each slice across it.
  ///
  /// Source: nnU-Net `default_resampling.py`, which uses `skimage.transform.resize` and `scipy.ndimage.zoom` (`mode="nearest", grid_mode=True`).
  public func resized(to shape: SIMD3<Int>, order: [ResizingOrder]) -> Volume {
    precondition(order.count == 3 && shape.min() > 0, "an order for each axis, and at least one voxel")
    var (values, size) = (voxels, grid.shape)
    guard size != shape else { return self }
    for axis in 0..<3 where order[axis] != .nearest {
      if size[axis] == shape[axis] { continue }
      values = Resizing.along(axis, values, size, to: shape[axis], order[axis])
      size[axis] = shape[axis]
    }
    if order.contains(.cubic) { cut(&values, size, across: order.firstIndex(of: .nearest)) }
    for axis in 0..<3 where order[axis] == .nearest && size[axis] != shape[axis] {
      values = Resizing.along(axis, values, size, to: shape[axis], .nearest)
      size[axis] = shape[axis]
    }
    return Volume(voxels: values, grid: grid.resized(to: shape))
  }

  /// Cuts values to the range of this volume's: of each slice across an axis, or of the whole.
  private func cut(_ values: inout [Float], _ size: SIMD3<Int>, across axis: Int?) {
    let slices = axis.map { size[$0] } ?? 1
    func slice(_ offset: Int, _ shape: SIMD3<Int>) -> Int {
      switch axis {
      case 0: offset % shape.x
      case 1: offset / shape.x % shape.y
      case 2: offset / (shape.x * shape.y)
      default: 0
      }
    }
    var range = [(low: Float, high: Float)](repeating: (.infinity, -.infinity), count: slices)
    for i in voxels.indices {
      let slice = slice(i, grid.shape)
      range[slice] = (min(range[slice].low, voxels[i]), max(range[slice].high, voxels[i]))
    }
    for i in values.indices {
      let limits = range[slice(i, size)]
      values[i] = min(max(values[i], limits.low), limits.high)
    }
  }
}

/// Interpolation along one axis.
enum Resizing {
  /// The lines of an array along one axis, each brought to another length over the same extent.
  static func along(_ axis: Int, _ values: [Float], _ size: SIMD3<Int>, to count: Int, _ order: ResizingOrder) -> [Float] {
    let length = size[axis]
    let inner = (0..<axis).reduce(1) { $0 * size[$1] }
    let outer = values.count / (inner * length)
    let ratio = Double(length) / Double(count)
    let places = (0..<count).map { (Double($0) + 0.5) * ratio - 0.5 }
    var line = [Double](repeating: 0, count: length)
    var spline = CubicSpline(length: length)
    return [Float](unsafeUninitializedCapacity: inner * outer * count) { result, written in
      written = inner * outer * count
      for block in 0..<outer {
        for lane in 0..<inner {
          for i in 0..<length { line[i] = Double(values[(block * length + i) * inner + lane]) }
          if order == .cubic { spline.fit(line) }
          for (i, place) in places.enumerated() {
            let value: Double
            switch order {
            case .nearest: value = line[min(max(Int((place + 0.5).rounded(.down)), 0), length - 1)]
            case .linear:
              let inside = min(max(place, 0), Double(length - 1))
              let first = Int(inside)
              value = line[first] + (inside - Double(first)) * (line[min(first + 1, length - 1)] - line[first])
            case .cubic: value = spline(place)
            }
            result[(block * count + i) * inner + lane] = Float(value)
          }
        }
      }
    }
  }
}

/// A cubic spline through evenly spaced values that stays constant outside.
///
/// Source: Unser 1999, "Splines: a perfect fit for signal and image processing", doi:10.1109/79.799930 (recursive filter, one pole).
struct CubicSpline {
  /// Coefficients, with those of repeated values on both sides: by then a change at the end has faded to 10⁻⁷.
  private var coefficients: [Double]
  private static let margin = 12
  private static let pole = 3.0.squareRoot() - 2

  init(length: Int) { coefficients = [Double](repeating: 0, count: length + 2 * Self.margin) }

  mutating func fit(_ values: [Double]) {
    let (n, z) = (coefficients.count, Self.pole)
    for i in 0..<n { coefficients[i] = 6 * values[min(max(i - Self.margin, 0), values.count - 1)] }
    coefficients[0] /= 1 - z
    for i in 1..<n { coefficients[i] += z * coefficients[i - 1] }
    coefficients[n - 1] = z / (z * z - 1) * (coefficients[n - 1] + z * coefficients[n - 2])
    for i in stride(from: n - 2, through: 0, by: -1) { coefficients[i] = z * (coefficients[i + 1] - coefficients[i]) }
  }

  /// The value at a place from half a step before the first to half a step behind the last value.
  func callAsFunction(_ place: Double) -> Double {
    let shifted = place + Double(Self.margin)
    let first = Int(shifted.rounded(.down))
    let t = shifted - Double(first)
    let s = 1 - t
    let (a, b) = (s * s * s, t * t * t)
    return
      (a * coefficients[first - 1] + (4 - 6 * t * t + 3 * b) * coefficients[first] + (4 - 6 * s * s + 3 * a) * coefficients[first + 1]
      + b * coefficients[first + 2]) / 6
  }
}
