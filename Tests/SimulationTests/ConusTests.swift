import Foundation
import Numerics
import Testing
import Volumes

@testable import Simulation

@Test("The cord swells at T11, and ends in a cone at about L1, beyond which nothing is cord", arguments: [1, 2, 3])
func conus(seed: UInt64) {
  var generator = Generator(seed: seed)
  let neck = Neck(generator: &generator)
  #expect(Neck.name(ofLevel: 20) == "L1")
  // Whole-spine data: T11 48.8, T5 35.1 mm² (means); a person's levels go together.
  #expect((1.15...1.7).contains(neck.trueArea(level: 18) / neck.trueArea(level: 12)))
  let tube = neck.cord
  #expect(abs(tube.end - neck.tip) <= 0.25 && tube.section(at: tube.end).area < 4)
  let shape = SIMD3(40, 60, 36)
  let spacing = SIMD3(0.9, 0.9, 3)
  let grid = Grid(
    shape: shape, affine: Affine(spacing: spacing, origin: tube.section(at: neck.tip - 25).center - spacing * SIMD3<Double>(shape) / 2))
  let start = neck.tip - 45
  let sum = tube.occupancy(on: grid, below: start).below.reduce(0) { $0 + Double($1) } * grid.voxelVolume
  // The cone is steeper than the rest of the cord.
  #expect(abs(sum / tube.volume(from: start, to: tube.end) - 1) < 0.002)
  // Below: roots in CSF, no cord; the sac goes on.
  let scan = acquire(neck, Acquisition(contrast: .t2w, grid: grid, seed: seed))
  let tip = tube.section(at: tube.end).center
  let lowest = Int(grid.affine.inverse(tip).z) - 2
  #expect(scan.cord.voxels.prefix(lowest * shape.x * shape.y).allSatisfy { $0 == 0 })
  #expect(scan.canal.voxels.prefix(lowest * shape.x * shape.y).reduce(0, +) > 100)
}
