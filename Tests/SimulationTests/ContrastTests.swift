import Foundation
import Testing
import Volumes

@testable import Simulation

/// Ratios of CSF to cord signal measured on real scans, widened by half the variation that people and protocols add.
private let ratios: [Contrast: ClosedRange<Double>] = [
  .t1w: 0.25...0.75, .t2w: 2.6...5.6, .t2star: 1.02...2.5, .mtOn: 1.2...1.9, .mtOff: 0.3...0.95, .dwi: 0...0.4,
]

@Test("CSF to cord as on real scans", arguments: Contrast.named)
func signalRatio(contrast: Contrast) {
  for seed in 0..<20 {
    var generator = Generator(seed: UInt64(seed))
    let signals = Signals(contrast, variation: 0.7, generator: &generator)
    let ratio = Double(signals[.csf] / (0.85 * signals[.whiteMatter] + 0.15 * signals[.grayMatter]))
    #expect(ratios[contrast]!.contains(ratio), "\(contrast) \(ratio)")
  }
}

@Test("Random contrasts are broad, and never hide the cord entirely")
func randomSignals() {
  var (faint, dark, bright) = (0, 0, 0)
  for seed in 0..<300 {
    var generator = Generator(seed: UInt64(seed))
    let signals = Signals(.random, variation: 1, generator: &generator)
    let csf = signals[.csf]
    #expect(abs(csf - 1) > 0.03)
    #expect(signals.mean.allSatisfy { $0 >= 0 && $0.isFinite })
    if abs(csf - 1) < 0.16 { faint += 1 } else if csf < 1 { dark += 1 } else { bright += 1 }
  }
  #expect(faint > 15 && dark > 60 && bright > 60)
}

@Test("Random acquisitions hold the cord, in all sizes and orientations")
func randomAcquisitions() {
  var (orientations, thickest, thinnest, single, smallest): (Set<String>, Double, Double, Int, Double) = ([], 0, 9, 0, 1e9)
  for seed in 0..<150 {
    let (neck, acquisition) = trainingAcquisition(seed: UInt64(seed))
    let grid = acquisition.grid
    #expect(grid.count <= 1_000_000)
    let (spacing, extent) = (grid.spacing, grid.spacing * SIMD3<Double>(grid.shape))
    orientations.insert(acquisition.stored!.towards)
    thickest = max(thickest, spacing.max())
    thinnest = min(thinnest, spacing.min())
    smallest = min(smallest, extent.max())
    if grid.shape.z == 1 { single += 1 }
    // Some point of the cord is in the field of view.
    let inverse = grid.affine.inverse.after(acquisition.motion.seriesFromPerson)
    #expect(
      neck.centerline().contains { point in
        let place = inverse(point)
        return all(place .> -0.5) && all(place .< SIMD3<Double>(grid.shape) - 0.5)
      }, "seed \(seed)")
  }
  #expect(orientations.count > 40 && thickest > 12 && thinnest < 0.35 && single > 0 && smallest < 60)
}

@Test("The image shows the signals where the voxels are pure", arguments: [Contrast.t2w, .t1w, .dwi])
func pureVoxels(contrast: Contrast) {
  let neck = Neck(straight: 2)
  let grid = Grid(shape: [30, 24, 4], affine: Affine(spacing: .one, origin: neck.discPosition(5) - [15, 12, 2]))
  let acquisition = Acquisition(
    contrast: contrast, grid: grid, signalToNoise: 100, coil: 0, blur: .zero, variation: 0, seed: 4)
  let scan = acquire(neck, acquisition)
  var (cord, csf, cords, csfs) = (0.0, 0.0, 0.0, 0.0)
  for i in scan.image.voxels.indices {
    if scan.cord.voxels[i] == 1 { (cord, cords) = (cord + Double(scan.image.voxels[i]), cords + 1) }
    if scan.canal.voxels[i] == 1 && scan.cord.voxels[i] == 0 { (csf, csfs) = (csf + Double(scan.image.voxels[i]), csfs + 1) }
  }
  #expect(cords > 100 && csfs > 100)
  // Wider than above: CSF flows.
  let range = ratios[contrast]!
  #expect((range.lowerBound * 0.6...range.upperBound * 1.1).contains(csf / csfs / (cord / cords)))
}

@Test("The same seed gives the same bits, another seed does not")
func determinism() {
  var generator = Generator(seed: 11)
  let neck = Neck(generator: &generator)
  let grid = Grid(shape: [18, 18, 4], affine: Affine(spacing: [1, 1, 2], origin: neck.discPosition(4) - [9, 9, 4]))
  var acquisition = Acquisition(contrast: .random, grid: grid, seed: 9)
  let (first, second) = (acquire(neck, acquisition), acquire(neck, acquisition))
  #expect(first.image.voxels == second.image.voxels)
  #expect(first.cord.voxels == second.cord.voxels)
  #expect(first.image.voxels.allSatisfy { $0.isFinite && $0 >= 0 })
  acquisition.seed = 10
  let other = acquire(neck, acquisition)
  #expect(other.image.voxels != first.image.voxels)
  #expect(other.cord.voxels == first.cord.voxels)
}

@Test("The truth lies in the image wherever it is looked from: volumes agree between orientations")
func orientations() {
  var generator = Generator(seed: 12)
  let neck = Neck(generator: &generator)
  let grid = Grid(shape: [16, 20, 9], affine: Affine(spacing: .one, origin: neck.discPosition(4) - [8, 10, 4]))
  let turned = grid.reoriented(to: Orientation(towards: "AIL")!)
  let cord = neck.cord
  let (a, b) = (
    Volume(voxels: cord.occupancy(on: grid, below: Neck.top).below, grid: grid),
    Volume(voxels: cord.occupancy(on: turned, below: Neck.top).below, grid: turned).reoriented(to: .ras)
  )
  // Each row starts its search elsewhere: only rounding differs.
  #expect(zip(a.voxels, b.voxels).allSatisfy { abs($0 - $1) < 1e-4 })
}

@Test("Standard protocols hold the cord", arguments: Contrast.named)
func standardGrids(contrast: Contrast) {
  var generator = Generator(seed: 21)
  let neck = Neck(generator: &generator)
  let grid = Acquisition.standard(contrast, for: neck, generator: &generator).grid
  let place = grid.affine.inverse(neck.discPosition(4))
  #expect(all(place .> -0.5) && all(place .< SIMD3<Double>(grid.shape) - 0.5))
}
