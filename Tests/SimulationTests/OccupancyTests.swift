import Foundation
import Numerics
import Testing
import Volumes

@testable import Simulation

/// The volume is exact but for the plane approximation of the surface within boxes of 0.4 mm.
private let volumeTolerance = 1e-3
/// Per voxel, as a fraction of it: the same approximation, and the reference's own 48 × 48 lines.
private let voxelTolerance = 2e-3

/// A straight elliptical cylinder, 12 × 7.6 mm, tilted about x.
private func cylinder(tilt degrees: Double) -> Tube {
  let angle = degrees * .pi / 180
  let down = SIMD3(0, -sin(angle), -cos(angle))
  let (right, front) = Neck.frame(along: down, turn: 0.2)
  return Tube(start: -100, end: 100) { s in
    Tube.Section(center: [0.13, 0.21, 0.17] + down * s, direction: down, right: right, front: front, halfRL: 6, halfAP: 3.8)
  }
}

private func slab(spacing: SIMD3<Double>, shape: SIMD3<Int>) -> Grid {
  Grid(shape: shape, affine: Affine(spacing: spacing, origin: (SIMD3<Double>(shape) - 1) / -2 * spacing))
}

/// Fraction of a voxel in the cylinder: 48 × 48 lines along z, each cut by the ellipse in closed form.
private func reference(_ tube: Tube, _ grid: Grid, _ voxel: SIMD3<Int>) -> Double {
  let section = tube.sections[0]
  let count = 48
  var sum = 0.0
  for i in 0..<count {
    for j in 0..<count {
      let corner = SIMD3((Double(i) + 0.5) / Double(count) - 0.5, (Double(j) + 0.5) / Double(count) - 0.5, -0.5)
      let offset = grid.world(SIMD3<Double>(voxel) + corner) - section.center
      let (p, q) = (
        SIMD2(offset.dot(section.right) / section.halfRL, offset.dot(section.front) / section.halfAP),
        SIMD2(grid.affine.z.dot(section.right) / section.halfRL, grid.affine.z.dot(section.front) / section.halfAP)
      )
      // |p + t q|² = 1 for the ends of the chord, t in voxels.
      let (a, b, c) = ((q * q).sum(), (p * q).sum(), (p * p).sum() - 1)
      if a < 1e-12 {
        sum += c < 0 ? 1 : 0
        continue
      }
      let root = b * b - a * c
      guard root > 0 else { continue }
      let (low, high) = ((-b - root.squareRoot()) / a, (-b + root.squareRoot()) / a)
      sum += max(0, min(1, high) - max(0, low))
    }
  }
  return sum / Double(count * count)
}

@Test("A box cut by a plane", arguments: [(0.0, 0.5), (0.25, 0.25), (-0.25, 0.75), (0.5, 0), (-0.5, 1)])
func planeCut(distance: Double, fraction: Double) {
  // A plane parallel to a face cuts linearly; 1e-4 is the tilt given to parallel edges.
  #expect(abs(fractionInside(distance: distance, reach: [1, 0, 0]) - fraction) < 2e-4)
  #expect(abs(fractionInside(distance: 0, reach: [0.3, 0.5, 0.7]) - 0.5) < 1e-12)
  // A corner: one sixth of the cube of the depth, over the product of the edges.
  #expect(abs(fractionInside(distance: 1.4, reach: [1, 1, 1]) - 0.001 / 6) < 1e-12)
}

@Test("Occupancy of a tilted cylinder is exact", arguments: [0.0, 12, 30], [0, 1])
func cylinderOccupancy(tilt: Double, kind: Int) {
  let tube = cylinder(tilt: tilt)
  let grid = kind == 0 ? slab(spacing: .one, shape: [22, 18, 4]) : slab(spacing: [0.5, 0.5, 5], shape: [34, 44, 1])
  let occupancy = tube.occupancy(on: grid, below: -100).whole
  let volume = occupancy.reduce(0) { $0 + Double($1) } * grid.voxelVolume
  let height = Double(grid.shape.z) * grid.spacing.z
  let expected = Double.pi * 6 * 3.8 * height / cos(tilt * .pi / 180)
  #expect(abs(volume / expected - 1) < volumeTolerance)
  var worst = 0.0
  // Some of the voxels on the surface, and a few others, keep the test quick.
  var seen = 0
  for offset in 0..<grid.count {
    let (z, rest) = offset.quotientAndRemainder(dividingBy: grid.shape.x * grid.shape.y)
    let voxel = SIMD3(rest % grid.shape.x, rest / grid.shape.x, z)
    seen += abs(Double(occupancy[offset]) - 0.5) == 0.5 ? 1 : 20
    if seen < 240 { continue }
    seen = 0
    worst = max(worst, abs(Double(occupancy[offset]) - reference(tube, grid, voxel)))
  }
  #expect(worst < voxelTolerance)
}

@Test("The cut is a plane perpendicular to the tube")
func cutVolume() {
  let tube = cylinder(tilt: 20)
  let grid = slab(spacing: [1, 1, 2], shape: [24, 24, 9])
  let occupancy = tube.occupancy(on: grid, below: -2)
  let (whole, below) = (occupancy.whole.reduce(0, +), occupancy.below.reduce(0, +))
  // The tube leaves the grid through its bottom face, where the axis is at s = (9 + 0.17) / cos 20° on average.
  let length = (9 + 0.17) / cos(20 * Double.pi / 180) + 2
  #expect(abs(Double(below) * grid.voxelVolume / (.pi * 6 * 3.8 * length) - 1) < volumeTolerance)
  #expect(below < whole)
}

@Test("The volume of a bent tube is the area along its curve")
func pappus() {
  var generator = Generator(seed: 5)
  let neck = Neck(generator: &generator)
  let tube = neck.cord
  let grid = Grid(
    shape: [22, 22, 14], affine: Affine(spacing: [1, 1, 1.2], origin: tube.section(at: 60).center - [11, 11, 7.8]))
  let (a, b) = (tube.occupancy(on: grid, below: 57).below, tube.occupancy(on: grid, below: 63).below)
  let volume = (a.reduce(0) { $0 + Double($1) } - b.reduce(0) { $0 + Double($1) }) * grid.voxelVolume
  #expect(abs(volume / (tube.meanArea(from: 57, to: 63) * 6) - 1) < volumeTolerance)
}
