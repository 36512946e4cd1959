import Foundation
import Numerics
import Testing
import Volumes

@testable import Simulation

private let neck: Neck = {
  var generator = Generator(seed: 31)
  return Neck(generator: &generator)
}()

private func slab(_ shape: SIMD3<Int> = [20, 20, 5], spacing: SIMD3<Double> = [1, 1, 3]) -> Grid {
  let half = (SIMD3<Double>(shape) - 1) / 2 * spacing
  return Grid(shape: shape, affine: Affine(spacing: spacing, origin: neck.discPosition(5) - half))
}

private func acquisition(_ grid: Grid, _ motion: Motion, profile: SliceProfile = .box) -> Acquisition {
  Acquisition(
    contrast: .t2w, grid: grid, signalToNoise: 200, coil: 0, blur: .zero, variation: 0, motion: motion, profile: profile, seed: 3)
}

private let turned = Motion(rotation: [2, -3, 4], translation: [3, -2, 5], pivot: neck.discPosition(5))

@Test("Moving the person is moving the grid the other way")
func motionMovesTheGrid() {
  let grid = slab()
  let moved = acquire(neck, acquisition(grid, turned))
  let back = Grid(shape: grid.shape, affine: turned.personFromSeries.after(grid.affine))
  let still = acquire(neck, acquisition(back, .none))
  #expect(moved.cord.voxels == still.cord.voxels)
  #expect(moved.canal.voxels == still.canal.voxels)
  #expect(moved.cord.voxels.reduce(0, +) > 100)
  // A point of the person is seen where the motion says.
  let point = neck.discPosition(4)
  let seen = turned.seriesFromPerson(point)
  #expect((turned.personFromSeries(seen) - point).length < 1e-9)
  #expect((seen - point).length > 3)
}

@Test("A jump shifts its slice, and no other, by whole voxels")
func jumps() {
  let grid = slab()
  let jumped = Motion(jumps: [.zero, .zero, [3, -2]])
  let (still, moved) = (acquire(neck, acquisition(grid, .none)), acquire(neck, acquisition(grid, jumped)))
  for z in 0..<5 {
    for y in 2..<17 {
      for x in 4..<17 {
        let expected = z == 2 ? still.cord[x - 3, y + 2, z] : still.cord[x, y, z]
        // Each row starts its search elsewhere: only rounding differs.
        #expect(abs(moved.cord[x, y, z] - expected) < 1e-4)
      }
    }
  }
}

@Test("The cord on another grid follows motion and jumps")
func otherGrids() {
  let grid = slab([22, 22, 6])
  let motion = Motion(
    rotation: [2, -3, 4], translation: [1, -2, 2], pivot: neck.discPosition(5),
    jumps: [[1, 0.5], .zero, [-0.7, 1.2], [0, 2], [1, 1], [0.2, -1]])
  let series = acquisition(grid, motion)
  let scan = acquire(neck, series)
  // On its own grid, and on one three times as fine whose averages are the coarse voxels.
  let own = neck.cordOccupancy(on: grid, seenBy: series)
  #expect(zip(own.voxels, scan.cord.voxels).allSatisfy { abs($0 - $1) < 1e-4 })
  let fine = neck.cordOccupancy(on: grid.divided(into: [2, 2, 3]), seenBy: series)
  var worst: Float = 0
  for z in 0..<6 {
    for y in 0..<22 {
      for x in 0..<22 {
        var sum: Float = 0
        for c in 0..<3 { for b in 0..<2 { for a in 0..<2 { sum += fine[2 * x + a, 2 * y + b, 3 * z + c] } } }
        worst = max(worst, abs(sum / 12 - scan.cord[x, y, z]))
      }
    }
  }
  // Both are exact but for the plane approximation within boxes.
  #expect(worst < 4e-3)
  // In another orientation the slices still follow their own jumps.
  let other = neck.cordOccupancy(on: grid.reoriented(to: Orientation(towards: "SLA")!), seenBy: series).reoriented(to: .ras)
  #expect(zip(other.voxels, scan.cord.voxels).allSatisfy { abs($0 - $1) < 1e-4 })
}

@Test("Flanks of neighboring slices share the volume", arguments: [0.2, 0.5, 1])
func profiles(flank: Double) {
  let grid = slab([20, 20, 9], spacing: [1, 1, 4])
  let sharp = acquire(neck, acquisition(grid, .none)).cord
  let soft = acquire(neck, acquisition(grid, .none, profile: SliceProfile(thickness: 1, flank: flank))).cord
  func sum(_ cord: Volume, _ slices: Range<Int>) -> Double {
    cord.voxels[slices.lowerBound * 400..<slices.upperBound * 400].reduce(0) { $0 + Double($1) }
  }
  // The area changes so slowly over these slices that what the ends gain and lose cancels to this.
  #expect(abs(sum(soft, 0..<9) / sum(sharp, 0..<9) - 1) < 2e-3)
  #expect(soft.voxels != sharp.voxels)
  let weights = SliceProfile(thickness: 0.8, flank: flank).boxes(spacing: 5, edge: 0.5).map(\.weight)
  #expect(abs(weights.reduce(0, +) - 1) < 1e-12)
}

@Test("Voxels are listed as they are stored, and lie where they lay")
func storedOrientation() {
  var series = acquisition(slab(), turned)
  let plain = acquire(neck, series)
  series.stored = Orientation(towards: "PIL")
  let scan = acquire(neck, series)
  #expect(scan.image.grid.orientation.towards == "PIL")
  #expect(scan.image.reoriented(to: .ras).voxels == plain.image.voxels)
  #expect(scan.cord.reoriented(to: .ras).voxels == plain.cord.voxels)
}
