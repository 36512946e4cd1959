import Dispatch
import Foundation
import Numerics
import Testing
import Volumes

@testable import Simulation

/// Ratios of CSF to cord signal measured on real scans; "about 0.5" and "bright on dark" in numbers.
private let ratios: [Contrast: ClosedRange<Double>] = [
  .t1w: 0.35...0.65, .t2w: 3.1...5.1, .t2star: 1.05...2.3, .mtOn: 1.4...1.7, .mtOff: 0.35...0.65, .dwi: 0...0.35,
]

@Test("CSF to cord as on real scans, over 60 people on scanners of three manufacturers", arguments: Contrast.named)
func signalRatio(contrast: Contrast) {
  var values: [Double] = []
  for seed in 0..<60 {
    var generator = Generator(seed: UInt64(seed))
    let sequence = SequenceParameters.published(contrast, manufacturer: .drawn(&generator))
    let signals = Signals(contrast, sequence: sequence, variation: 1, generator: &generator)
    values.append(Double(signals[.csf] / (0.85 * signals[.whiteMatter] + 0.15 * signals[.grayMatter])))
  }
  // The mean and nine people of ten; the measured ranges are of a few scans each.
  let range = ratios[contrast]!
  #expect(range.contains(values.reduce(0, +) / 60), "\(contrast)")
  // All of the MT scans, whose range is the tightest.
  #expect(values.filter(range.contains).count >= (contrast == .mtOn ? 59 : 54), "\(contrast) \(values.sorted())")
}

@Test(
  "Training shows less and more CSF than one protocol does: as much as the real scans whose ratios the protocol misses",
  arguments: [(Contrast.t2w, 2.6, 4.4), (.t2star, 1.35, 1.95), (.mtOn, 1.35, 1.75), (.mtOff, 0.55, 0.9)])
func variedSequences(contrast: Contrast, least: Double, most: Double) {
  var values: [Double] = []
  for seed in 0..<400 {
    var generator = Generator(seed: UInt64(seed))
    let sequence = SequenceParameters.published(contrast, manufacturer: .drawn(&generator)).varied(contrast, generator: &generator)
    let signals = Signals(contrast, sequence: sequence, variation: 1, generator: &generator)
    values.append(Double(signals[.csf] / signals[.whiteMatter]))
  }
  values.sort()
  #expect(values[0] > 0.3 && values[40] < least && values[360] > most, "\(contrast) \(values[40]) \(values[200]) \(values[360])")
}

@Test("MTS without a pulse at the angle and repetition time of the one with a pulse: CSF nearly as bright as the cord")
func sequenceFactors() throws {
  func settings(_ factors: [String: Double]) throws -> SimulationSettings {
    try changed(["protocols": [Contrast.mtOff.rawValue: ["sequence": factors]]])
  }
  var generator = Generator(seed: 3)
  let neck = Neck(generator: &generator, pathology: .none)
  let acquisition = Acquisition.standard(
    .mtOff, for: neck, settings: try settings(["repetitionTime": 2, "flipAngle": 0.6]), generator: &generator)
  let own = SequenceParameters.published(.mtOff, manufacturer: acquisition.sequence.manufacturer)
  #expect(acquisition.sequence.repetitionTime == 2 * own.repetitionTime && acquisition.sequence.flipAngle == 0.6 * own.flipAngle)
  #expect(acquisition.sequence.echoTime == own.echoTime)
  let signals = Signals(acquisition, generator: &generator)
  #expect(signals[.csf] > 0.7 && signals[.csf] < 1)
  #expect(throws: SettingsError.self) { try settings(["flipAngle": 0]) }
}

@Test("A stronger field: longer T1, shorter T2*, the published table at 3 T")
func fieldStrength() {
  let tissue = Tissue.whiteMatter.properties
  #expect(tissue.at(fieldStrength: 3, isFluid: false).t1 == tissue.t1)
  let (low, high) = (tissue.at(fieldStrength: 1.5, isFluid: false), tissue.at(fieldStrength: 7, isFluid: false))
  #expect(low.t1 < tissue.t1 && tissue.t1 < high.t1 && low.t2star > tissue.t2star && tissue.t2star > high.t2star)
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
  var clinical = 0
  for seed in 0..<300 {
    let (neck, acquisition) = trainingAcquisition(seed: UInt64(seed))
    let grid = acquisition.grid
    #expect(grid.count <= 1_000_000)
    let (spacing, extent) = (grid.spacing, grid.spacing * SIMD3<Double>(grid.shape))
    orientations.insert(acquisition.stored!.towards)
    thickest = max(thickest, spacing.max())
    thinnest = min(thinnest, spacing.min())
    smallest = min(smallest, extent.max())
    if grid.shape.z == 1 { single += 1 }
    // The commonest scan of a spine: T2w in thick sagittal slices.
    if acquisition.contrast == .t2w, spacing.z > 1.9, abs(grid.affine.z.x) > 0.9 * spacing.z { clinical += 1 }
    // Some point of the cord is in the field of view.
    let inverse = grid.affine.inverse.after(acquisition.motion.seriesFromPerson)
    #expect(
      neck.centerline().contains { point in
        let place = inverse(point)
        return all(place .> -0.5) && all(place .< SIMD3<Double>(grid.shape) - 0.5)
      }, "seed \(seed)")
  }
  #expect(orientations.count > 40 && thickest > 12 && thinnest < 0.35 && single > 0 && smallest < 60 && clinical > 12)
}

@Test("Whole fields of view are large, coarse, and hold the cord")
func wholeFieldsOfView() {
  var (longest, heads, lowest) = (0.0, 0, 0)
  for seed in 0..<60 {
    let (neck, acquisition) = trainingAcquisition(seed: UInt64(seed), whole: 1)
    let grid = acquisition.grid
    #expect(grid.count <= 2_000_000 && grid.spacing.min() >= 2.5)
    longest = max(longest, (grid.spacing * SIMD3<Double>(grid.shape)).max())
    let inverse = grid.affine.inverse.after(acquisition.motion.seriesFromPerson)
    func isSeen(_ point: SIMD3<Double>) -> Bool {
      let place = inverse(point)
      return all(place .> -0.5) && all(place .< SIMD3<Double>(grid.shape) - 0.5)
    }
    let seen = neck.centerline().filter(isSeen)
    #expect(!seen.isEmpty, "seed \(seed)")
    if isSeen(neck.centerline()[0] + [0, 0, 40]) { heads += 1 }
    if isSeen(neck.discPosition(15)) { lowest += 1 }
  }
  #expect(longest > 350 && heads > 10 && lowest > 5)
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

@Test("Scans made at the same time, on several threads or on one each, are those made alone")
func threads() {
  let alone = (0..<3).map { trainingPatch(seed: $0, shape: [20, 20, 16]) }
  let together = parallelMap(Array(0..<3)) { trainingPatch(seed: UInt64($0), shape: [20, 20, 16]) }.map { $0.get() }
  for (a, b) in zip(alone, together) {
    #expect(a.image.voxels == b.image.voxels && a.cord.voxels == b.cord.voxels && a.canal.voxels == b.canal.voxels)
  }
  Parallelism.$isOff.withValue(true) {
    for (seed, a) in alone.enumerated() {
      let b = trainingPatch(seed: UInt64(seed), shape: [20, 20, 16])
      #expect(a.image.voxels == b.image.voxels && a.cord.voxels == b.cord.voxels && a.canal.voxels == b.canal.voxels)
    }
  }
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
