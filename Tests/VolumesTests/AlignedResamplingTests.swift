import Testing

@testable import Volumes

/// Resampling along axes against interpolation voxel by voxel, and what redistribution keeps.
@Suite struct AlignedResamplingTests {
  /// Single precision of values up to 1.
  static let tolerance: Float = 1e-5
  let source = Volume(
    voxels: (0..<11 * 9 * 7).map { Float($0 * 37 % 101) / 101 }, grid: Grid(shape: [11, 9, 7], affine: .oblique))

  /// Targets that run along the source: other order, direction, spacing and field of view.
  static let ratios: [SIMD3<Double>] = [[0.4, 0.6, 0.5], [1, 1, 1], [2.7, 1.6, 3.2], [0.8, 30, 1.3]]

  func target(_ ratio: SIMD3<Double>, _ orientation: Orientation) -> Grid {
    let old = source.grid.affine
    var grid = Grid(shape: [6, 8, 9], affine: Affine(x: old.x * ratio.x, y: old.y * ratio.y, z: old.z * ratio.z, origin: .zero))
    grid.affine.origin = source.grid.world([0.3, 4.1, 2.2]) - grid.affine.linear([1, 3, 4])
    return grid.reoriented(to: orientation)
  }

  @Test(arguments: ratios, ["RAS", "LPI", "SAR", "AIL"]) func agreesWithInterpolation(ratio: SIMD3<Double>, letters: String) {
    let target = target(ratio, Orientation(towards: letters)!)
    let toSource = source.grid.affine.inverse.after(target.affine)
    let samples = [toSource.x, toSource.y, toSource.z].map { Volume.samples(stride: $0.length) }
    for outside in [Outside.value(2), .nearest] {
      let found = source.resampled(onto: target, outside: outside)
      for (x, y, z) in [(0, 0, 0), (1, 2, 3), (2, 5, 4), (5, 3, 6), (3, 0, 5), (4, 7, 2)]
      where x < target.shape.x && y < target.shape.y && z < target.shape.z {
        var sum: Float = 0
        for c in 0..<samples[2] {
          for b in 0..<samples[1] {
            for a in 0..<samples[0] {
              let place = zip([a, b, c], samples).map { (Double($0) + 0.5) / Double($1) - 0.5 }
              let voxel = SIMD3(Double(x) + place[0], Double(y) + place[1], Double(z) + place[2])
              sum += source.interpolated(at: toSource(voxel), outside: outside)
            }
          }
        }
        let expected = sum / Float(samples.reduce(1, *))
        #expect(abs(found[x, y, z] - expected) < 2e-5, "\(letters) \(ratio) at \(x) \(y) \(z)")
      }
    }
  }

  @Test func aTargetElsewhereIsEmpty() {
    var grid = source.grid
    grid.affine.origin += grid.affine.x * 100
    #expect(source.resampled(onto: grid, outside: .value(7)).voxels.allSatisfy { $0 == 7 })
    #expect(source.redistributed(onto: grid).voxels.allSatisfy { $0 == 0 })
  }

  /// Whatever the voxels of the target, as long as it covers the source, nothing is lost and nothing made.
  @Test(arguments: [SIMD3(0.5, 0.5, 0.5), [1.3, 0.7, 2.1], [4, 3, 2]]) func amountsAreKept(_ ratio: SIMD3<Double>) {
    let old = source.grid.affine
    let shape = (SIMD3<Double>(source.grid.shape) / ratio).rounded(.up) + 4
    var grid = Grid(
      shape: [Int(shape.x), Int(shape.y), Int(shape.z)],
      affine: Affine(x: old.x * ratio.x, y: old.y * -ratio.y, z: old.z * ratio.z, origin: .zero))
    grid.affine.origin = source.grid.center - grid.center
    #expect(abs(source.redistributed(onto: grid).integral / source.integral - 1) < 1e-5)
  }

  @Test(arguments: [SIMD3(0.4, 0.6, 0.5), [1.9, 1.4, 1.7]]) func aConstantStaysConstantInside(_ ratio: SIMD3<Double>) {
    var grid = Grid(shape: [3, 3, 3], affine: .oblique)
    (grid.affine.x, grid.affine.y, grid.affine.z) = (grid.affine.x * ratio.x, grid.affine.y * ratio.y, grid.affine.z * ratio.z)
    grid.affine.origin += source.grid.center - grid.center
    let found = source.map { _ in 0.75 }.redistributed(onto: grid)
    #expect(found.voxels.allSatisfy { abs($0 - 0.75) < Self.tolerance })
  }

  /// Exact fraction of each voxel inside a straight elliptic cord that leans, by many places in each voxel.
  static func exact(_ spacing: SIMD3<Double>, shape: SIMD3<Int>, origin: SIMD3<Double>) -> Volume {
    let (fine, thick) = (8, 6)
    return Volume(on: Grid(shape: shape, affine: Affine(spacing: spacing, origin: origin))) { p in
      var inside = 0
      for c in 0..<thick {
        let z = p.z + ((Double(c) + 0.5) / Double(thick) - 0.5) * spacing.z
        for b in 0..<fine {
          let y = (p.y + ((Double(b) + 0.5) / Double(fine) - 0.5) * spacing.y - 0.2 * z) / 4
          for a in 0..<fine {
            let x = (p.x + ((Double(a) + 0.5) / Double(fine) - 0.5) * spacing.x) / 6.5
            if x * x + y * y < 1 { inside += 1 }
          }
        }
      }
      return Double(inside) / Double(fine * fine * thick)
    }
  }

  /// The exact occupancy on a segmenter's working grid, brought to a scan's grid, is nearly the exact occupancy there: the way back must not
  /// spoil what a network knows. Interpolation between centers would, with an error more than half as large again.
  @Test(arguments: [SIMD3(0.5, 0.5, 5), [0.8, 0.8, 0.8], [1, 1, 1], [1.2, 1.2, 3]]) func occupancySurvivesTheWayBack(
    _ spacing: SIMD3<Double>
  ) {
    let working = Self.exact([0.75, 0.75, 1.5], shape: [28, 24, 20], origin: [-10.1, -8.7, -14.25])
    let count = (SIMD3(18.0, 15, 20) / spacing).rounded(.up)
    let shape = SIMD3(Int(count.x), Int(count.y), Int(count.z))
    let truth = Self.exact(spacing, shape: shape, origin: -(SIMD3<Double>(shape) - 1) / 2 * spacing + [0.13, -0.21, 0])
    func error(_ found: Volume) -> Double {
      let near = found.voxels.indices.filter { found.voxels[$0] > 0.005 || truth.voxels[$0] > 0.005 }
      return near.reduce(0) { $0 + Double(abs(found.voxels[$1] - truth.voxels[$1])) } / Double(near.count)
    }
    let found = working.redistributed(onto: truth.grid).map { min(max($0, 0), 1) }
    #expect(error(found) < 0.027)
    #expect(error(found) < error(working.resampled(onto: truth.grid)) / 1.5)
    for z in 0..<shape.z {
      func area(_ volume: Volume) -> Double { volume.box(lower: [0, 0, z], shape: [shape.x, shape.y, 1]).integral / spacing.z }
      // Clipping overshoot costs some tenths of a percent of a slice.
      #expect(abs(area(found) / area(truth) - 1) < 0.007)
    }
  }
}
