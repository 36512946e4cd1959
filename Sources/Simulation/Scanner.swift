import Dispatch
import Foundation
import Volumes

/// The sensitivity of a neck coil: elements behind the neck, a weaker one in front.
struct Coil: Sendable {
  private var elements: [(place: SIMD3<Float>, weight: Float, inverseReach2: Float)] = []
  private let floor: Float
  private let scale: Float

  /// - Parameter strength: 0 gives a flat field, 1 a strong fall-off.
  init(strength: Double, neck: Neck, cord: Tube, generator g: inout Generator) {
    if strength == 0 {
      (floor, scale) = (1, 1)
      return
    }
    floor = Float(0.015 + 0.6 * (1 - strength) * (1 - strength))
    for s in [-20.0, 55, 130] {
      let section = cord.section(at: s + g.normal(0, 12))
      let place = section.center + SIMD3(g.normal(0, 10), -72 + g.normal(0, 8), 0)
      let reach = g.uniform(36, 62)
      elements.append((SIMD3<Float>(place), Float(g.uniform(0.5, 1.3)), Float(1 / (reach * reach))))
    }
    let front = cord.section(at: 50).center + SIMD3(g.normal(0, 15), 85, 0)
    elements.append((SIMD3<Float>(front), Float(g.uniform(0, 0.6)), 1 / (50 * 50)))
    let reference = SIMD3<Float>(cord.section(at: neck.discs[3]).center)
    scale = 1 / Self.field(elements, floor, reference)
  }

  @inline(__always) private static func field(
    _ elements: [(place: SIMD3<Float>, weight: Float, inverseReach2: Float)], _ floor: Float, _ p: SIMD3<Float>
  ) -> Float {
    var sum: Float = 0
    for element in elements {
      let d = p - element.place
      let q = 1 + (d * d).sum() * element.inverseReach2
      sum += element.weight / (q * q.squareRoot())
    }
    return floor + sum
  }

  /// Sensitivity at a world position, 1 at the cord behind C3–C4.
  @inline(__always) func callAsFunction(_ p: SIMD3<Float>) -> Float { Self.field(elements, floor, p) * scale }
}

extension Volume {
  /// Applies the coil's sensitivity and the bias, and adds Rician noise.
  ///
  /// - Parameters:
  ///   - noise: SD of the noise of each channel.
  ///   - seed: Every slice draws from its own stream, so threads do not change the result.
  mutating func finish(coil: Coil, bias: Bias, noise: Float, seed: UInt64) {
    let grid = grid
    let plane = grid.shape.x * grid.shape.y
    voxels.withUnsafeMutableBufferPointer { out in
      nonisolated(unsafe) let out = out
      DispatchQueue.concurrentPerform(iterations: grid.shape.z) { z in
        var generator = Generator(seed: seed, stream: UInt64(z))
        let step = SIMD3<Float>(grid.affine.x)
        for y in 0..<grid.shape.y {
          let row = SIMD3<Float>(grid.world(SIMD3(0, Double(y), Double(z))))
          for x in 0..<grid.shape.x {
            let i = z * plane + y * grid.shape.x + x
            let signal = out[i] == 0 ? 0 : out[i] * coil(row + step * Float(x)) * bias(row + step * Float(x))
            let (a, b) = generator.normalPair()
            let (real, imaginary) = (signal + noise * a, noise * b)
            out[i] = (real * real + imaginary * imaginary).squareRoot()
          }
        }
      }
    }
  }

  /// Smooths with a Gaussian along each axis.
  ///
  /// - Parameter sd: In voxels, below 1: the kernel has five weights.
  mutating func blur(sd: SIMD3<Double>) {
    let strides = [1, grid.shape.x, grid.shape.x * grid.shape.y]
    let sizes = [grid.shape.x, grid.shape.y, grid.shape.z]
    for (axis, sd) in [sd.x, sd.y, sd.z].enumerated() where sd > 0.05 {
      let raw = [1, exp(-0.5 / (sd * sd)), exp(-2 / (sd * sd))]
      let sum = raw[0] + 2 * raw[1] + 2 * raw[2]
      let (w0, w1, w2) = (Float(raw[0] / sum), Float(raw[1] / sum), Float(raw[2] / sum))
      let (stride, size) = (strides[axis], sizes[axis])
      guard size > 2 else { continue }
      let source = voxels
      source.withUnsafeBufferPointer { source in
        voxels.withUnsafeMutableBufferPointer { out in
          for i in 0..<source.count {
            let place = i / stride % size
            let (before, after) = (place > 0 ? i - stride : i, place + 1 < size ? i + stride : i)
            let (before2, after2) = (place > 1 ? i - 2 * stride : before, place + 2 < size ? i + 2 * stride : after)
            out[i] = w0 * source[i] + w1 * (source[before] + source[after]) + w2 * (source[before2] + source[after2])
          }
        }
      }
    }
  }
}
