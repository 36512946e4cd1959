/// Skull, brain and face.
extension Anatomy {
  /// What lies above the atlas.
  func head(_ s: Float, _ u: Float, _ v: Float, _ station: Station) -> Tissue? {
    let clivus = station.canalV + station.canalFront + 1
    // Above the dorsum sellae the cavity opens to the front.
    let opening = min(max((-62 - s) / 14, 0), 1)
    let reach = v > 0 ? clivus + 12 + 60 * opening : 66
    let (x, y, z) = (u / 60, (v + 4) / reach, (s + 66) / 58)
    let e2 = x * x + y * y + z * z
    let thick: Float = 0.13
    if e2 < 1 && (v < clivus || opening > 0.5) {
      return brain(s, u, v, (1 - e2.squareRoot()) * 58)
    }
    if e2 < (1 + thick) * (1 + thick) && v < clivus {
      let depth = e2.squareRoot() - 1
      return depth < 0.03 || depth > 0.1 ? .bone : .marrow
    }
    // The clivus, wider above.
    if s < -4, let clivus = bone(column(u, 15 - 0.06 * s, v - clivus - 5.5, 5.5), rim: 1) { return clivus }
    if v >= clivus && s < -12 {
      // Nasal cavities, sinuses, and the soft tissue between.
      let mixture = noise(abs(u) / 9, v / 16, s / 12)
      if abs(u) < 30 && v > clivus + 12 { return mixture > 0.12 ? .air : mixture > -0.1 ? .mucosa : .marrow }
      return mixture > 0.35 ? .fat : mixture < -0.4 ? .marrow : nil
    }
    return nil
  }

  /// Cerebellum: leaves of gray matter parted by thin clefts of CSF around a white core; above it the hemispheres' folds.
  @inline(__always) private func brain(_ s: Float, _ u: Float, _ v: Float, _ depth: Float) -> Tissue {
    let warp = noise(u / 14 + 5, v / 14, s / 14 + 9)
    let fold = s > -62 ? (depth + 0.35 * s + 7 * warp) / 3.4 : (depth + 16 * warp + 9 * noise(u / 8, v / 8, s / 8)) / 9
    let place = fold - fold.rounded(.down)
    let core: Float = s > -62 ? 13 + 6 * warp : 8
    if place < (s > -62 ? 0.17 : 0.1) && depth < core + 6 { return .csf }
    return depth < core && (place < 0.62 || depth < 3) ? .brainGray : .brain
  }
}
