/// The tissue at any place outside the dural canal, as implicit functions of neck coordinates.
struct Anatomy {
  let locator: Stations.Locator
  let noise: Texture.Sampler
  let body: Body
  private let (fatBack, fatFront, fascia, fattiness, throat, jaw): (Float, Float, Float, Float, Float, Float)
  private let (arteries, veins, vertebral): (SIMD2<Float>, SIMD2<Float>, SIMD2<Float>)

  init(locator: Stations.Locator, noise: Texture.Sampler, body: Body) {
    (self.locator, self.noise, self.body) = (locator, noise, body)
    (fatBack, fatFront) = (Float(body.fatBack), Float(body.fatFront))
    (fascia, fattiness) = (Float(body.fascia), Float(body.fattiness))
    (throat, jaw) = (Float(body.throat), Float(body.jaw))
    arteries = [Float(body.arteries[0]), Float(body.arteries[1])]
    veins = [Float(body.veins[0]), Float(body.veins[1])]
    vertebral = [Float(body.vertebralArteries[0]), Float(body.vertebralArteries[1])]
  }

  /// The tissue at neck coordinates.
  func tissue(at place: Stations.Place) -> Tissue {
    let station = locator.stations[place.station]
    let (s, u, v) = (place.s, place.u, place.v)
    let across = u / station.width
    let along = v > 0 ? v / station.reachFront : v / station.reachBack
    let (x2, y2) = (across * across, along * along)
    let radius2 = x2 + y2 - 0.35 * x2 * y2
    // The squared-off ellipse only makes sense within its box.
    if radius2 > 1 || x2 > 1 || y2 > 1 { return .air }
    let radius = radius2.squareRoot()
    let depth = (u * u + v * v).squareRoot() * (1 / max(radius, 0.01) - 1)
    if depth < 1.6 { return .skin }
    let wave = noise(u / 22, v / 22, s / 35)
    let layer = (v > 0 ? fatFront : fatFront + (fatBack - fatFront) * along * along) * (1 + 0.5 * wave)
    if depth < layer + 1.6 { return .fat }

    if s < 2, let tissue = head(s, u, v, station) { return tissue }
    if abs(u) < 48, v < 40, v > -65, s > -4, let tissue = spine(s, u, v, station) { return tissue }
    if v > station.wall + 10, let tissue = front(s, u, v, station) { return tissue }
    if let tissue = vessel(s, u, v, station) { return tissue }
    if s > 140, let tissue = chest(s, u, v) { return tissue }
    return muscle(s, u, v, depth - layer, wave)
  }

  /// Muscle bellies drawn by thin sheets of fat: layers that follow the skin, split by upright sheets, alike on both sides.
  @inline(__always) private func muscle(_ s: Float, _ u: Float, _ v: Float, _ depth: Float, _ wave: Float) -> Tissue {
    let side = abs(u) + 0.6 * wave
    if v < 0 && abs(u) < 0.9 + 0.6 * wave { return .ligament }
    let warp = noise(side / 9 + 3, v / 9 + 7, s / 45)
    let layers = (depth + 7 * warp) / 10
    let sheet = abs(layers - layers.rounded())
    // Sheets thin out and thicken along their way.
    if depth > 2 && sheet < (0.05 + 0.05 * wave) * fascia { return .fascia }
    let split = noise(side / 6.5, v / 6.5 + 5, s / 55)
    if abs(split) < 0.03 * fascia { return .fascia }
    let fine = noise(u / 3.6 + 11, v / 3.6, s / 22)
    if fine > 0.66 - 0.3 * fattiness || warp > 0.62 - 0.25 * fattiness { return .fat }
    if fine < -0.72 { return .vein }
    return .muscle
  }

  /// Bone with a dense rim: what is nearer than the rim to the surface is cortical.
  @inline(__always) private func bone(_ depth: Float, rim: Float = 0.9) -> Tissue? {
    depth < 0 ? nil : depth < rim ? .bone : .marrow
  }

  /// Depth inside a box with rounded corners, mm; negative outside.
  @inline(__always) private func box(_ x: Float, _ halfX: Float, _ y: Float, _ halfY: Float, _ z: Float, _ halfZ: Float) -> Float {
    min(halfX - abs(x), halfY - abs(y), halfZ - abs(z))
  }

  /// Depth inside an elliptical column, mm (to first order).
  @inline(__always) private func column(_ x: Float, _ halfX: Float, _ y: Float, _ halfY: Float) -> Float {
    (1 - ((x / halfX) * (x / halfX) + (y / halfY) * (y / halfY)).squareRoot()) * min(halfX, halfY)
  }

  /// Vertebrae, discs, joints, ligaments and what fills the gaps between them.
  private func spine(_ s: Float, _ u: Float, _ v: Float, _ station: Station) -> Tissue? {
    let side = abs(u)
    let t = station.fromDisc
    let height = station.fromDisc + station.toDisc
    let level = station.level
    let wall = station.wall

    // Vertebral body, dens, front arch of the atlas, discs.
    let middle = wall + station.bodyB
    if level >= 2 {
      let (x, y) = (u / station.bodyA, (v - middle) / station.bodyB)
      let q = x * x + y * y - 0.45 * x * x * y * y
      // The dens is narrow; the axis widens below it.
      let narrow: Float = level == 2 ? min(1, 0.62 + 0.5 * t / height) : 1
      let edge = narrow * narrow
      let near = abs(x) < 1.1 && abs(y) < 1.1
      if near && q < edge {
        let (above, below) = (t - station.discAbove * (1 - 0.3 * q), station.toDisc - station.discBelow * (1 - 0.3 * q))
        if level >= 3 && above < 0 || below < 0 { return q > 0.82 ? .ligament : .disc }
        let rim = (edge - q) * 0.5 * station.bodyB
        if rim < 0.8 || level >= 3 && above < 0.8 || below < 0.8 { return .bone }
        if abs(t - height / 2) < 1.2 && side < 2.5 && y < -0.25 { return .vein }
        return .marrow
      }
      if near && q < 1.25 && y > 0.3 { return .ligament }
      if near && q < 1.15 && y < -0.3 && side < 6 { return .ligament }
    } else if level == 1 {
      if let dens = bone(min(column(u, 5.2, v - wall - 5.5, 5.5), t - 1.5)) { return dens }
      if let arch = bone(box(u, 14, v - wall - 14.5 + side * side * 0.02, 3, t - 11, 5)) { return arch }
      if side < 9 && v > wall && v < wall + 12 { return t < 2 ? .fat : .ligament }
    }

    // Around the canal.
    let (cu, cv) = ((u - station.canalU) / station.canalA, (v - station.canalV) / station.canalB)
    let ring = (cu * cu + cv * cv).squareRoot()
    let away = (u * u + v * v).squareRoot() * (1 - 1 / max(ring, 0.2))
    let behind = v < station.canalV
    let pad: Float = behind ? max(0, 3.2 - 0.7 * side) * min(1, abs(t - 0.15 * height) < 5 ? 1 : 0.3) : 0
    if away < 1 + pad { return behind ? .epidural : side > 5 ? .vein : .ligament }

    let phase = t / max(height, 1)
    // Vertebral artery through the transverse processes.
    if level >= 1 && level <= 6 {
      let vessel = (side - station.bodyA - 6.5) * (side - station.bodyA - 6.5) + (v - wall - 3) * (v - wall - 3)
      let size = 2.1 * (u > 0 ? vertebral.x : vertebral.y)
      if vessel < size * size { return .artery }
      if vessel < (size + 1.2) * (size + 1.2) { return .vein }
    }
    // Pedicles and transverse processes.
    let lateral = side - station.canalA
    if level >= 2 {
      if phase > 0.2 && phase < 0.5 {
        if let pedicle = bone(box(lateral - 4, 4.5, v - wall + 2, 6, phase - 0.35, 0.15 * height), rim: 0.7) { return pedicle }
        if let process = bone(box(lateral - 8, 7, v - wall - 4, 5, phase - 0.35, 0.15 * height), rim: 0.8) { return process }
      }
    } else if level == 1 {
      if let mass = bone(box(lateral - 5, 6, v - wall - 2, 8, t - 11, 8)) { return mass }
    }
    // Articular pillars with their oblique joints.
    let pillarV = station.canalV - 5
    let pillar = column(lateral - 7, 7.5, v - pillarV + 0.35 * (lateral - 7), 6.5)
    if pillar > 0 && level >= 1 {
      let joint = abs(t < height / 2 ? t + 0.75 * (v - pillarV) : t - height + 0.75 * (v - pillarV))
      if joint < 0.6 && lateral > 2.5 { return .cartilage }
      return pillar < 1.1 || joint < 1.4 ? .bone : .marrow
    }
    // Foramen: fat, with the root and its veins.
    if lateral > 0 && lateral < 11 && v > station.canalV - 6 && v < wall + 6 {
      let fromPlane = t < height / 2 ? t : t - height
      let (dy, dz) = (v - station.canalV - 0.5 - 0.2 * lateral, fromPlane - 1 - 0.25 * lateral)
      let root = dy * dy + dz * dz
      return root < 6.5 ? .nerve : root < 12 ? .vein : .fat
    }
    // Lamina and spinous process; they slope down behind.
    if behind && level >= 1 {
      let slope = t - 0.25 * max(0, -v - 8)
      let lamina = min(min(away - 1 - pad, 7 + pad - away), (0.36 * height) - abs(slope - 0.5 * height))
      if let tissue = bone(lamina, rim: 1.3) { return tissue }
      if away < 4 { return .ligament }
      let length = station.canalB - station.canalV + station.spine
      let backwards = -v
      if station.spine > 0 && backwards < length {
        let thick = 1.8 + 2.2 * max(0, (backwards - length + 9) / 9)
        let tall = (level > 7 ? 6.5 : 4.2) * (1 - 0.2 * backwards / length)
        let process = min(min(thick - side, tall - abs(slope - 0.55 * height)), length - backwards)
        if let tissue = bone(process, rim: 1.1) { return tissue }
        if side < 1.4 { return .ligament }
      }
    }
    return nil
  }

  /// Skull, brain and face.
  private func head(_ s: Float, _ u: Float, _ v: Float, _ station: Station) -> Tissue? {
    let clivus = station.canalV + station.canalB + 1
    // Above the dorsum sellae the cavity opens to the front.
    let opening = min(max((-62 - s) / 14, 0), 1)
    let reach = v > 0 ? clivus + 12 + 60 * opening : 66
    let (x, y, z) = (u / 60, (v + 4) / reach, (s + 66) / 58)
    let e2 = x * x + y * y + z * z
    let thick: Float = 0.13
    if e2 < 1 && (v < clivus || opening > 0.5) {
      let folds = noise(u / 5.5, v / 9, s / 5.5)
      if abs(folds) < 0.05 { return .csf }
      return noise(u / 9 + 5, v / 9, s / 9 + 9) + 0.5 * folds > 0.05 ? .brainGray : .brain
    }
    if e2 < (1 + thick) * (1 + thick) && v < clivus {
      let depth = e2.squareRoot() - 1
      return depth < 0.03 || depth > 0.1 ? .bone : .marrow
    }
    if v >= clivus && v < clivus + 11 && abs(u) < 16 && s < -4 {
      let rim = min(v - clivus, clivus + 11 - v, 16 - abs(u))
      return rim < 1 ? .bone : .marrow
    }
    if v >= clivus && s < -12 {
      // Nasal cavities, sinuses, and the soft tissue between.
      let mixture = noise(abs(u) / 9, v / 16, s / 12)
      if abs(u) < 30 && v > clivus + 12 { return mixture > 0.12 ? .air : mixture > -0.1 ? .mucosa : .marrow }
      return mixture > 0.35 ? .fat : mixture < -0.4 ? .marrow : nil
    }
    return nil
  }

  /// Throat, larynx, trachea, esophagus, thyroid, jaw and tongue.
  private func front(_ s: Float, _ u: Float, _ v: Float, _ station: Station) -> Tissue? {
    let face = station.wall + 2 * station.bodyB
    let x = u - throat
    if s < 52 && s > -40 {
      let pharynx = column(x, 13, v - face - 9, 5 + 2 * noise(s / 12, 3, 5))
      if pharynx > 0 { return .air }
      if pharynx > -2.5 { return .mucosa }
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
  private func vessel(_ s: Float, _ u: Float, _ v: Float, _ station: Station) -> Tissue? {
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

  /// Lungs and the bones of the shoulder.
  private func chest(_ s: Float, _ u: Float, _ v: Float) -> Tissue? {
    let grown = min(max((s - 150) / 50, 0), 1).squareRoot()
    if grown > 0 {
      let lung = column(abs(u) - 20 - 42 * grown, 44 * grown, v - 12, 58 * grown)
      if lung > 0 { return .air }
      if lung > -6 && lung < -2 && noise(s / 9, 1, 1) > 0 { return lung > -3 || lung < -5 ? .bone : .marrow }
    }
    if abs(u) > 110 && noise(u / 40, v / 40, s / 40) > 0.25 { return .marrow }
    return nil
  }
}
