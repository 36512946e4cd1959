import Foundation
import Numerics
import Volumes

/// The sensitivity of a neck coil: elements behind the neck, a weaker one in front.
struct Coil: Sendable {
  private var elements: [(place: SIMD3<Float>, weight: Float, inverseReach2: Float)] = []
  private let floor: Float
  private let scale: Float

  /// - Parameters:
  ///   - strength: 0 gives a flat field, 1 a strong fall-off.
  ///   - center: World position of the person that is scanned: below the neck, further elements are used.
  init(strength: Double, center: SIMD3<Double>, neck: Neck, cord: Tube, generator g: inout Generator) {
    if strength == 0 {
      (floor, scale) = (1, 1)
      return
    }
    floor = Float(0.015 + 0.6 * (1 - strength) * (1 - strength))
    let middle = max(55, cord.foot(of: center))
    for s in [middle - 75, middle, middle + 75] {
      let section = cord.section(at: s + g.normal(0, 12))
      let place = section.center + SIMD3(g.normal(0, 10), -72 + g.normal(0, 8), 0)
      let reach = g.uniform(36, 62)
      elements.append((SIMD3<Float>(place), Float(g.uniform(0.5, 1.3)), Float(1 / (reach * reach))))
    }
    let front = cord.section(at: middle - 5).center + SIMD3(g.normal(0, 15), 85, 0)
    elements.append((SIMD3<Float>(front), Float(g.uniform(0, 0.6)), 1 / (50 * 50)))
    let reference = SIMD3<Float>(cord.section(at: middle == 55 ? neck.discs[3] : middle).center)
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

  /// Sensitivity at a world position, 1 at the cord behind C3–C4, or at the middle of a scan further down.
  @inline(__always) func callAsFunction(_ p: SIMD3<Float>) -> Float { Self.field(elements, floor, p) * scale }
}
