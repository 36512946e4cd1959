import Foundation
import Tensors

extension Tensor {
  /// The tensor blurred by a Gaussian; zeros lie outside.
  ///
  /// - Parameter sd: Standard deviation along x, y and z, in voxels; 0 leaves an axis alone.
  /// - Returns: Same shape; this must be [N, 1, X, Y, Z].
  func blurred(sd: SIMD3<Double>) throws -> Tensor {
    var result = self
    for axis in 0..<3 where sd[axis] > 0.01 {
      let kernel = Self.gaussian(sd: sd[axis])
      var (shape, padding) = ([1, 1, 1, 1, 1], [0, 0, 0])
      shape[axis + 2] = kernel.count
      padding[axis] = kernel.count / 2
      result = try result.conv3d(weight: Tensor(kernel, shape: shape, on: device), padding: padding)
    }
    return result
  }

  /// A Gaussian integrated over voxels, up to four standard deviations, of sum 1.
  private static func gaussian(sd: Double) -> [Float] {
    let reach = Swift.max(1, Int((4 * sd).rounded(.up)))
    func below(_ x: Double) -> Double { 0.5 * (1 + erf(x / (sd * 2.0.squareRoot()))) }
    let weights = (-reach...reach).map { below(Double($0) + 0.5) - below(Double($0) - 0.5) }
    let sum = weights.reduce(0, +)
    return weights.map { Float($0 / sum) }
  }
}
