import Numerics
import Tensors
import Testing
import Volumes

@testable import Augmentation

@Suite struct PaperTransformTests {
  let image = try! Tensor.uniform(shape: [1, 1, 12, 16, 20], seed: 3)
  let label = try! Tensor.uniform(shape: [1, 1, 12, 16, 20], seed: 4)

  func distance(_ a: Tensor, _ b: Tensor) throws -> Float { try (a - b).abs().max().item() }

  @Test func nothingDrawnChangesNothing() throws {
    let result = try PaperTransform()(image: image, label: label)
    #expect(try distance(result.image, image) == 0)
    #expect(try distance(result.label, label) == 0)
  }

  /// The published code reads its translation in voxels; meant is a share of the patch.
  @Test func aTranslationAsMeantMoves() throws {
    var (meant, run) = (0.0, 0.0)
    for seed in 0..<40 {
      var (a, b) = (Generator(seed: UInt64(seed)), Generator(seed: UInt64(seed)))
      let shape = [64, 192, 320]
      if let affine = PaperTransform(asRun: false, shape: shape, generator: &a).affine { meant = max(meant, affine.origin.length) }
      if let affine = PaperTransform(asRun: true, shape: shape, generator: &b).affine {
        run = max(run, affine.origin.length)
        // Neither turned about the last axis nor scaled along it.
        #expect(abs(affine.z.length - 1) < 1e-12 && affine.origin.z == 0)
      }
    }
    #expect(meant > 10 && run < 0.15)
  }

  @Test func translationsAreWholeVoxelsWhereTheyAre() throws {
    var transform = PaperTransform()
    transform.affine = Affine(spacing: .one, origin: [2, -1, 0])
    let moved = try transform(image: image, label: label).image
    let expected = try image.narrowed(dim: 2, start: 2, length: 10).narrowed(dim: 3, start: 0, length: 15)
    #expect(try distance(moved.narrowed(dim: 2, start: 0, length: 10).narrowed(dim: 3, start: 1, length: 15), expected) < 1e-4)
  }

  /// Everything drawn as in the table, over many draws: how often, and how far.
  @Test func chancesAndRangesAreThePapers() {
    var counts: [String: Int] = [:]
    let draws = 4000
    for seed in 0..<draws {
      var generator = Generator(seed: UInt64(seed))
      let t = PaperTransform(asRun: false, shape: [64, 192, 320], generator: &generator)
      for (name, there) in [
        ("affine", t.affine != nil), ("elastic", t.elastic != nil), ("zoom", t.zoom != nil), ("gamma", t.gamma != nil),
        ("bias", t.bias != nil), ("noise", t.noise != nil), ("blur", t.blur != nil), ("gain", t.gain != 1), ("x", t.mirrored.contains(0)),
        ("z", t.mirrored.contains(2)),
      ] where there { counts[name, default: 0] += 1 }
      if let elastic = t.elastic { #expect((3.5...5.5).contains(elastic.sd) && (25...35).contains(elastic.magnitude)) }
      if let gamma = t.gamma { #expect((0.5...3).contains(gamma)) }
      #expect((0.75...2).contains(t.gain))
    }
    let expected = [
      "affine": 0.9, "elastic": 0.5, "zoom": 0.25, "gamma": 0.5, "bias": 0.3, "noise": 0.1, "blur": 0.3, "gain": 0.15, "x": 0.3, "z": 0.3,
    ]
    // Five standard deviations of a count.
    for (name, chance) in expected { #expect(abs(Double(counts[name] ?? 0) / Double(draws) - chance) < 0.04, "\(name)") }
  }

  /// As run, every coefficient is positive, so that one corner is hundreds of times brighter than another; as meant it is not.
  @Test func biasFieldsAsMeantAreSane() throws {
    func contrast(_ asRun: Bool) throws -> Float {
      var largest: Float = 0
      for seed in 0..<60 {
        var generator = Generator(seed: UInt64(seed))
        guard let bias = PaperTransform(asRun: asRun, shape: [8, 8, 8], generator: &generator).bias else { continue }
        let field = try bias(shape: [8, 8, 8], on: .cpu)
        largest = max(largest, try field.mean().item() / (try field.min().item()))
        if asRun { #expect(try field.max().item() > 1) }
      }
      return largest
    }
    #expect(try contrast(true) > contrast(false))
  }

  @Test func aFieldOfOneCoefficientIsConstant() throws {
    var coefficients = [Double](repeating: 0, count: PolynomialField.count)
    coefficients[0] = 0.5
    let field = try PolynomialField(coefficients: coefficients)(shape: [3, 4, 5], on: .cpu)
    #expect(try field.floats().allSatisfy { abs($0 - 1.64872) < 1e-4 })
  }

  @Test func mirroringAllAxesTwiceIsNothing() throws {
    var transform = PaperTransform()
    transform.mirrored = [0, 1, 2]
    let once = try transform(image: image, label: label)
    let twice = try transform(image: once.image, label: once.label)
    #expect(try distance(twice.image, image) == 0 && distance(twice.label, label) == 0)
    #expect(try distance(once.image, image) > 0.1)
  }

  @Test func aBlurKeepsTheSumInside() throws {
    var values = [Float](repeating: 0, count: 17 * 17 * 17)
    values[(8 * 17 + 8) * 17 + 8] = 1
    let point = try Tensor(values, shape: [1, 1, 17, 17, 17])
    let blurred = try point.blurred(sd: [1, 1.5, 0.8])
    #expect(abs(try blurred.sum().item() - 1) < 1e-4)
    // Second moment along y: the Gaussian's variance and the voxel's own 1/12.
    let profile = try blurred.sum(dims: [0, 1, 2, 4]).floats()
    let variance = profile.enumerated().reduce(0) { $0 + $1.element * Float(($1.offset - 8) * ($1.offset - 8)) }
    #expect(abs(variance - (1.5 * 1.5 + 1 / 12)) < 0.02)
  }
}
