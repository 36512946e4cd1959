import Augmentation
import Foundation
import Models
import Networks
import Settings
import Simulation
import Tensors
import Testing

@testable import Training

/// The preset `paper` against the recipe that Bédard et al. 2025 published.
@Suite struct RecipeTests {
  /// The package's own files: tests do not lie beside the program.
  static let folder = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Sources/Training/Recipes").standardized.path

  func configuration(_ preset: Preset) throws -> TrainingConfiguration {
    try Settings.decode(preset.text(in: Self.folder), path: preset.rawValue)
  }

  @Test(arguments: Preset.allCases) func presetsAreValid(_ preset: Preset) throws { try configuration(preset).validate() }

  @Test func everyStageOfTheShippedModelIsValid() throws {
    let recipe = try Recipe(contentsOf: Self.folder + "/shipped.yaml")
    #expect(recipe.stages.map(\.name) == ["first", "localizer", "second", "wide", "short", "long", "contrasts"])
    for stage in recipe.stages {
      let configuration = try recipe.configuration(of: stage.name)
      try configuration.validate()
      // The mixture that is written down is the one that a configuration without it has.
      #expect(configuration.data.simulation.mixture == ScanMixture())
      // A printed stage is a configuration of its own that says the same.
      #expect(try Settings.decode(recipe.text(of: stage.name), path: stage.name) == configuration)
    }
    #expect(try recipe.table().rows.count == recipe.stages.count)
    #expect(try recipe.stages.map { try recipe.configuration(of: $0.name).data.scans.count } == [16, 16, 16, 16, 16, 19, 19])
  }

  @Test func aStageListsWhatDiffers() throws {
    let recipe = try Recipe(contentsOf: Self.folder + "/shipped.yaml")
    let (first, wide) = (try recipe.configuration(of: "first"), try recipe.configuration(of: "wide"))
    #expect(first.data.nearTop == nil && first.data.simulation.backdrops == nil && wide.data.nearTop == 0.1)
    #expect(first.stage.network.features == [16, 32, 64, 96, 128] && wide.stage.network.features == [16, 48, 96, 160, 256])
    #expect(first.stage.network.strides == wide.stage.network.strides && wide.schedule.epochs == 16 && wide.schedule.stepsPerEpoch == 250)
    #expect { try recipe.configuration(of: "wde") } throws: { "\($0)".contains("no stage wde; expected first, localizer") }
    #expect { try TrainingConfiguration.read(Self.folder + "/shipped.yaml") } throws: { "\($0)".contains("--stage: first, localizer") }
    #expect { try recipe.stage("wide").expect(from: nil, localizer: "l", resuming: false) } throws: { "\($0)".contains("--from FILE") }
    try recipe.stage("wide").expect(from: nil, localizer: nil, resuming: true)
  }

  @Test func aParentHasTheChecksumOfTheRecipe() throws {
    let path = NSTemporaryDirectory() + "parent-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "abc".write(toFile: path, atomically: true, encoding: .utf8)
    // Of these three bytes, FIPS 180-4.
    let right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    var stage = try Recipe(contentsOf: Self.folder + "/shipped.yaml").stage("wide")
    let expected = stage.from!.sha256!
    #expect {
      try stage.requireChecksums(from: path, localizer: nil)
    } throws: { error in [path, right, expected, "--from"].allSatisfy("\(error)".contains) }
    stage.from!.sha256 = right
    // The recipe has no checksum of the localizer.
    try stage.requireChecksums(from: path, localizer: path + "-is-not-read")
  }

  @Test(arguments: [
    (
      "name: a\nscans: s.tsv\nbase: {}\nstages: [{name: x, train: [], validate: [], from: {stage: y}, configuration: {}}]",
      "no stage before it"
    ),
    ("name: a\nscans: s.tsv\nbase: {}\nstages: [{name: x, train: [], validate: [], fro: {stage: y}, configuration: {}}]", "fro is no key"),
    (
      "name: a\nscans: s.tsv\nbase: {}\nstages: [{name: x, train: [], validate: [], configuration: {}}, {name: x, train: [], validate: [], configuration: {}}]",
      "two stages"
    ),
  ]) func wrongRecipesAreRefused(_ text: String, _ expected: String) throws {
    let path = NSTemporaryDirectory() + "recipe-\(UUID().uuidString).yaml"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    #expect { try Recipe(contentsOf: path) } throws: { "\($0)".contains(expected) }
  }

  @Test func thePapersNetworkAndScheduleAreThePapers() throws {
    let paper = try configuration(.paper)
    #expect(paper.stage.network == .paper && paper.stage.network.parameterCount == 30_785_189)
    #expect(paper.stage.patch == [64, 192, 320] && paper.stage.preprocessing.spacing == .one)
    #expect(paper.stage.activation == .normalizedReLU && paper.augmentation.set == .paper)
    #expect(paper.optimizer.kind == .adam && paper.optimizer.learningRate == 1e-3 && paper.optimizer.weightDecay == 0)
    #expect(paper.optimizer.average == 0 && paper.optimizer.clip == nil)
    #expect(paper.schedule.epochs == 200 && paper.schedule.batch == 2 && paper.schedule.patience == 20 && paper.validation.every == 5)
    #expect(paper.schedule.precision == .float32 && paper.validation.keep == .best)
    // 145 people of six contrasts: 435 steps.
    let scans = (0..<870).map { LabelledScan(image: "\($0)", mask: "m", person: "\($0)") }
    var counted = paper
    (counted.data.sources, counted.data.split, counted.data.scans) = (nil, nil, scans)
    #expect(counted.stepsPerEpoch(try TrainingData(counted, root: ".")) == 435)
  }

  @Test func theLearningRateFallsByEpoch() throws {
    let schedule = try configuration(.paper).schedule
    func rate(_ epoch: Int, _ step: Int) -> Double { schedule.learningRate(epoch: epoch, step: step, stepsPerEpoch: 435, peak: 1e-3) }
    #expect(rate(0, 0) == 1e-3 && rate(0, 434) == 1e-3)
    #expect(abs(rate(100, 3) - 0.5e-3) < 1e-12)
    #expect(abs(rate(50, 0) - 1e-3 * (1 + cos(Double.pi / 4)) / 2) < 1e-12)
  }

  /// The loss as published: Adaptive Wing summed over voxels of the raw output, heads weighted by halves, divided by their number,
  /// coarse labels by trilinear interpolation.
  @Test func theLossIsThePublishedSum() throws {
    let objective = try configuration(.paper).objective
    let shapes = [[4, 8, 8], [2, 4, 4], [1, 2, 2]]
    let outputs = try shapes.enumerated().map { try Tensor.normal(shape: [2, 1] + $1, seed: UInt64($0)) }
    let label = try Tensor.uniform(shape: [2, 1] + shapes[0], seed: 9)
    let value = try objective(outputs, Sample(image: label, label: label, trust: .ones(shape: label.shape))).item()
    var expected: Float = 0
    for (level, output) in outputs.enumerated() {
      let target = try label.interpolated(to: shapes[level], mode: .trilinear)
      expected += try AdaptiveWing(reduction: .sum)(output, target).item() * Float(pow(0.5, Double(level))) / 3
    }
    #expect(abs(value - expected) < 1e-3 * expected)
  }
}

@Suite struct ObjectiveTests {
  let label = try! Tensor.uniform(shape: [1, 1, 6, 6, 6], seed: 2)
  func objective(_ kind: LossTerm.Kind, _ activation: Activation) -> Objective {
    Objective(terms: [LossTerm(kind: kind, weight: 1)], activation: activation, heads: DeepSupervision())
  }

  /// Every axis of the ablation has a gradient: the published Dice + cross-entropy on one channel has half of one only.
  @Test(
    arguments: [LossTerm.Kind.adaptiveWing, .weightedAdaptiveWing, .crossEntropy, .dice, .squaredDice, .meanSquaredError, .sliceArea],
    [Activation.sigmoid, .clamp, .normalizedReLU])
  func everyLossLearns(_ kind: LossTerm.Kind, _ activation: Activation) throws {
    let output = try (Tensor.normal(shape: label.shape, seed: 5) * 0.1 + 0.3).requiringGrad()
    let loss = try objective(kind, activation)([output], Sample(image: label, label: label, trust: .ones(shape: label.shape)))
    try loss.backward()
    #expect(try output.grad!.abs().max().item() > 1e-6)
  }

  /// The weighted loss counts the cord and the voxels beside it more, and background as before.
  @Test func weightsLieOnTheCordAndItsRim() throws {
    var values = [Float](repeating: 0, count: 729)
    values[(4 * 9 + 4) * 9 + 4] = 1
    let weights = try AdaptiveWing.weights(for: Tensor(values, shape: [1, 1, 9, 9, 9]), weight: 10).floats()
    #expect(weights.filter { $0 == 11 }.count == 27 && weights.filter { $0 == 1 }.count == 702)
  }

  @Test func untrustedVoxelsPullNothing() throws {
    let trust = try Tensor((0..<216).map { $0 < 100 ? 1 : 0 }, shape: [1, 1, 6, 6, 6])
    for kind in [LossTerm.Kind.adaptiveWing, .crossEntropy, .dice, .squaredDice, .meanSquaredError, .sliceArea] {
      let output = try Tensor.normal(shape: label.shape, seed: 5).requiringGrad()
      try objective(kind, .sigmoid)([output], Sample(image: label, label: label, trust: trust)).backward()
      #expect(try output.grad!.floats()[100...].allSatisfy { abs($0) < 1e-8 }, "\(kind)")
    }
  }
}

@Suite struct EarlyStoppingTests {
  @Test func itWaitsAsLongAsItsPatience() {
    var stopping = EarlyStopping()
    #expect([5.0, 4, 4.5, 4.2].map { stopping.take($0) } == [true, true, false, false])
    #expect(stopping.best == 4 && !stopping.isOver(patience: 3) && stopping.isOver(patience: 2) && !stopping.isOver(patience: nil))
    #expect(stopping.take(3.9) && stopping.since == 0)
    #expect(!stopping.take(.nan) && stopping.best == 3.9)
  }
}
