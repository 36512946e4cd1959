import Volumes

/// The plane perpendicular to the cord at one place, with axes as near right and anterior as can be.
struct Frame: Sendable {
  /// World mm.
  let center: SIMD3<Double>
  /// World unit vectors: along the cord towards the head, and across it.
  let tangent, right, anterior: SIMD3<Double>
  /// Cosine of the angle between the cord and the slice's normal.
  let cosine: Double

  init(center: SIMD3<Double>, tangent: SIMD3<Double>, slicing: Slicing) {
    (self.center, self.tangent) = (center, tangent)
    right = (slicing.right - slicing.right.dot(tangent) * tangent).normalized
    let across = tangent.cross(right)
    anterior = across * (across.dot(slicing.anterior) < 0 ? -1 : 1)
    cosine = tangent.dot(slicing.normal)
  }

  /// The point across the cord: rightwards and anterior of the center, mm.
  @inline(__always) func across(_ point: SIMD3<Double>) -> SIMD2<Double> {
    let offset = point - center
    return SIMD2(offset.dot(right), offset.dot(anterior))
  }
}
