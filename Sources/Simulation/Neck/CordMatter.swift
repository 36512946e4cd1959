/// What the inside of the cord and of the dural sac is made of, in neck coordinates.
///
/// The label counts everything within the cord's outline as cord, the anterior median fissure included, as masks drawn by hand do.
extension Stations.Locator {
  /// Shares of gray matter and of fluid at a place in the cord: horns, the bridge between them, and the fissure in front.
  ///
  /// Horns are wide where the cord is (the enlargement of C4–C7) and slim in the chest.
  @inline(__always) func cordMatter(_ place: Stations.Place) -> SIMD2<Float> {
    // The medulla's nuclei are not drawn.
    if place.s < -12 { return [0.25, 0] }
    let station = stations[place.station]
    let side = abs(place.u)
    let x = side / station.cordA
    let y = place.v / (place.v > 0 ? station.cordFront : station.cordBack)
    // The fissure reaches half of the way to the middle and opens to the front; pia and vessels share it with the fluid.
    if y > 0.42 && side < 0.08 + 0.3 * (y - 0.42) { return [0, 0.6] }
    let swelling = min(max((station.cordA - 4.3) / 2.1, 0), 1)
    // Front horn: an ellipse that leans outwards.
    let lean = x - 0.2 - 0.09 * swelling - 0.25 * (y - 0.24)
    let (fx, fy) = (lean / (0.1 + 0.085 * swelling), (y - 0.24) / (0.26 + 0.05 * swelling))
    if fx * fx + fy * fy < 1 { return [1, 0] }
    // Back horn: from the bridge outwards and back, nearly to the surface; thick at both ends.
    let along = (0.08 - y) / 0.84
    if along > 0 && along < 1 {
      let axis = 0.15 + 0.06 * swelling + (0.24 + 0.08 * swelling) * along
      let waist = along - 0.45
      if abs(x - axis) < (0.05 + 0.015 * swelling + 0.12 * waist * waist) * (along > 0.93 ? 0.6 : 1) { return [1, 0] }
    }
    if x < 0.24 && abs(y - 0.03) < 0.075 { return side < 0.25 && abs(y - 0.03) < 0.03 ? [0.4, 0.6] : [1, 0] }
    return .zero
  }

  /// What lies between cord and dura: CSF, the rootlets of the spinal nerves on their way out, and the denticulate ligament.
  ///
  /// - Parameters:
  ///   - noise: Parts the rootlets of a fan.
  ///   - seam: How far the ligament reaches out all along the cord, mm.
  @inline(__always) func thecalTissue(_ place: Stations.Place, noise: Texture.Sampler, seam: Float) -> Tissue {
    let station = stations[place.station]
    guard place.s > -4 else { return .csf }
    // The horse's tail: roots that hang down around the end of the cord, most of them behind.
    if place.s > tip - 45 {
      let crowd = min((place.s - tip + 45) / 45, 1) * (place.v < station.canalV ? 1 : 0.5)
      if noise(place.u * 0.9 + 5, place.v * 0.9, place.s / 60) > 0.75 - 0.5 * crowd { return .nerve }
      return .csf
    }
    let side = abs(place.u)
    guard side > 0.3 * station.cordA else { return .csf }
    let edge = station.canalA + (place.u > 0 ? station.canalU : -station.canalU)
    if abs(place.v) < 0.05 && station.phase > 0.4 && station.phase < 0.7 { return .ligament }
    if seam > 0 {
      // A wedge that thins out, here more and there less; where it is thick, rootlets run along it.
      let reach = seam * (0.7 + noise(place.s / 9, place.u > 0 ? 40 : 60, 3))
      let out = (side - station.cordA) / max(reach, 0.1)
      if out < 1 && abs(place.v) < 0.1 + 0.4 * (1 - max(out, 0)) {
        return noise(place.s / 15, place.u > 0 ? 80 : 100, 3) > 0 ? .nerve : .ligament
      }
    }
    // Dorsal root behind, ventral root in front; they meet at the foramen.
    let behind = place.v < 0.1 * station.cordFront
    let (fromX, fromY) =
      behind ? (0.62 * station.cordA, -0.68 * station.cordBack) : (0.5 * station.cordA, 0.74 * station.cordFront)
    let (toX, toY) = (edge - 0.3, station.canalV + (behind ? -1.4 : 0.6))
    let (dx, dy) = (toX - fromX, toY - fromY)
    let t = min(max(((side - fromX) * dx + (place.v - fromY) * dy) / (dx * dx + dy * dy), 0), 1)
    let (ex, ey) = (side - fromX - t * dx, place.v - fromY - t * dy)
    let thick: Float = 0.28 + 0.3 * t
    guard ex * ex + ey * ey < thick * thick else { return .csf }
    // The fan converges downwards, the more so the lower the level.
    let fromPlane = station.fromDisc < station.toDisc ? station.fromDisc : -station.toDisc
    let drop = (1 - t) * (2 + 0.06 * max(place.s, 0))
    guard abs(fromPlane - 2 + drop) < 1.6 + 4.2 * (1 - t) else { return .csf }
    return t > 0.7 || noise(place.s * 0.8, place.u > 0 ? 3 : 20, behind ? 5 : 15) > -0.12 ? .nerve : .csf
  }
}
