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

@Test("CSF to cord as on real scans, in people on scanners of three manufacturers", arguments: Contrast.named)
func signalRatio(contrast: Contrast) {
  let people = 2000
  var values: [Double] = []
  for seed in 0..<people {
    var generator = Generator(seed: UInt64(seed))
    let sequence = SequenceParameters.published(contrast, manufacturer: .drawn(&generator))
    let signals = Signals(contrast, sequence: sequence, variation: 1, generator: &generator)
    values.append(Double(signals[.csf] / (0.85 * signals[.whiteMatter] + 0.15 * signals[.grayMatter])))
  }
  // The mean and nine people of ten; the measured ranges are of a few scans each.
  let range = ratios[contrast]!
  #expect(range.contains(values.reduce(0, +) / Double(people)))
  let within = values.count(where: range.contains)
  #expect(within >= likely(0.9, of: people).lowerBound, "\(within)")
}

@Test(
  "Training shows less and more CSF than one protocol does: as much as the real scans whose ratios the protocol misses",
  arguments: [(Contrast.t2w, 2.6, 4.4), (.t2star, 1.35, 1.95), (.mtOn, 1.35, 1.75), (.mtOff, 0.55, 0.9)])
func variedSequences(contrast: Contrast, least: Double, most: Double) {
  let people = 2000
  var values: [Double] = []
  for seed in 0..<people {
    var generator = Generator(seed: UInt64(seed))
    let sequence = SequenceParameters.published(contrast, manufacturer: .drawn(&generator)).varied(contrast, generator: &generator)
    let signals = Signals(contrast, sequence: sequence, variation: 1, generator: &generator)
    values.append(Double(signals[.csf] / signals[.whiteMatter]))
  }
  // A tenth of the people or more on either side.
  let (less, more) = (values.count { $0 < least }, values.count { $0 > most })
  #expect(min(less, more) >= likely(0.1, of: people).lowerBound, "\(less) \(more)")
  #expect(values.min()! > 0.3)
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
  let people = 2000
  for seed in 0..<people {
    var generator = Generator(seed: UInt64(seed))
    let signals = Signals(.random, variation: 1, generator: &generator)
    let csf = signals[.csf]
    #expect(abs(csf - 1) > 0.03)
    #expect(signals.mean.allSatisfy { $0 >= 0 && $0.isFinite })
    if abs(csf - 1) < 0.16 { faint += 1 } else if csf < 1 { dark += 1 } else { bright += 1 }
  }
  // Of all, 15 in a hundred are made faint. Others are faint by chance, and no side of the cord's brightness is rare.
  #expect(faint >= likely(0.15, of: people).lowerBound, "\(faint)")
  #expect(min(dark, bright) >= likely(0.3, of: people).lowerBound, "\(dark) \(bright)")
}

@Test("Random acquisitions come in all sizes and orientations, as often as they should")
func randomAcquisitions() {
  let scans = 3000
  var generator = Generator(seed: 1)
  let neck = Neck(generator: &generator)
  var (orientations, single, thick, fine, small): ([String: Int], Int, Int, Int, Int) = ([:], 0, 0, 0, 0)
  for _ in 0..<scans {
    let acquisition = Acquisition.random(for: neck, generator: &generator)
    let grid = acquisition.grid
    orientations[acquisition.stored!.towards, default: 0] += 1
    if grid.shape.z == 1 { single += 1 }
    if grid.spacing.max() > 12 { thick += 1 }
    if grid.spacing.min() < 0.35 { fine += 1 }
    if (grid.spacing * SIMD3<Double>(grid.shape)).max() < 60 { small += 1 }
  }
  // Of 100 scans 38 are axial, 12 of these a single slice; 20 are sagittal. Sizes of voxels are drawn by their logarithm.
  #expect(orientations.count == 48 && orientations.values.allSatisfy(likely(1 / 48, of: scans).contains), "\(orientations)")
  #expect(likely(0.38 * 0.12, of: scans).contains(single), "\(single)")
  #expect(likely(0.38 * log(17.0 / 12) / log(17 / 1.5), of: scans).contains(thick), "\(thick)")
  #expect(likely(0.58 * log(0.35 / 0.3) / log(1.2 / 0.3), of: scans).contains(fine), "\(fine)")
  // A tenth of the axial ones or more.
  #expect(small >= likely(0.038, of: scans).lowerBound, "\(small)")
}

@Test("Acquisitions to train on hold the cord, and many are what clinics make")
func trainingAcquisitions() {
  let scans = 300
  var clinical = 0
  for seed in 0..<scans {
    let (neck, acquisition) = trainingAcquisition(seed: UInt64(seed))
    let grid = acquisition.grid
    #expect(grid.count <= 1_000_000)
    // The commonest scan of a spine: T2w in thick sagittal slices.
    let isSagittal = abs(grid.affine.z.x) > 0.9 * grid.spacing.z
    if acquisition.contrast == .t2w, grid.spacing.z > 1.9, isSagittal { clinical += 1 }
    // Some point of the cord is in the field of view.
    let inverse = grid.affine.inverse.after(acquisition.motion.seriesFromPerson)
    #expect(
      neck.centerline().contains { point in
        let place = inverse(point)
        return all(place .> -0.5) && all(place .< SIMD3<Double>(grid.shape) - 0.5)
      }, "seed \(seed)")
  }
  // Of 100 scans 27 are clinical; two fifths of these are T2w, and 60 in a hundred of those sagittal. Some of the others look so too.
  #expect(clinical >= likely(0.27 * 0.4 * 0.6, of: scans).lowerBound, "\(clinical)")
}

@Test("Whole fields of view are large, coarse, and hold the cord")
func wholeFieldsOfView() {
  let scans = 200
  var (long, heads, lowest) = (0, 0, 0)
  for seed in 0..<scans {
    let (neck, acquisition) = trainingAcquisition(seed: UInt64(seed), whole: 1)
    let grid = acquisition.grid
    #expect(grid.count <= 2_000_000 && grid.spacing.min() >= 2.5)
    if (grid.spacing * SIMD3<Double>(grid.shape)).max() > 350 { long += 1 }
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
  // A tenth or more are longer than a trunk, a quarter show what lies above the cord, a tenth the lumbar spine.
  #expect(long >= likely(0.1, of: scans).lowerBound, "\(long)")
  #expect(heads >= likely(0.25, of: scans).lowerBound, "\(heads)")
  #expect(lowest >= likely(0.1, of: scans).lowerBound, "\(lowest)")
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
