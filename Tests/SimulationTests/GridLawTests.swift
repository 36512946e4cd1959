import Foundation
import Numerics
import Testing
import Volumes

@testable import Simulation

/// Volume of the occupancies against the analytic one, and areas seen from two grids: the surface is a plane, corrected for its
/// curvature, within boxes of half a millimeter.
private let (volumeTolerance, areaTolerance) = (1e-3, 2e-3)

/// Voxels as the six protocols acquire them, oblique and off center, around C2–C3.
private func grids(_ neck: Neck) -> [(Contrast, Grid)] {
  let middle = neck.cord.section(at: neck.discs[2]).center
  return Contrast.named.enumerated().map { i, contrast in
    let spacing: SIMD3<Double> =
      switch contrast {
      case .t1w: [1, 1, 1]
      case .t2w: [0.8, 0.8, 0.8]
      case .t2star: [0.5, 0.5, 5]
      default: [0.9, 0.9, 5]
      }
    let angles = SIMD3(9 - 4 * Double(i), 2 - Double(i), Double(i) - 3)
    return (contrast, Acquisition.grid(shape: SIMD3<Int>(SIMD3(38, 32, 56) / spacing), spacing: spacing, center: middle, angles: angles))
  }
}

@Test("Every grid sees the same cord: volumes are exact, C2–C3 areas agree", arguments: [Pathology.none, .compression])
func sixGrids(kind: Pathology) {
  for seed in [UInt64(3)] {
    var generator = Generator(seed: UInt64(seed))
    let neck = Neck(generator: &generator, pathology: kind)
    for (k, tube) in [neck.cord, neck.canal].enumerated() {
      let (top, bottom) = (neck.discs[1], neck.discs[3])
      let expected = tube.volume(from: top, to: bottom)
      let areas = grids(neck).map { contrast, grid in
        let volume = [top, bottom].map { tube.occupancy(on: grid, below: $0).below.reduce(0) { $0 + Double($1) } }
        let found = (volume[0] - volume[1]) * grid.voxelVolume
        #expect(abs(found / expected - 1) < volumeTolerance, "\(contrast), tube \(k): \(found / expected - 1)")
        return found / (bottom - top)
      }
      #expect(areas.max()! / areas.min()! - 1 < areaTolerance, "tube \(k)")
    }
  }
}

@Test("A neck that cannot be is refused")
func impossible() throws {
  var generator = Generator(seed: 1)
  var neck = Neck(generator: &generator, pathology: .compression)
  try neck.check()
  neck.canalAP[12] = 5
  #expect(throws: AnatomyError.cordWiderThanCanal(level: "C4", cord: neck.cordAP[12], canal: 5)) { try neck.check() }
  neck.discs.removeLast()
  #expect(throws: AnatomyError.levels(found: 21, expected: 22)) { try neck.check() }
}
