import Foundation
import Numerics
import Volumes

/// A smooth unevenness of the whole image: a few long waves in the logarithm of the signal.
struct Bias: Sendable {
  private let waves: [(direction: SIMD3<Float>, phase: Float, height: Float)]

  /// - Parameter strength: SD of the logarithm of the field; 0 is a flat one.
  init(strength: Double, generator g: inout Generator) {
    waves = (0..<(strength > 0 ? 4 : 0)).map { _ in
      let direction = SIMD3(g.normal(), g.normal(), g.normal()).normalized
      let length = exp(g.uniform(log(60), log(300)))
      return (SIMD3<Float>(direction * (2 * .pi / length)), Float(g.uniform(0, 2 * .pi)), Float(strength * g.normal(0, 0.7)))
    }
  }

  /// The factor at a world position.
  @inline(__always) func callAsFunction(_ p: SIMD3<Float>) -> Float {
    if waves.isEmpty { return 1 }
    return expf(waves.reduce(0) { $0 + $1.height * cosf(($1.direction * p).sum() + $1.phase) })
  }
}
