import Foundation
import Numerics
import Volumes

extension PaperTransform {
  /// Draws a transform.
  ///
  /// | transform | chance | as meant | as run |
  /// |---|---|---|---|
  /// | rotation, scale | 0.9 | ±20° about and ±20 % along each axis | the first two axes only |
  /// | translation | with it | ±10 % of the patch | ±0.1 voxel along the first two axes |
  /// | elastic | 0.5 | width 3.5–5.5, size 25–35 voxels | the same |
  /// | low resolution | 0.25 | 0.5–1 of the voxels | the same |
  /// | gamma | 0.5 | 0.5–3 | the same |
  /// | bias field | 0.3 | coefficients −0.5…0.5 | 0…0.5: up to hundreds of times brighter at one corner |
  /// | noise | 0.1 | 0.1 of the image's standard deviation | 0.1 in units of the file, next to nothing |
  /// | blur | 0.3 | 0–2 voxels along each axis | the same |
  /// | intensity scale | 0.15 | 0.75–2 after normalization | before it, which undoes it |
  /// | mirror | 0.3 | each axis by itself | all three at once |
  ///
  /// Interpolation is linear where the published code takes splines of second order for the image's rotation.
  ///
  /// - Parameters:
  ///   - asRun: What the published code does instead of what its numbers say.
  ///   - shape: Voxels of the patch, of 1 mm.
  ///
  /// Source: Bédard et al. 2025; their repository's `monai/transforms.py` at v2.0.
  public init(asRun: Bool, shape: [Int], generator g: inout Generator) {
    self.init()
    // Everything is drawn, used or not: what follows does not depend on what came before.
    let turned = SIMD3(g.uniform(-1, 1), g.uniform(-1, 1), g.uniform(-1, 1)) * (20 * .pi / 180)
    let scaled = SIMD3(g.uniform(-0.2, 0.2), g.uniform(-0.2, 0.2), g.uniform(-0.2, 0.2))
    let moved = SIMD3(g.uniform(-0.1, 0.1), g.uniform(-0.1, 0.1), g.uniform(-0.1, 0.1))
    if g.chance(0.9) {
      let firstTwo = SIMD3(1.0, 1, asRun ? 0 : 1)
      let rotation = Affine(rotation: turned * firstTwo)
      let scale = SIMD3(repeating: 1) + scaled * firstTwo
      let origin = asRun ? moved * firstTwo : moved * SIMD3(Double(shape[0]), Double(shape[1]), Double(shape[2]))
      affine = Affine(x: rotation.x * scale.x, y: rotation.y * scale.y, z: rotation.z * scale.z, origin: origin)
    }
    let displaced = (g.next(), g.uniform(3.5, 5.5), g.uniform(25, 35))
    if g.chance(0.5) { elastic = displaced }
    let kept = g.uniform(0.5, 1)
    if g.chance(0.25) { zoom = kept }
    let power = Float(g.uniform(0.5, 3))
    if g.chance(0.5) { gamma = power }
    let coefficients = (0..<PolynomialField.count).map { _ in g.uniform(asRun ? 0 : -0.5, 0.5) }
    if g.chance(0.3) { bias = PolynomialField(coefficients: coefficients) }
    let seed = g.next()
    // Files hold numbers up to hundreds or thousands: 0.1 of their unit is some ten-thousandth of the image's spread.
    if g.chance(0.1) { noise = (seed, asRun ? 0.0005 : 0.1) }
    let widths = SIMD3(g.uniform(0, 2), g.uniform(0, 2), g.uniform(0, 2))
    if g.chance(0.3) { blur = widths }
    let factor = Float(1 + g.uniform(-0.25, 1))
    if g.chance(0.15), !asRun { gain = factor }
    let flips = (0..<3).map { _ in g.chance(0.3) }
    mirrored = asRun ? (flips[0] ? [0, 1, 2] : []) : (0..<3).filter { flips[$0] }
  }
}
