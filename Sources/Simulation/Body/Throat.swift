/// What lies before the spine, and beside it.
extension Anatomy {
  /// Throat, larynx, trachea, esophagus, thyroid, jaw and tongue.
  func front(_ s: Float, _ u: Float, _ v: Float, _ station: Station) -> Tissue? {
    let face = station.wall + 2 * station.bodyB
    let x = u - throat
    if s < 52 && s > -40 {
      let ripple = noise(u / 8, v / 8, s / 10)
      let pharynx = column(x, 13, v - face - 8, 4 + 2.5 * noise(s / 12, 3, 5)) + 1.5 * ripple
      if pharynx > 0 { return .air }
      if pharynx > -1.6 + ripple { return .mucosa }
    }
    if s >= 52 && s < 88 {
      let larynx = column(x, 6, v - face - 16, 10)
      if larynx > 0 { return .air }
      if larynx > -2 { return .mucosa }
      if larynx > -4.5 && v > face + 12 { return .cartilage }
    }
    if s >= 88 {
      let trachea = column(x, 8, v - face - 16, 8)
      if trachea > 0 { return .air }
      if trachea > -2 { return v > face + 10 ? .cartilage : .mucosa }
    }
    if s > 75 {
      let esophagus = column(x + 4, 7, v - face - 5, 3.5)
      if esophagus > 0 { return esophagus > 2 ? .mucosa : .muscle }
    }
    if s > 84 && s < 122 && column(abs(x) - 15, 8, v - face - 14, 11) > 0 { return .gland }
    // Jaw: a horseshoe of bone; the tongue lies within.
    if s < jaw && v > 34 {
      let (a, b) = (u / 44, (v - 40) / 52)
      let arch = (a * a + b * b).squareRoot()
      if arch > 0.84 && arch < 1 && s > jaw - 34 { return arch < 0.87 || arch > 0.97 ? .bone : .marrow }
      if s < jaw - 14 && s > jaw - 17 && arch < 0.8 { return .air }
    }
    if s < 40 && s > -25 && column(abs(u) - 46, 13, v - 24, 20) > 0 { return .gland }
    return nil
  }

  /// Carotid arteries and jugular veins.
  func vessel(_ s: Float, _ u: Float, _ v: Float, _ station: Station) -> Tissue? {
    guard v > 0, s > -30 else { return nil }
    let right = u > 0
    let side = abs(u) + 2 * noise(s / 40, right ? 1 : 9, 2)
    let artery = right ? arteries.x : arteries.y
    let vein = right ? veins.x : veins.y
    let (ax, ay) = (side - 25, v - station.wall - 16)
    if ax * ax + ay * ay < 11 * artery * artery { return .artery }
    if s < 45 {
      let (bx, by) = (side - 28, v - station.wall - 24)
      if bx * bx + by * by < 6 * artery * artery { return .artery }
    }
    let (cx, cy) = (side - 33, v - station.wall - 14)
    if cx * cx + 1.6 * cy * cy < 30 * vein * vein { return .vein }
    return nil
  }

  /// What lies before the lumbar spine: organs, bowels and fat, in patches.
  private func abdomen(_ s: Float, _ u: Float, _ v: Float) -> Tissue? {
    guard v > 38 || abs(u) > 70 && v > -10 else { return nil }
    let patch = noise(u / 26, v / 22, s / 24)
    return patch > 0.3 ? .gland : patch > 0.24 ? .fat : patch < -0.45 ? .air : patch < -0.1 ? .mucosa : .fat
  }

  /// Lungs and the bones of the shoulder.
  func chest(_ s: Float, _ u: Float, _ v: Float) -> Tissue? {
    let grown = min(max((s - 150) / 50, 0), 1).squareRoot()
    if s > 350 { return abdomen(s, u, v) }
    if grown > 0 {
      let lung = column(abs(u) - 20 - 42 * grown, 44 * grown, v - 12, 58 * grown)
      if lung > 0 { return .air }
      if lung > -6 && lung < -2 && noise(s / 9, 1, 1) > 0 { return lung > -3 || lung < -5 ? .bone : .marrow }
    }
    if abs(u) > 110 && noise(u / 40, v / 40, s / 40) > 0.25 { return .marrow }
    return nil
  }
}
