import Foundation
import Volumes

extension Neck {
  /// A patch of the cord with more water, an ellipsoid in the cord's own coordinates; what lies outside the cord does not count.
  public struct Lesion: Sendable, Codable {
    /// Center along the cord, mm, and in its section as fractions of the half diameters.
    public var place, right, front: Double
    /// Half diameters of the ellipsoid, mm: to the right, to the front, along the cord.
    public var halves: SIMD3<Double>
    /// Share of water that replaces tissue, 0...1; 1 is a cavity.
    public var water: Double
    /// Share of the radius over which the signal fades at the edge, 0 (sharp)...1; the mask ends in its middle.
    public var softness: Double

    /// A lesion; each parameter is explained at its property.
    public init(place: Double, right: Double, front: Double, halves: SIMD3<Double>, water: Double, softness: Double = 0.3) {
      (self.place, self.right, self.front, self.halves) = (place, right, front, halves)
      (self.water, self.softness) = (water, softness)
    }

    /// Distance from the center, 1 at the mask's edge.
    ///
    /// - Parameters:
    ///   - s, u, v: Place in the neck, mm.
    ///   - cord: Half RL and AP diameter of the cord there, mm.
    func radius(_ s: Double, _ u: Double, _ v: Double, cord: SIMD2<Double>) -> Double {
      let offset = SIMD3(u - right * cord.x, v - front * cord.y, s - place) / halves
      return (offset * offset).sum().squareRoot()
    }

    /// Share of water at a place.
    func weight(_ s: Float, _ u: Float, _ v: Float, cord: SIMD2<Float>) -> Float {
      let radius = radius(Double(s), Double(u), Double(v), cord: SIMD2<Double>(cord))
      return Float(water * min(max((1 + softness / 2 - radius) / max(softness, 1e-3), 0), 1))
    }
  }

  /// The fraction of every voxel that is both cord and lesion.
  ///
  /// - Parameter grid: Any grid.
  /// - Returns: Occupancy 0...1, sampled every quarter of a millimeter; 0 everywhere in a cord without lesions.
  public func lesionOccupancy(on grid: Grid) -> Volume {
    var volume = Volume(repeating: 0, grid: grid)
    guard !lesions.isEmpty else { return volume }
    let tube = cord
    let occupancy = tube.occupancy(on: grid, below: Self.top).below
    let parts = grid.spacing.map { max(1, Int(($0 / 0.25).rounded(.up))) }
    let axes = (grid.affine.x, grid.affine.y, grid.affine.z)
    let reach = (axes.0.length + axes.1.length + axes.2.length) / 2
    for offset in occupancy.indices where occupancy[offset] > 0 {
      let (z, rest) = offset.quotientAndRemainder(dividingBy: grid.shape.x * grid.shape.y)
      let center = grid.world(SIMD3(Double(rest % grid.shape.x), Double(rest / grid.shape.x), Double(z)))
      let foot = tube.foot(of: center)
      guard lesions.contains(where: { abs(foot - $0.place) < $0.halves.z + reach }) else { continue }
      var inside = 0
      for c in 0..<parts.z {
        for b in 0..<parts.y {
          for a in 0..<parts.x {
            let shift = (SIMD3(Double(a), Double(b), Double(c)) + 0.5) / SIMD3<Double>(parts) - 0.5
            let point = center + axes.0 * shift.x + axes.1 * shift.y + axes.2 * shift.z
            let s = tube.foot(of: point, guess: foot)
            let section = tube.section(at: s)
            let (u, v) = ((point - section.center).dot(section.right), (point - section.center).dot(section.front))
            guard section.radius(u, v) <= 1 else { continue }
            let cord = SIMD2(section.halfRL, section.halfAP)
            if lesions.contains(where: { $0.radius(s, u, v, cord: cord) <= 1 }) { inside += 1 }
          }
        }
      }
      volume.voxels[offset] = min(occupancy[offset], Float(inside) / Float(parts.x * parts.y * parts.z))
    }
    return volume
  }
}

extension Tube.Section {
  /// Normalized radius of a place in the section, 1 on its edge.
  func radius(_ u: Double, _ v: Double) -> Double {
    let (x, y) = (u / halfRL, v / halfAP)
    let r = max((x * x + y * y).squareRoot(), 1e-9)
    return r / outline.radius(Outline.multiples(y / r, x / r)).x
  }
}
