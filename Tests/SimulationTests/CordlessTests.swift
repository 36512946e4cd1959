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
  let scans = 400
  var (firsts, fine, thick, smooth, noisy): ([Character: Int], Int, Int, Int, Int) = ([:], 0, 0, 0, 0)
  for seed in 0..<UInt64(scans) {
    let scan = cordlessScan(seed: seed, voxels: voxels / 4)
    #expect(scan.voxels.allSatisfy { $0.isFinite && $0 >= 0 }, "seed \(seed)")
    #expect(scan.voxels.max()! > scan.voxels.min()!, "seed \(seed)")
    firsts[scan.grid.orientation.towards.first!, default: 0] += 1
    if scan.grid.spacing.min() < 0.5 { fine += 1 }
    if scan.grid.spacing.max() > 8 { thick += 1 }
    let likeness = neighborCorrelation(scan)
    if likeness > 0.6 { smooth += 1 }
    if likeness < 0.3 { noisy += 1 }
  }
  #expect(firsts.count == 6 && firsts.values.allSatisfy(likely(1 / 6, of: scans).contains), "\(firsts)")
  // Of 100 scans 38 are axial, 20 sagittal; sizes of voxels are drawn by their logarithm, and some of the others are fine, too.
  #expect(fine >= likely(0.58 * log(0.5 / 0.3) / log(1.2 / 0.3), of: scans).lowerBound, "\(fine)")
  #expect(likely(0.38 * log(17.0 / 8) / log(17 / 1.5), of: scans).contains(thick), "\(thick)")
  // Most show something. Of 100, 8 are noise alone, and two fifths of these are so sharp that neighbors share little of it.
  #expect(smooth >= likely(0.5, of: scans).lowerBound, "\(smooth)")
  #expect(noisy >= likely(0.08 * 0.4, of: scans).lowerBound, "\(noisy)")
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
