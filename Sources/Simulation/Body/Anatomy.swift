/// The tissue at any place outside the dural canal, as implicit functions of neck coordinates.
struct Anatomy {
  let locator: Stations.Locator
  let noise: Texture.Sampler
  let body: Body
  let (fatBack, fatFront, fascia, fattiness, throat, jaw): (Float, Float, Float, Float, Float, Float)
  let (arteries, veins, vertebral): (SIMD2<Float>, SIMD2<Float>, SIMD2<Float>)
  private let shoulders: Float

  init(locator: Stations.Locator, noise: Texture.Sampler, body: Body) {
    (self.locator, self.noise, self.body) = (locator, noise, body)
    (fatBack, fatFront) = (Float(body.fatBack), Float(body.fatFront))
    (fascia, fattiness) = (Float(body.fascia), Float(body.fattiness))
    (throat, jaw, shoulders) = (Float(body.throat), Float(body.jaw), Float(body.shoulders))
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
    return muscle(s, u, v, depth - layer, wave, station)
  }

  /// Bone with a dense rim: what is nearer than the rim to the surface is cortical.
  @inline(__always) func bone(_ depth: Float, rim: Float = 0.9) -> Tissue? {
    depth < 0 ? nil : depth < rim ? .bone : .marrow
  }

  /// Depth inside a box with round edges, mm (to first order); negative outside.
  @inline(__always) func lump(_ x: Float, _ halfX: Float, _ y: Float, _ halfY: Float, _ z: Float, _ halfZ: Float) -> Float {
    let (a, b, c) = ((x / halfX) * (x / halfX), (y / halfY) * (y / halfY), (z / halfZ) * (z / halfZ))
    return (1 - (a * a + b * b + c * c).squareRoot().squareRoot()) * min(halfX, halfY, halfZ)
  }

  /// Depth inside an elliptical column, mm (to first order).
  @inline(__always) func column(_ x: Float, _ halfX: Float, _ y: Float, _ halfY: Float) -> Float {
    (1 - ((x / halfX) * (x / halfX) + (y / halfY) * (y / halfY)).squareRoot()) * min(halfX, halfY)
  }
}
