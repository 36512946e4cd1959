import Volumes

/// A body of one signal: an ellipsoid, an elliptic cylinder or a box.
struct Solid {
  enum Shape { case ellipsoid, cylinder, box }

  var shape: Shape
  var center: SIMD3<Float>
  /// Half of its size along its own axes, mm.
  var half: SIMD3<Float>
  /// Its own axes in world space, unit vectors; a cylinder's last one is its length.
  var axes: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>) = ([1, 0, 0], [0, 1, 0], [0, 0, 1])
  var signal: Float

  /// The share of a small box that it fills, to first order: distances from a surface that bends within the box are not exact.
  ///
  /// - Parameters:
  ///   - point: The box's middle, mm.
  ///   - width: The box's size, mm.
  @inline(__always) func occupancy(at point: SIMD3<Float>, width: Float) -> Float {
    let offset = point - center
    let place = SIMD3((offset * axes.0).sum(), (offset * axes.1).sum(), (offset * axes.2).sum()) / half
    let depth: Float =
      switch shape {
      case .ellipsoid: (1 - (place * place).sum().squareRoot()) * half.min()
      case .cylinder:
        min((1 - (place.x * place.x + place.y * place.y).squareRoot()) * min(half.x, half.y), (1 - abs(place.z)) * half.z)
      case .box: min((1 - abs(place.x)) * half.x, (1 - abs(place.y)) * half.y, (1 - abs(place.z)) * half.z)
      }
    return min(max(depth / width + 0.5, 0), 1)
  }

  /// The same body, larger by a margin on all sides.
  func grown(by margin: Float, signal: Float) -> Solid {
    var result = self
    result.half = (half + margin).clamped(lowerBound: [0.1, 0.1, 0.1], upperBound: [1e4, 1e4, 1e4])
    result.signal = signal
    return result
  }
}
