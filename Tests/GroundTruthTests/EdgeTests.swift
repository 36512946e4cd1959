import Foundation
import Numerics
import Testing
import Volumes

@testable import GroundTruth

@Suite struct EdgeTests {
  /// Share of each voxel inside an upright ellipse of half diameters 6 and 4 mm, by 5 × 5 points.
  static func truth(_ spacing: SIMD3<Double>, length: Double = 60) -> Volume {
    let shape = SIMD3<Int>(Int(30 / spacing.x), Int(30 / spacing.y), Int(length / spacing.z))
    var truth = Volume(repeating: 0, grid: Grid(shape: shape, affine: Affine(spacing: spacing, origin: [-15.03, -14.98, spacing.z / 2])))
    for y in 0..<shape.y {
      for x in 0..<shape.x {
        let p = truth.grid.world(SIMD3(Double(x), Double(y), 0))
        let inside = (0..<25).count { k in
          let u = (p.x + spacing.x * (Double(k % 5) - 2) / 5) / 6
          let v = (p.y + spacing.y * (Double(k / 5) - 2) / 5) / 4
          return u * u + v * v < 1
        }
        for z in 0..<shape.z { truth[x, y, z] = Float(inside) / 25 }
      }
    }
    return truth
  }

  static func contrast(_ name: String, _ spacing: SIMD3<Double>, cord: Float, fluid: Float, seed: UInt64) -> (ContrastScan, Volume) {
    let truth = truth(spacing)
    var generator = Generator(seed: seed)
    let mask = SimulatedRater(offset: 0).mask(of: truth, generator: &generator)
    let image = truth.map { $0 * cord + (1 - $0) * fluid + Float(generator.normal(0, 4)) }
    return (ContrastScan(name: name, image: image, mask: mask), truth)
  }

  @Test func edgesOfImagesAreSteadierThanHands() throws {
    let contrasts = [
      Self.contrast("T2w", [0.8, 0.8, 0.8], cord: 40, fluid: 100, seed: 1),
      Self.contrast("T1w", [1, 1, 1], cord: 100, fluid: 40, seed: 2),
      Self.contrast("T2star", [0.5, 0.5, 5], cord: 50, fluid: 100, seed: 3),
    ]
    func error(_ scans: [ContrastScan]) throws -> Double {
      let person = try Preparation(scans, reference: "T2w")
      #expect(person.contrasts.allSatisfy { $0.disagreement == nil })
      let recipe = try #require(RefinedRecipe(person, norms: ContrastNorms([person])))
      let soft = try #require(recipe.truth(of: "T2star", on: scans[2].mask.grid)).soft
      let edge = contrasts[2].1.voxels.indices.filter { contrasts[2].1.voxels[$0] > 0.01 && contrasts[2].1.voxels[$0] < 0.99 }
      return edge.reduce(0) { $0 + Double(abs(soft.voxels[$1] - contrasts[2].1.voxels[$1])) } / Double(edge.count)
    }
    let seen = try error(contrasts.map(\.0))
    let drawn = try error(contrasts.map { ContrastScan(name: $0.0.name, image: nil, mask: $0.0.mask) })
    // Three hands of 0.25 mm leave 0.14 mm; edges at a contrast of 12 noise standard deviations a third of it.
    #expect(seen < 0.7 * drawn, "\(seen) against \(drawn)")
  }

  @Test func aRaterDrawsAsFarOutsideAsAsked() {
    let truth = Self.truth([0.5, 0.5, 2])
    var steady = SimulatedRater(offset: 0)
    (steady.unsteadiness, steady.raggedness) = (0, 0)
    func area(_ rater: SimulatedRater) -> Double {
      var generator = Generator(seed: 1)
      let mask = rater.mask(of: truth, generator: &generator)
      return mask.voxels.reduce(0) { $0 + Double($1) } * 0.25 / Double(mask.grid.shape.z)
    }
    let exact = Double.pi * 24
    // The raster of half a millimeter, the same in every slice.
    #expect(abs(area(steady) / exact - 1) < 0.02)
    steady.offset = 0.4
    // Perimeter of the ellipse: 31.7 mm.
    #expect(abs((area(steady) - exact) / (0.4 * 31.7) - 1) < 0.15)
  }

  @Test func leastSquaresSolveAndTellTheirVariance() throws {
    var system = LeastSquares(unknowns: 2)
    for (x, y) in [(0.0, 1.0), (1, 3), (2, 5)] { system.add([1, x], y) }
    let (values, variances) = try #require(system.solved())
    #expect(abs(values[0] - 1) < 1e-9 && abs(values[1] - 2) < 1e-9)
    // Inverse of [[3, 3], [3, 5]].
    #expect(abs(variances[0] - 5.0 / 6) < 1e-9 && abs(variances[1] - 0.5) < 1e-9)
    var blind = LeastSquares(unknowns: 2)
    blind.add([1, 1], 1)
    #expect(blind.solved() == nil)
  }

  @Test func aReferenceThatEndsTooSoonIsReplaced() throws {
    let scans = RecipeTests.scans {
      var mask = $0[0].mask
      let half = mask.grid.shape.z / 2
      $0[0].mask.forEachVoxel { index, _ in if index.z < half { mask[index.x, index.y, index.z] = 0 } }
      $0[0] = ContrastScan(name: "T2w", image: nil, mask: mask)
    }
    let person = try Preparation(scans, reference: "T2w")
    #expect(person.reference != "T2w")
    #expect(person.contrasts.map { $0.disagreement != nil } == [true, false, false, false])
  }
}
