import Foundation
import Morphometry
import Numerics
import Registration
import Volumes

/// Draws binary masks as people do: a little too large or too small, with an unsteady hand.
///
/// The rater sees the slices of the image, so whatever moved or bent the cord in the image did the same to the mask.
public struct SimulatedRater: Sendable {
  /// How far outside the truth the line runs on average, mm.
  public var offset: Double
  /// SD of the contour along its normal within a mask, mm, and over which distance along the cord it lasts, mm.
  public var (unsteadiness, persistence) = (0.25, 10.0)
  /// SD of single voxels' distances, mm: ragged edges.
  public var raggedness = 0.1
  /// Waves around the cord of which the unsteadiness is made.
  private static let waves = 4

  /// A rater whose line runs `offset` mm outside the truth.
  public init(offset: Double) { self.offset = offset }

  /// The mask of a scan.
  ///
  /// - Parameters:
  ///   - truth: Exact occupancy on the image's grid.
  ///   - generator: Source of the hand's unsteadiness.
  /// - Returns: 0 or 1 on the same grid; empty where the truth is.
  public func mask(of truth: Volume, generator: inout Generator) -> Volume {
    let slicing = Slicing(of: truth.grid)
    let toSlice = { (world: SIMD3<Double>) in SIMD2(world.dot(slicing.right), world.dot(slicing.anterior)) }
    let axes = [truth.grid.affine.x, truth.grid.affine.y, truth.grid.affine.z].map(toSlice)
    let others = [0, 1, 2].filter { $0 != slicing.axis }
    let pixels = OutlineSums.parts(of: axes[others[0]], axes[others[1]])
    var outlines: [Int: (center: SIMD2<Double>, sums: OutlineSums)] = [:]
    for slice in MaskSlice.all(of: truth) { outlines[slice.slice] = (toSlice(slice.center), OutlineSums()) }
    truth.forEachVoxel { index, value in
      let slice = index[slicing.axis]
      guard let center = outlines[slice]?.center else { return }
      let place = toSlice(truth.grid.world(SIMD3<Double>(index))) - center
      for part in pixels { outlines[slice]?.sums.add(place + part, weight: Double(value) / Double(pixels.count)) }
    }
    var mask = Volume(repeating: 0, grid: truth.grid)
    let fade = exp(-slicing.spacing / persistence)
    let amplitude = unsteadiness / 2
    var hand = (0..<2 * Self.waves).map { _ in generator.normal(0, amplitude) }
    for slice in outlines.keys.sorted() {
      guard let (center, sums) = outlines[slice] else { continue }
      hand = hand.map { fade * $0 + (1 - fade * fade).squareRoot() * generator.normal(0, amplitude) }
      let outline = sums.contour(pixelArea: slicing.pixelArea)
      let drawn = [offset] + hand.map { $0 / 2.0.squareRoot() }
      let surface = outline.surface
      let reach = (surface.radii.max() ?? 0) + 4 * (unsteadiness + raggedness) + abs(offset)
      forEachPixel(of: slice, in: mask.grid, slicing) { index in
        let place = toSlice(mask.grid.world(SIMD3<Double>(index))) - center
        let radius = (place * place).sum().squareRoot()
        guard radius < reach else { return }
        let angle = atan2(place.y, place.x)
        let way = zip(drawn, Contour.wave(at: angle)).reduce(generator.normal(0, raggedness)) { $0 + $1.0 * $1.1 }
        if surface.distance(angle: angle, radius: radius) < way { mask[index.x, index.y, index.z] = 1 }
      }
    }
    return mask
  }

  private func forEachPixel(of slice: Int, in grid: Grid, _ slicing: Slicing, _ body: (SIMD3<Int>) -> Void) {
    let others = [0, 1, 2].filter { $0 != slicing.axis }
    var index = SIMD3<Int>(repeating: slice)
    for b in 0..<grid.shape[others[1]] {
      for a in 0..<grid.shape[others[0]] {
        (index[others[0]], index[others[1]]) = (a, b)
        body(index)
      }
    }
  }
}
