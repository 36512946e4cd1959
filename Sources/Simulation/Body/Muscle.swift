import Foundation

/// Muscles and the sheets between them.
extension Anatomy {
  /// Centers of the bellies at C4: degrees from the back's midline around the cord, mm from it, and how much each yields to its
  /// neighbors. Multifidus, semispinalis cervicis and capitis, splenius, longissimus, levator scapulae, scalenes, longus colli,
  /// sternomastoid, trapezius.
  private static let bellies: [SIMD3<Float>] =
    ([
      [20, 22, 1.1], [24, 31, 1.1], [17, 41, 1], [38, 45, 1], [50, 33, 1.1], [66, 42, 1], [95, 33, 1], [112, 45, 1], [158, 28, 1.1],
      [108, 50, 0.9], [12, 54, 1.3], [38, 57, 1.2], [60, 57, 1.2],
    ] as [SIMD3<Float>]).map { [$0.x * .pi / 180 * arc, $0.y, $0.z] }
  /// mm per radian: the distances above are taken on a sheet rolled around the cord, so that the layers follow the neck's curve.
  private static let arc: Float = 27

  /// Muscle bellies drawn by thin sheets of fat, alike on both sides, with streaks of fat and small vessels.
  @inline(__always) func muscle(_ s: Float, _ u: Float, _ v: Float, _ depth: Float, _ wave: Float, _ station: Station) -> Tissue {
    let side = abs(u) + 0.6 * wave
    // The nuchal ligament.
    if v < 0 && abs(u) < 0.5 + 0.5 * wave { return .ligament }
    let warp = noise(side / 9 + 3, v / 9 + 7, s / 45)
    let sheet: Float
    if s < 125 {
      let (x, y) = (side * 60 / station.width, v < 0 ? v * 56 / station.reachBack : v)
      let ripple = noise(side / 6 + 9, v / 6, s / 30)
      let point = SIMD2(
        atan2f(x, -y) * Self.arc + 9 * warp + 3 * ripple, (x * x + y * y).squareRoot() + 6 * wave + 3 * warp - 2 * ripple)
      // The gap between the two nearest bellies is a sheet.
      var (first, second) = (Float.infinity, Float.infinity)
      Self.bellies.withUnsafeBufferPointer { bellies in
        for belly in bellies {
          let offset = point - SIMD2(belly.x, belly.y)
          let distance = (offset * offset).sum() * belly.z
          second = min(second, max(first, distance))
          first = min(first, distance)
        }
      }
      sheet = (second.squareRoot() - first.squareRoot()) / 2
    } else {
      let layers = (depth + 7 * warp) / 10
      sheet = abs(layers - layers.rounded()) * 10
    }
    // Sheets thin out and thicken along their way; where they are thick, fat and a vessel run in them.
    let thickness = (0.22 + 0.9 * max(0, 0.8 * wave + warp)) * fascia
    if depth > 1 && sheet < thickness {
      return thickness > 0.75 && sheet < thickness - 0.4 ? (noise(u / 4, v / 4, s / 9) > 0.2 ? .vein : .fat) : .fascia
    }
    let fine = noise(u / 2.6 + 11, v / 2.6, s / 26)
    if fine > 0.72 - 0.3 * fattiness - 0.15 * max(0, warp) { return fine > 0.82 ? .fat : .fascia }
    return .muscle
  }
}
