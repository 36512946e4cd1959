import Foundation
import Numerics
import Volumes

extension Volume {
  /// Convolves along one axis with a symmetric kernel; the outermost voxels repeat beyond the image.
  ///
  /// - Parameter taps: The kernel from its middle outwards.
  mutating func convolve(axis: Int, taps: [Float]) {
    let shape = grid.shape
    let (nx, ny, nz) = (shape.x, shape.y, shape.z)
    if taps.count == 1 || shape[axis] == 1 { return }
    let reach = taps.count - 1
    let source = voxels
    parallelFor(parts: nx * ny, of: &voxels) { z, out in
      source.withUnsafeBufferPointer { source in
        var padded = [Float](repeating: 0, count: axis == 0 ? nx + 2 * reach : 0)
        for y in 0..<ny {
          let row = out.baseAddress! + nx * y
          let own = source.baseAddress! + nx * (y + ny * z)
          if axis == 0 {
            for i in padded.indices { padded[i] = own[min(max(i - reach, 0), nx - 1)] }
          }
          for x in 0..<nx { row[x] = taps[0] * own[x] }
          for k in 1...reach {
            let tap = taps[k]
            if axis == 0 {
              padded.withUnsafeBufferPointer { padded in
                let (before, after) = (padded.baseAddress! + reach - k, padded.baseAddress! + reach + k)
                for x in 0..<nx { row[x] += tap * (before[x] + after[x]) }
              }
            } else {
              let (low, high) = axis == 1 ? (max(y - k, 0), min(y + k, ny - 1)) : (max(z - k, 0), min(z + k, nz - 1))
              let before = source.baseAddress! + (axis == 1 ? nx * (low + ny * z) : nx * (y + ny * low))
              let after = source.baseAddress! + (axis == 1 ? nx * (high + ny * z) : nx * (y + ny * high))
              for x in 0..<nx { row[x] += tap * (before[x] + after[x]) }
            }
          }
        }
      }
    }
  }

  /// Smooths with a Gaussian along each axis.
  ///
  /// - Parameter sd: In voxels; below 0.05 an axis is left as it is.
  mutating func blur(sd: SIMD3<Double>) {
    for axis in 0..<3 { convolve(axis: axis, taps: Kernel.gaussian(sd: sd[axis])) }
  }
}

/// Symmetric kernels, from the middle outwards; the whole kernel sums to one. A kernel of one tap changes nothing.
enum Kernel {
  /// - Parameter sd: In voxels; below 0.05 the kernel changes nothing.
  static func gaussian(sd: Double) -> [Float] {
    sd <= 0.05 ? [1] : normalized((0...max(1, Int((3 * sd).rounded(.up)))).map { exp(-0.5 * Double($0 * $0) / (sd * sd)) })
  }

  /// What an image loses where the outer part of k-space was not sampled and is zero: a sinc, and with it Gibbs ringing.
  ///
  /// - Parameter share: Sampled part of k-space along the axis, 0.2...1; 1 changes nothing.
  static func truncation(share: Double) -> [Float] {
    if share >= 1 { return [1] }
    let reach = 16
    // A window keeps the kernel finite; it is wide enough to leave the first six rings.
    return normalized(
      (0...reach).map { k in
        let x = Double.pi * Double(k) * share
        let window = cos(.pi / 2 * Double(k) / Double(reach + 1))
        return (k == 0 ? 1 : sin(x) / x) * window
      })
  }

  /// By how much a kernel lowers the SD of noise.
  static func noise(_ taps: [Float]) -> Float { (taps[0] * taps[0] + 2 * taps.dropFirst().reduce(0) { $0 + $1 * $1 }).squareRoot() }

  private static func normalized(_ raw: [Double]) -> [Float] {
    let sum = raw[0] + 2 * raw.dropFirst().reduce(0, +)
    return raw.map { Float($0 / sum) }
  }
}

extension [Float] {
  /// The kernel that does what this symmetric kernel and another one do in turn; all from the middle outwards.
  func convolved(with other: [Float]) -> [Float] {
    if count == 1 || other.count == 1 { return count == 1 ? other : self }
    return (0..<count + other.count - 1).map { k in
      (1 - other.count..<other.count).reduce(0) { sum, shift in
        let place = abs(k - shift)
        return place < count ? sum + self[place] * other[abs(shift)] : sum
      }
    }
  }
}
