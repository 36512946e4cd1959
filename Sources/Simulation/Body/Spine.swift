/// The vertebral column around the canal.
extension Anatomy {
  /// Vertebrae, discs, joints, ligaments and what fills the gaps between them.
  func spine(_ s: Float, _ u: Float, _ v: Float, _ station: Station) -> Tissue? {
    // Edges of bones and ligaments are uneven.
    let rough = noise(u / 4.5 + 5, v / 4.5, s / 5)
    if let tissue = vertebralBody(u + rough, v + 0.7 * rough, station) { return tissue }
    let side = abs(u)
    let t = station.fromDisc
    let height = station.fromDisc + station.toDisc
    // Around the canal: dura, then fat behind and veins in front.
    let (cu, cv) = (
      (u - station.canalU) / station.canalA, (v - station.canalV) / (v > station.canalV ? station.canalFront : station.canalBack)
    )
    let ring = (cu * cu + cv * cv).squareRoot()
    let offset = ((u - station.canalU) * (u - station.canalU) + (v - station.canalV) * (v - station.canalV)).squareRoot()
    let away = offset * (1 - 1 / max(ring, 0.2))
    let behind = v < station.canalV
    if away < 0.45 { return .ligament }
    // The fat is a wedge under the yellow ligaments, and hardly there under the laminae.
    let pad: Float = behind ? max(0, 3.2 - 0.6 * side) * max(0, 1 - square((t - 0.12 * height) / (0.38 * height))) : 0
    if away < 0.75 + pad + 0.6 * rough {
      return behind ? pad > 0.5 || rough > 0.1 ? .epidural : .ligament : side > 4.5 ? .vein : .ligament
    }
    return surroundings(s, u + rough, v + 0.7 * rough, away, pad, station)
  }

  /// Arches, joints, foramina and what fills the gaps.
  private func surroundings(_ s: Float, _ u: Float, _ v: Float, _ away: Float, _ pad: Float, _ station: Station) -> Tissue? {
    let side = abs(u)
    let t = station.fromDisc
    let height = station.fromDisc + station.toDisc
    let level = station.level
    let wall = station.wall
    let behind = v < station.canalV

    // Vertebral artery through the transverse processes.
    if level >= 1 && level <= 6 {
      let (x, y) = (side - station.bodyA - 6.5 - 0.6 * noise(s / 14, u > 0 ? 4 : 12, 3), v - wall - 3)
      let vessel = x * x + y * y
      let size = 2.1 * (u > 0 ? vertebral.x : vertebral.y)
      if vessel < size * size { return .artery }
      if vessel < (size + 1.1) * (size + 1.1) { return y * (u > 0 ? 1 : -1) > -0.5 ? .vein : .fat }
    }
    // Pedicles and transverse processes.
    let lateral = side - station.canalA
    if level >= 2 {
      let z = t - 0.35 * height
      if abs(z) < 0.2 * height {
        if let pedicle = bone(lump(lateral - 3.5, 5.5, v - wall + 2.5 + 0.4 * lateral, 3.4, z, 0.2 * height), rim: 0.8) { return pedicle }
        if let process = bone(lump(lateral - 9.5, 7.5, v - wall - 5.5, 2.4, z, 0.18 * height), rim: 0.7) { return process }
        if let process = bone(lump(lateral - 11, 6.5, v - wall + 1 - 0.2 * lateral, 2.2, z, 0.18 * height), rim: 0.7) { return process }
      }
    } else if level == 1 {
      if let mass = bone(lump(lateral - 6, 7.5, v - wall - 2 - 0.3 * lateral, 8, t - 11, 8.5), rim: 1) { return mass }
    }
    // Articular pillars with their oblique joints.
    let pillarV = station.canalV - 5
    let pillar = column(lateral - 7, 7.5, v - pillarV + 0.35 * (lateral - 7), 6)
    if pillar > 0 && level >= 1 {
      let joint = abs(t < height / 2 ? t + 0.75 * (v - pillarV) : t - height + 0.75 * (v - pillarV))
      if joint < 0.5 && lateral > 2.5 { return .cartilage }
      return pillar < 1.1 || joint < 1.4 ? .bone : .marrow
    }
    // Foramen: fat, with the ganglion, the root on its way to the side and front, and veins.
    let mouth = column(lateral - 4.5, 7, v - station.canalV - 1 - 0.35 * lateral, 5.5)
    if lateral > -2 && mouth > 0 {
      let fromPlane = t < height / 2 ? t : t - height
      let (dy, dz) = (v - station.canalV - 0.3 - 0.35 * lateral, fromPlane - 1 - 0.3 * lateral)
      let swelling: Float = 1.5 + 1.2 * max(0, 1 - abs(lateral - 5) / 3)
      let root = (dy * dy + 0.5 * dz * dz) / (swelling * swelling)
      if root < 1 { return .nerve }
      return root < 2 && noise(u / 3, v / 3, s / 4) > 0 ? .vein : mouth < 0.6 ? .ligament : .fat
    }
    return behind && level >= 1 ? arch(side, v, away, pad, station) : nil
  }

  /// Lamina, yellow ligament and spinous process; they slope down behind.
  private func arch(_ side: Float, _ v: Float, _ away: Float, _ pad: Float, _ station: Station) -> Tissue? {
    let (t, height, level) = (station.fromDisc, station.fromDisc + station.toDisc, station.level)
    let lateral = side - station.canalA
    let slope = t - 0.25 * max(0, -v - 8)
    let lamina = min(min(away - 1 - pad, 6.5 + pad - away), 0.36 * height - abs(slope - 0.5 * height))
    if lateral < 6, let tissue = bone(lamina, rim: 1.3) { return tissue }
    if away < 4 + pad && lateral < 4 { return .ligament }
    let length = station.canalBack - station.canalV + 5 + station.spine
    let backwards = -v
    if station.spine > 0 && backwards < length {
      // Broad at the lamina and at the tip; cervical tips are cleft.
      let tip = max(0, (backwards - length + 9) / 9)
      let thick = 2.3 + 2.2 * tip
      let tall = (level > 6 || level == 2 ? 6.5 : 4.4) * (1 - 0.25 * backwards / length)
      let cleft: Float = level < 7 && tip > 0.3 ? side - 0.9 * tip : 9
      let slant = t - (level > 7 ? 0.55 : 0.3) * max(0, -v - 8)
      let process = min(min(thick - side, tall - abs(slant - 0.55 * height)), length - backwards)
      if process > 0 && cleft > 0 { return min(process, cleft) < 0.8 ? .bone : .marrow }
      // Between the processes: ligament streaked with fat.
      let streak = noise(v / 9, slant / 2.5, 6)
      if side < 1.1 + 0.6 * streak { return streak > 0.25 ? .fascia : .ligament }
    }
    return nil
  }

  @inline(__always) private func square(_ x: Float) -> Float { x * x }

  /// Vertebral body, dens, front arch of the atlas, discs and the long ligaments.
  private func vertebralBody(_ u: Float, _ v: Float, _ station: Station) -> Tissue? {
    let side = abs(u)
    let t = station.fromDisc
    let height = station.fromDisc + station.toDisc
    let level = station.level
    let wall = station.wall
    if level >= 2 {
      let (x, y) = (u / station.bodyA, (v - wall - station.bodyB) / station.bodyB)
      let (worn, wornBelow) = (station.wearAbove, station.wearBelow)
      let lip: Float = 1.12 + max(worn.lips, wornBelow.lips) / 2
      guard abs(x) < lip && abs(y) < lip else { return nil }
      let q = x * x + y * y - 0.45 * x * x * y * y
      // Distances from the planes of the discs, which may slant about their posterior edges.
      let (fromAbove, fromBelow) = (abs(t - worn.slant * (v - wall)), abs(station.toDisc + wornBelow.slant * (v - wall)))
      // The dens is narrow; the axis widens below it. Bodies are waisted between their endplates.
      let narrow: Float = level == 2 ? min(1, 0.62 + 0.5 * t / height) : 1
      let waist = min(fromAbove - station.discAbove, fromBelow - station.discBelow) / max(height, 1)
      let spur = max(worn.lips * (1 - fromAbove / 7), wornBelow.lips * (1 - fromBelow / 7), 0)
      let edge = narrow * narrow * (level > 2 ? 1.04 - 0.5 * max(0, waist) : 1) + spur
      if q < edge {
        // Endplates are hollow; the sides of cervical ones rise as hooks.
        let hook = level > 2 && level < 8 ? 2.2 * max(0, x * x - 0.5) : 0
        let hookBelow: Float = level > 1 && level < 7 ? 2.2 * max(0, x * x - 0.5) : 0
        let hollow = max(0, 1 - 6 * (x * x + y * y))
        let above = fromAbove - station.discAbove * (1 - 0.3 * q) - worn.node * hollow + hook
        let below = fromBelow - station.discBelow * (1 - 0.3 * q) - wornBelow.node * hollow - hookBelow
        if level >= 3 && above < 0 && q < edge - spur { return disc(q, u, v, age: station.ageAbove) }
        if below < 0 && q < edge - spur { return disc(q, u, v, age: station.ageBelow) }
        let rim = (edge - q) * 0.5 * station.bodyB
        if rim < 0.8 || level >= 3 && above < 0.8 || below < 0.8 { return .bone }
        if level >= 3 && above < worn.fat || below < wornBelow.fat { return .fat }
        // The basivertebral vein enters in the middle of the back wall.
        if y < 0 && abs(t - height / 2) < 0.4 - 1.3 * y && side < 0.6 - 2.4 * y * y * y { return .vein }
        return .marrow
      }
      if q < 1.25 && y > 0.3 { return .ligament }
      if q < 1.15 && y < -0.3 { return side < 5 ? .ligament : side < 9 ? .vein : nil }
    } else if level == 1 {
      if let dens = bone(min(column(u, 5.2, v - wall - 5.5, 5.5), t - 1.5)) { return dens }
      if let arch = bone(lump(u, 15, v - wall - 14.5 + side * side * 0.025, 3, t - 11, 5)) { return arch }
      if side < 9 && v > wall && v < wall + 12 { return t < 2 ? .fat : .ligament }
    }
    return nil
  }

  /// A disc: fibers around a nucleus that shrinks and darkens with age.
  @inline(__always) private func disc(_ q: Float, _ u: Float, _ v: Float, age: Float) -> Tissue {
    if q > 0.88 - 0.35 * age { return .ligament }
    return age > 0.7 && noise(u / 4, v / 4, 2) > 1.2 - 1.4 * age ? .ligament : .disc
  }
}
