import Foundation
import Testing
import Volumes

@testable import Simulation

/// Small enough that a hundred of them take seconds.
private let voxels = 8000

@Test("Scans without a cord: the same seed gives the same bytes, another seed does not")
func cordlessDeterminism() {
  for seed in 0..<6 as Range<UInt64> {
    let (first, second) = (cordlessScan(seed: seed, voxels: voxels), cordlessScan(seed: seed, voxels: voxels))
    #expect(first.voxels == second.voxels && first.grid == second.grid)
    #expect(cordlessScan(seed: seed + 100, voxels: voxels).voxels != first.voxels)
  }
}

@Test("Scans without a cord are finite, show something or noise alone, and come in all sizes and orientations")
func cordlessScans() {
  var (orientations, spacings, shapes): (Set<String>, [Double], Set<[Int]>) = ([], [], [])
  var (smooth, noisy) = (0, 0)
  for seed in 0..<100 as Range<UInt64> {
    let scan = cordlessScan(seed: seed, voxels: voxels)
    #expect(scan.voxels.allSatisfy { $0.isFinite && $0 >= 0 }, "seed \(seed)")
    #expect(scan.voxels.max()! > scan.voxels.min()!, "seed \(seed)")
    orientations.insert(scan.grid.orientation.towards)
    spacings += [scan.grid.spacing.min(), scan.grid.spacing.max()]
    shapes.insert([scan.grid.shape.x, scan.grid.shape.y, scan.grid.shape.z])
    let likeness = neighborCorrelation(scan)
    if likeness > 0.6 { smooth += 1 }
    if likeness < 0.3 { noisy += 1 }
  }
  // Of 48 orientations, 100 draws leave about 6 out.
  #expect(orientations.count > 30)
  #expect(spacings.min()! < 0.5 && spacings.max()! > 8)
  #expect(shapes.count > 90)
  #expect(smooth > 50 && noisy > 1, "\(smooth) \(noisy)")
}

/// Correlation of neighbors along the longest axis: near 0 in noise, near 1 where there are bodies.
private func neighborCorrelation(_ scan: Volume) -> Double {
  let shape = scan.grid.shape
  let (step, length) =
    shape.x == shape.max() ? (1, shape.x) : shape.y == shape.max() ? (shape.x, shape.y) : (shape.x * shape.y, shape.z)
  let first = scan.voxels.indices.filter { $0 / step % length < length - 1 }
  let pairs = first.map { (Double(scan.voxels[$0]), Double(scan.voxels[$0 + step])) }
  let n = Double(pairs.count)
  let (a, b) = (pairs.reduce(0) { $0 + $1.0 } / n, pairs.reduce(0) { $0 + $1.1 } / n)
  let together = pairs.reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) }
  let alone = pairs.reduce(SIMD2(0, 0)) { $0 + SIMD2(($1.0 - a) * ($1.0 - a), ($1.1 - b) * ($1.1 - b)) }
  return together / (alone.x * alone.y).squareRoot()
}

@Test("A solid fills as many small boxes as its volume says")
func solidVolumes() {
  let turn = Affine.rotation(degrees: [20, -35, 10])
  let axes = (SIMD3<Float>(turn.x), SIMD3<Float>(turn.y), SIMD3<Float>(turn.z))
  let half: SIMD3<Float> = [9, 7, 12]
  let volumes: [(Solid.Shape, Double)] = [(.ellipsoid, 4 / 3 * .pi), (.cylinder, 2 * .pi), (.box, 8)]
  for (shape, unit) in volumes {
    let solid = Solid(shape: shape, center: [0.3, -0.2, 0.1], half: half, axes: axes, signal: 1)
    var sum = 0.0
    for x in -18...18 {
      for y in -18...18 {
        for z in -18...18 { sum += Double(solid.occupancy(at: [Float(x), Float(y), Float(z)], width: 1)) }
      }
    }
    // Shares are of first order, so edges and corners are rounded: 3 %.
    #expect(abs(sum / (unit * 9 * 7 * 12) - 1) < 0.03, "\(shape) \(sum)")
    #expect(solid.occupancy(at: solid.center, width: 1) == 1 && solid.occupancy(at: [30, 0, 0], width: 1) == 0)
    #expect(solid.grown(by: 2, signal: 0.5).half == half + 2)
  }
  // A margin that is larger than the body leaves a thread of it, not a body inside out.
  #expect(Solid(shape: .box, center: .zero, half: half, signal: 1).grown(by: -20, signal: 1).half.min() > 0)
}
