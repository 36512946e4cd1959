import Foundation
import Numerics
import Testing
import Volumes

@testable import Simulation

private let neck: Neck = {
  var generator = Generator(seed: 41)
  return Neck(generator: &generator)
}()

private func series(_ artefacts: Artefacts, shape: SIMD3<Int> = [24, 24, 6], spacing: SIMD3<Double> = [1, 1, 3]) -> Acquisition {
  let half = (SIMD3<Double>(shape) - 1) / 2 * spacing
  return Acquisition(
    contrast: .t2w, grid: Grid(shape: shape, affine: Affine(spacing: spacing, origin: neck.discPosition(5) - half)),
    signalToNoise: 100, coil: 0.3, variation: 0, artefacts: artefacts, seed: 3)
}

@Test(
  "Every artefact at strength 1 changes the image; those that move the cord move the truth", arguments: Artefacts.all.map(\.name))
func strengths(name: String) {
  let path = Artefacts.all.first { $0.name == name }!.path
  var artefacts = Artefacts.none
  artefacts[keyPath: path] = 1
  let still = acquire(neck, series(.none)).cord
  var (seen, moved) = (false, false)
  // Rare ones need a seed that draws them.
  for seed in 0..<5 {
    var (plain, spoiled) = (series(.none), series(artefacts))
    (plain.seed, spoiled.seed) = (UInt64(seed), UInt64(seed))
    let (before, after) = (acquire(neck, plain), acquire(neck, spoiled))
    #expect(before.cord.voxels == still.voxels)
    #expect(after.image.voxels.allSatisfy { $0.isFinite && $0 >= 0 } && after.cord.voxels.allSatisfy { (0...1).contains($0) })
    if after.image.voxels != before.image.voxels { seen = true }
    if after.cord.voxels != before.cord.voxels { moved = true }
  }
  #expect(seen)
  #expect(moved == ["distortion", "metal", "duplicatedSlices"].contains(name))
}

@Test("Inflow makes CSF darker and brighter along the cord, and leaves the cord alone")
func inflow() {
  var artefacts = Artefacts.none
  artefacts.inflow = 1
  func image(_ artefacts: Artefacts) -> (Volume, SimulatedScan) {
    var acquisition = series(artefacts, shape: [30, 30, 60], spacing: [1, 1, 3])
    (acquisition.signalToNoise, acquisition.blur, acquisition.coil) = (1e6, .zero, 0)
    let scan = acquire(neck, acquisition)
    return (scan.image, scan)
  }
  let ((plain, truth), (uneven, _)) = (image(.none), image(artefacts))
  var slices: [Double] = []
  for z in 0..<60 {
    var ratios: [Float] = []
    for offset in z * 900..<(z + 1) * 900 {
      let ratio = uneven.voxels[offset] / plain.voxels[offset]
      if truth.cord.voxels[offset] == 1 { #expect(abs(ratio - 1) < 1e-3) }
      if truth.canal.voxels[offset] == 1 && truth.cord.voxels[offset] == 0 { ratios.append(ratio) }
    }
    if ratios.count > 20 { slices.append(Double(ratios.sorted()[ratios.count / 2])) }
  }
  #expect(slices.count > 40 && slices.max()! > 1.5 * slices.min()!)
  #expect(zip(slices, slices.dropFirst()).allSatisfy { abs(log($0 / $1)) < 0.25 })
}

@Test("Towards the ends of a slab CSF becomes brighter than the cord in MT-off; its middle and the truth stay")
func slabEnds() {
  var acquisition = series(.none, shape: [30, 30, 24], spacing: [1, 1, 4])
  acquisition.contrast = .mtOff
  acquisition.sequence = .published(.mtOff)
  (acquisition.signalToNoise, acquisition.blur, acquisition.coil) = (1e6, .zero, 0)
  let plain = acquire(neck, acquisition)
  acquisition.artefacts.slabEnds = 1
  /// Median signal of the CSF over that of the cord in a slice.
  func ratio(_ scan: SimulatedScan, _ z: Int) -> Float {
    func median(_ values: [Float]) -> Float { values.sorted()[values.count / 2] }
    let slice = z * 900..<(z + 1) * 900
    let cord = slice.filter { scan.cord.voxels[$0] == 1 }.map { scan.image.voxels[$0] }
    let csf = slice.filter { scan.canal.voxels[$0] == 1 && scan.cord.voxels[$0] == 0 }.map { scan.image.voxels[$0] }
    return median(csf) / median(cord)
  }
  let before = [0, 23].map { ratio(plain, $0) }
  var after: [Float] = []
  for seed in 0..<4 {
    acquisition.seed = UInt64(seed)
    let spoiled = acquire(neck, acquisition)
    #expect(spoiled.cord.voxels == plain.cord.voxels)
    after += [0, 23].map { ratio(spoiled, $0) }
    // Tissue values do not depend on the seed here, what is seen in the middle does by no more than noise.
    #expect(abs(ratio(spoiled, 12) / ratio(plain, 12) - 1) < 0.1)
  }
  #expect(before.max()! < 0.8 && after.min()! > 1.2 * before.max()! && after.max()! > 1.2)
}

@Test("A crop shows the part of the slab that it was cut from")
func croppedSlab() throws {
  var artefacts = Artefacts.none
  artefacts.slabEnds = 1
  let whole = series(artefacts, shape: [8, 8, 20])
  var crop = whole
  crop.grid = whole.grid.box(lower: [1, 2, 3], shape: [4, 4, 9])
  var generator = Generator(seed: 1)
  let signals = Signals(whole, generator: &generator)
  let (ends, cropped) = try (#require(SlabEnds(whole, signals: signals)), #require(SlabEnds(crop, signals: signals)))
  for z in 0..<9 {
    let (expected, seen) = (ends.signals(signals, slice: z + 3).mean, cropped.signals(signals, slice: z).mean)
    #expect(zip(expected, seen).allSatisfy { abs($0 - $1) < 1e-5 })
  }
  #expect(ends.signals(signals, slice: 0).mean != signals.mean)
}

@Test("An implant takes the signal around it, and leaves that of the rest")
func voids() {
  let implant = Implant(place: [3, -2, 5], size: 6)
  var last: Float = -1
  for distance in stride(from: Float(0), to: 40, by: 1) {
    let signal = implant.signal(at: [3 + distance, -2, 5])
    #expect(signal >= last)
    if distance <= 4 { #expect(signal < 0.01) }
    if distance >= 12 { #expect(signal > 0.99) }
    last = signal
  }
}

@Test("A distorted cord is where its image is, on its own grid and on any other", arguments: [0.4, 1])
func distortion(strength: Double) {
  var artefacts = Artefacts.none
  artefacts.distortion = strength
  let acquisition = series(artefacts, shape: [30, 30, 5])
  let scan = acquire(neck, acquisition)
  let still = acquire(neck, series(.none, shape: [30, 30, 5]))
  let other = neck.cordOccupancy(on: acquisition.grid, seenBy: acquisition)
  func difference(_ a: Volume, _ b: Volume) -> Float { zip(a.voxels, b.voxels).reduce(0) { $0 + abs($1.0 - $1.1) } / a.voxels.reduce(0, +) }
  // Interpolation between occupancies blurs the edge by half a voxel at most; the displacement itself is larger.
  #expect(difference(other, scan.cord) < 0.13)
  #expect(difference(other, scan.cord) < 0.6 * difference(still.cord, scan.cord))
  // The tissue of a column is only moved along it: without noise the image keeps its sum.
  let field = UnevenField(acquisition, cord: neck.cord)
  let work = field.work(acquisition.grid)
  var image = Volume(repeating: 1, grid: work)
  var fractions = [[Float](repeating: 1, count: work.count)]
  field.apply(to: &image, occupancies: &fractions, grid: acquisition.grid)
  #expect(image.grid.matches(acquisition.grid))
  #expect(fractions[0].allSatisfy { abs($0 - 1) < 1e-4 })
  let mean = Double(image.voxels.reduce(0, +)) / Double(image.voxels.count)
  #expect(abs(mean - 1) < 0.2)
}

@Test("Without a field the grid that is painted is the grid itself")
func noDistortion() {
  let acquisition = series(.none)
  let field = UnevenField(acquisition, cord: neck.cord)
  #expect(field.work(acquisition.grid) == acquisition.grid)
  #expect(field.distortions.isEmpty && !field.loses)
}

@Test("A duplicated slice shows its predecessor, in image and truth")
func duplicates() {
  var artefacts = Artefacts.none
  artefacts.duplicatedSlices = 1
  let acquisition = series(artefacts, shape: [24, 24, 30], spacing: [1, 1, 2])
  let scan = acquire(neck, acquisition)
  let shown = acquisition.shownSlices
  let copies = shown.indices.filter { shown[$0] != $0 }
  #expect((1...15).contains(copies.count))
  let still = acquire(neck, series(.none, shape: [24, 24, 30], spacing: [1, 1, 2])).cord
  for slice in copies {
    let range = (slice - 1) * 576..<slice * 576
    let own = slice * 576..<(slice + 1) * 576
    #expect(zip(scan.cord.voxels[own], still.voxels[range]).allSatisfy { abs($0 - $1) < 1e-4 })
  }
  let other = neck.cordOccupancy(on: acquisition.grid, seenBy: acquisition)
  #expect(zip(other.voxels, scan.cord.voxels).allSatisfy { abs($0 - $1) < 1e-4 })
}

@Test("Kernels keep the mean; the truncated one rings")
func kernels() {
  for taps in [Kernel.gaussian(sd: 0.3), Kernel.gaussian(sd: 2.5), Kernel.truncation(share: 0.7), Kernel.truncation(share: 1)] {
    #expect(abs(taps[0] + 2 * taps.dropFirst().reduce(0, +) - 1) < 1e-5)
  }
  #expect(Kernel.truncation(share: 1) == [1])
  #expect(Kernel.truncation(share: 0.7).contains { $0 < -0.05 })
  // A step overshoots by about 9 %, whatever the share (Gibbs).
  var step = Volume(repeating: 0, grid: Grid(shape: [200, 1, 1], affine: .identity))
  for x in 100..<200 { step[x, 0, 0] = 1 }
  step.convolve(axis: 0, taps: Kernel.truncation(share: 0.5))
  #expect((1.05...1.12).contains(Double(step.voxels.max()!)))
}

@Test("A blur along any axis is the same blur")
func blurAxes() {
  var generator = Generator(seed: 2)
  let grid = Grid(shape: [7, 8, 9], affine: .identity)
  let noise = Volume(voxels: (0..<grid.count).map { _ in Float(generator.normal()) }, grid: grid)
  var (a, b) = (noise, noise.reoriented(to: Orientation(towards: "SRA")!))
  a.blur(sd: [0.8, 1.3, 0])
  b.blur(sd: [0, 0.8, 1.3])
  #expect(zip(a.voxels, b.reoriented(to: .ras).voxels).allSatisfy { abs($0 - $1) < 1e-5 })
}

@Test("Neighbors share noise, whose SD stays what was asked for", arguments: [0.1, 0.6])
func noise(blur: Double) {
  var fixed = Generator(seed: 1)
  var acquisition = series(.none, shape: [40, 40, 10])
  (acquisition.signalToNoise, acquisition.blur, acquisition.coil) = (10, SIMD3(repeating: blur), 0)
  let readout = Readout(
    acquisition: acquisition, coil: Coil(strength: 0, center: .zero, neck: neck, cord: neck.cord, generator: &fixed),
    bias: Bias(strength: 0, generator: &fixed), field: UnevenField(acquisition, cord: neck.cord), ends: nil)
  let image = readout(Volume(repeating: 10, grid: acquisition.grid), moving: [])
  let noise = image.voxels.map { Double($0) - 10 }
  let variance = noise.reduce(0) { $0 + $1 * $1 } / Double(noise.count)
  // The outermost voxels repeat beyond the image, so noise there is averaged less.
  #expect(abs(variance.squareRoot() / 0.1 - 1) < 0.1)
  let pairs = noise.indices.dropLast().filter { ($0 + 1) % 40 != 0 }
  let shared = pairs.reduce(0) { $0 + noise[$1] * noise[$1 + 1] } / Double(pairs.count) / variance
  // A Gaussian of SD 0.6 voxels: 0.44 between neighbors.
  #expect(blur == 0.1 ? abs(shared) < 0.03 : (0.38...0.5).contains(shared))
}

@Test("In a quotient of images noise without signal has any brightness; cord and CSF stay")
func quotient() {
  var acquisition = series(.none, shape: [60, 90, 6], spacing: [1.5, 1.5, 3])
  // Towards the back of the neck lies air.
  acquisition.grid.affine.origin.y -= 40
  (acquisition.signalToNoise, acquisition.coil) = (50, 0)
  let plain = acquire(neck, acquisition)
  acquisition.artefacts.quotient = 1
  let spoiled = acquire(neck, acquisition)
  #expect(spoiled.cord.voxels == plain.cord.voxels)
  let most = plain.image.voxels.max()!
  var air: [Float] = []
  for i in plain.image.voxels.indices {
    let (before, after) = (plain.image.voxels[i], spoiled.image.voxels[i])
    if before < 2 / 50 { air.append(after / most) }
    if before > 5 / 50 { #expect(after == before) }
  }
  #expect(air.count > 1000 && abs(air.reduce(0, +) / Float(air.count) - 0.5) < 0.05)
  #expect(air.max()! <= 1 && air.filter { $0 > 0.9 }.count > air.count / 15)
}
