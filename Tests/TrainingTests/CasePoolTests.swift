import Augmentation
import Files
import Foundation
import Inference
import Models
import NIfTI
import Networks
import Numerics
import Preprocessing
import Tensors
import Testing
import Volumes

@testable import Training

@Suite struct CasePoolTests {
  /// A sample of the tiny data.
  func sample(_ configuration: TrainingConfiguration, in folder: String, epoch: Int = 0, index: Int = 0) async throws -> Sample {
    let pool = CasePool(configuration, try TrainingData(configuration, root: folder))
    return try await Sampler(configuration, pool, stepsPerEpoch: 4).sample(epoch: epoch, index: index)
  }

  @Test func samplesDependOnSeedEpochAndIndexAlone() async throws {
    let data = try TinyData()
    defer { data.remove() }
    func floats(_ epoch: Int, _ index: Int) async throws -> [Float] {
      try await sample(TinyData.configuration(), in: data.folder, epoch: epoch, index: index).image.floats()
    }
    #expect(try await floats(3, 5) == floats(3, 5))
    #expect(try await floats(3, 5) != floats(3, 6))
    #expect(try await floats(3, 5) != floats(4, 5))
  }

  /// Samples that were begun some steps ahead are those that are made when they are needed, in every part of a step.
  @Test(arguments: [1, 2]) func samplesMadeAheadAreTheSame(parts: Int) async throws {
    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration()
    configuration.data.simulation = SimulationSettings(scans: 2, lifetime: 3)
    configuration.data.simulatedShare = 0.5
    configuration.schedule.accumulation = parts
    func images(ahead: Int) async throws -> [[Float]] {
      let pool = CasePool(configuration, try TrainingData(configuration, root: data.folder))
      let sampler = Sampler(configuration, pool, stepsPerEpoch: 4, ahead: ahead)
      sampler.enter(epoch: 0)
      var images: [[Float]] = []
      for step in 0..<4 {
        sampler.prepare(epoch: 0, from: step)
        for part in 0..<parts { images.append(try await sampler.batch(epoch: 0, step: step, part: part).image.floats()) }
      }
      return images
    }
    let needed = try await images(ahead: 0)
    #expect(try await needed == images(ahead: 2))
    #expect(Set(needed).count == 4 * parts)
  }

  /// Near the edge of a drawn mask nothing is learned, unless the cord was painted to end there.
  /// Some simulated scans are replaced each epoch, the others stay; each is drawn.
  @Test func simulatedScansTakeTurns() throws {
    var configuration = TinyData.configuration(epochs: 8)
    (configuration.data.scans, configuration.data.simulation) = ([], SimulationSettings(scans: 6, lifetime: 3))
    let pool = CasePool(configuration, try TrainingData(configuration, root: "."))
    let sampler = Sampler(configuration, pool, stepsPerEpoch: 100)
    let shown = (0..<8).map { epoch -> Set<UInt64> in
      let choices = (0..<100).flatMap { sampler.choices(epoch: epoch, step: $0) }
      return Set(choices.map { choice -> UInt64 in if case .simulated(let identity) = choice { identity } else { 0 } })
    }
    for (epoch, next) in zip(shown, shown.dropFirst()) {
      #expect(epoch.count == 6)
      #expect(epoch.intersection(next).count == 4)
    }
  }

  /// Simulated samples that stay as they are may be moved by whole voxels, mirrored and negatives, drawn scans pass through the augmentation as ever.
  @Test func simulatedSamplesMayStayUnchanged() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration()
    configuration.data.simulation = SimulationSettings(scans: 2, lifetime: 3)
    (configuration.augmentation.mirror, configuration.augmentation.invert) = (0, 0)
    // Centers lie in the middle of a voxel, and so does the middle of a patch of odd size: nothing is interpolated either way.
    (configuration.data.spread, configuration.stage.patch) = (0, [15, 15, 15])
    func images(share: Double, set: AugmentationSet = .softcord, simulated: Double = 1) async throws -> [[Float]] {
      var other = configuration
      (other.data.simulation.unchanged, other.data.simulatedShare) = (share, simulated)
      if set == .none { other.augmentation = .none }
      var images: [[Float]] = []
      for index in 0..<4 { images.append(try await sample(other, in: data.folder, index: index).image.floats()) }
      return images
    }
    func difference(_ a: [[Float]], _ b: [[Float]]) -> Float {
      zip(a.joined(), b.joined()).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(a.joined().count)
    }
    let plain = try await images(share: 1, set: .none)
    #expect(try await difference(images(share: 1), plain) < 1e-3)
    #expect(try await difference(images(share: 0), plain) > 0.1)
    #expect(try await difference(images(share: 1, simulated: 0), images(share: 1, set: .none, simulated: 0)) > 0.1)
    var negative = configuration
    (negative.data.simulation.unchanged, negative.data.simulatedShare, negative.augmentation.invert) = (1, 1, 1)
    for index in 0..<4 {
      let sample = try await sample(negative, in: data.folder, index: index)
      let inside = try zip(zip(sample.image.floats(), plain[index]), sample.trust.floats()).filter { $1 > 0 }.map(\.0)
      // Within the scan, what was brighter is darker.
      #expect(!inside.isEmpty && zip(inside, inside.dropFirst()).allSatisfy { ($1.0 - $0.0) * ($1.1 - $0.1) <= 0 })
    }
    // Wherever a sample was to lie between voxels, it moves to them.
    configuration.stage.patch = [16, 16, 16]
    func roughness(_ images: [[Float]]) -> Float {
      images.reduce(0) { $0 + zip($1, $1.dropFirst()).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
    }
    #expect(try await roughness(images(share: 1)) > 1.05 * roughness(images(share: 1, set: .none)))
  }

  /// Voxels that are cut out of a scan are those that interpolation finds there, beyond its borders and in mirror images, too.
  @Test func cutPatchesAreInterpolatedOnes() throws {
    var generator = Generator(seed: 1)
    func noise(_ shape: SIMD3<Int>) -> Volume {
      let grid = Grid(shape: shape, affine: .identity)
      return Volume(voxels: (0..<grid.count).map { _ in Float(generator.uniform(0, 1)) }, grid: grid)
    }
    var configuration = TinyData.configuration()
    (configuration.stage.patch, configuration.stage.preprocessing.spacing) = ([8, 8, 8], .one)
    let prepared = try PreparedCase(image: noise([20, 17, 12]), configuration.stage.preprocessing, parts: [2, 2, 1]) { noise($0.shape) }
    let source = try TrainingCase(prepared, exact: true)
    let maker = SampleMaker(configuration: configuration)
    for (center, mirror) in [([9.5, 8.5, 5.5], 1.0), ([9.5, 8.5, 5.5], -1), ([1.5, 15.5, 10.5], 1), ([18.5, -2.5, 0.5], -1)] {
      var transform = SpatialTransform(center: SIMD3(center))
      transform.matrix.x.x = mirror
      #expect(transform.cut(patch: [8, 8, 8], from: [20, 17, 12]) != nil)
      let cut = try maker.patch(source, transform)
      transform.matrix.x.x = mirror * (1 + 1e-9)
      #expect(transform.cut(patch: [8, 8, 8], from: [20, 17, 12]) == nil)
      let interpolated = try maker.patch(source, transform)
      for (a, b) in [(cut.image, interpolated.image), (cut.label, interpolated.label), (cut.inside, interpolated.inside)] {
        #expect(a.shape == b.shape)
        #expect(try zip(a.floats(), b.floats()).allSatisfy { abs($0 - $1) < 1e-4 })
      }
    }
    #expect(SpatialTransform(center: [9, 8.5, 5.5]).cut(patch: [8, 8, 8], from: [20, 17, 12]) == nil)
    #expect(SpatialTransform(center: [59.5, 8.5, 5.5]).cut(patch: [8, 8, 8], from: [20, 17, 12]) == nil)
  }

  /// Larger people in larger voxels: the same picture on more of the training's voxels, with its label.
  @Test func simulatedPeopleMayBeSaidToBeLarger() async throws {
    var configuration = TinyData.configuration()
    (configuration.data.scans, configuration.data.simulation) = ([], SimulationSettings(scans: 4, lifetime: 1))
    func cases(_ sizes: Double?) async throws -> [TrainingCase] {
      configuration.data.simulation.sizes = sizes
      let pool = CasePool(configuration, try TrainingData(configuration, root: "."))
      var cases: [TrainingCase] = []
      for slot in 0..<4 { cases.append(try await pool.take(.simulated(UInt64(slot)))) }
      return cases
    }
    func volume(_ source: TrainingCase) throws -> Double { Double(try source.label.sum().item()) }
    var ratios: [Double] = []
    for (plain, other) in zip(try await cases(nil), try await cases(0.2)) where try volume(plain) > 0 {
      let size = cbrt(try volume(other) / volume(plain))
      ratios.append(size)
      for axis in 0..<3 {
        let wanted = size * Double(plain.shape[axis])
        #expect(abs(Double(other.shape[axis]) - wanted) < 2 + 0.03 * wanted)
      }
    }
    #expect(ratios.count > 1 && ratios.contains { abs($0 - 1) > 0.05 } && ratios.allSatisfy { (0.5...2).contains($0) })
  }

  /// Samples near the ends of the cord: the scan's lowest and highest twentieth.
  @Test func samplesLieNearTheEnds() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration()
    (configuration.data.spread, configuration.augmentation) = (0, .none)
    // A patch that reaches beyond the scan shows how far.
    func inside(top: Double?, tip: Double?) async throws -> [Float] {
      (configuration.data.nearTop, configuration.data.nearTip) = (top, tip)
      let trust = try await sample(configuration, in: data.folder).trust
      return try trust.sum(dims: [2, 3]).floats()
    }
    let (upper, lower) = (try await inside(top: 1, tip: 1), try await inside(top: 0, tip: 1))
    #expect(upper.first! > 0 && upper.last! == 0)
    #expect(lower.first! == 0 && lower.last! > 0)
  }

  @Test func drawnEdgesAreNotTrusted() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration()
    (configuration.augmentation, configuration.data.edgeTolerance) = (.none, 1)
    let plain = try await sample(configuration, in: data.folder)
    let (label, trust) = try (plain.label.floats(), plain.trust.floats())
    #expect(zip(label, trust).allSatisfy { $1 == 0 || $0 == 0 || $0 == 1 })
    #expect(zip(label, trust).contains { $0 == 1 && $1 == 1 } && zip(label, trust).contains { $0 == 0 && $1 == 1 })
    var soft = configuration
    for index in soft.data.scans.indices { soft.data.scans[index].edge = .exact }
    let exact = try await sample(soft, in: data.folder)
    #expect(try zip(exact.label.floats(), exact.trust.floats()).contains { $1 == 1 && $0 > 0.05 && $0 < 0.95 })
    // Nor is it blurred on its way to the network's voxels.
    func softness(_ label: [Float]) -> Float { label.reduce(0) { $0 + $1 * (1 - $1) } }
    #expect(try softness(exact.label.floats()) < 0.95 * softness(label))
    // An outline has the same area, and an edge as sharp as voxels let it be.
    for index in soft.data.scans.indices { soft.data.scans[index].edge = .outline }
    let outline = try await sample(soft, in: data.folder).label.floats()
    #expect(try softness(outline) < 0.7 * softness(exact.label.floats()))
    #expect(try abs(outline.reduce(0, +) / exact.label.floats().reduce(0, +) - 1) < 0.02)
    configuration.augmentation.set = .softcord
    configuration.augmentation.remap = 1
    configuration.augmentation.recolor = 1
    let painted = try await sample(configuration, in: data.folder)
    #expect(try zip(painted.label.floats(), painted.trust.floats()).contains { $1 == 1 && $0 > 0.05 && $0 < 0.95 })
  }

  /// Centered patches are voxels of the scan, not interpolated, and padded with nothing.
  @Test func centeredPatchesAreTheScansOwnVoxels() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration()
    (configuration.augmentation, configuration.data.placement, configuration.stage.patch) = (.none, .centered, [8, 8, 32])
    let label = try await sample(configuration, in: data.folder).label
    #expect(label.shape == [1, 1, 8, 8, 32])
    let mask = try NIfTI.read(data.folder + "/a_mask.nii.gz").volume
    let found = try Volume(label, on: Grid(shape: [8, 8, 32], affine: .identity))
    for z in 0..<32 { for x in 0..<8 { #expect(abs(found[x, 4, z] - ((8..<24).contains(z) ? mask[x + 4, 8, z - 8] : 0)) < 1e-4) } }
  }

  /// However a configuration turns scans, the cord's voxels end towards the head.
  @Test(arguments: ["RAS", "RPI", "SRA", "ILP"]) func theCordIsListedUpwards(_ orientation: String) throws {
    let grid = Grid(shape: [8, 8, 8], affine: Affine(spacing: [1, 1, 1]))
    var mask = Volume(repeating: 0, grid: grid)
    for z in 2..<7 { mask[4, 4, z] = 1 }
    let prepared = try PreparedCase(
      image: mask, Preprocessing(orientation: Orientation(towards: orientation), spacing: [1, 1, 1]), parts: .one
    ) { mask.resampled(onto: $0) }
    #expect(prepared.cord.map { prepared.image.grid.world(SIMD3<Double>($0)).z.rounded() } == [2, 3, 4, 5, 6])
  }

  @Test func shuffledScansComeOnceEach() throws {
    var configuration = TinyData.configuration()
    configuration.data.scans = (0..<7).map { TinyData.scan("\($0)") }
    configuration.data.order = .shuffled
    let pool = CasePool(configuration, try TrainingData(configuration, root: "."))
    func round(_ number: Int) -> [Int] {
      (0..<7).map { index in
        var generator = pool.generator(epoch: number, index: index)
        guard case .labelled(let scan) = pool.draw(&generator, epoch: number, sample: number * 7 + index) else { return -1 }
        return scan
      }
    }
    #expect(round(0).sorted() == Array(0..<7) && round(1).sorted() == Array(0..<7) && round(0) != round(1))
  }
}
