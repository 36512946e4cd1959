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

/// A folder with two tiny scans: a bright tube on a dark ground, and their masks.
struct TinyData {
  let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "softcord-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, center) in [("a", 7.0), ("b", 9.0)] {
      let grid = Grid(shape: [16, 16, 16], affine: Affine(spacing: [1, 1, 1]))
      var (image, mask) = (Volume(repeating: 0, grid: grid), Volume(repeating: 0, grid: grid))
      var generator = Generator(seed: 3)
      for z in 0..<16 {
        for y in 0..<16 {
          for x in 0..<16 {
            let distance = ((Double(x) - center) * (Double(x) - center) + (Double(y) - 8) * (Double(y) - 8)).squareRoot()
            mask[x, y, z] = Float(min(max(4 - distance, 0), 1))
            image[x, y, z] = 100 * mask[x, y, z] + Float(generator.uniform(0, 10))
          }
        }
      }
      try NIfTI.write(image, to: "\(folder)/\(name).nii.gz")
      try NIfTI.write(mask, to: "\(folder)/\(name)_mask.nii.gz")
    }
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  static func scan(_ name: String, person: String? = nil) -> LabelledScan {
    LabelledScan(image: name + ".nii.gz", mask: name + "_mask.nii.gz", name: name, person: person ?? name)
  }

  static func configuration(epochs: Int = 2) -> TrainingConfiguration {
    TrainingConfiguration(
      name: "tiny", seed: 4,
      stage: StageDescription(
        preprocessing: Preprocessing(spacing: [1, 1, 1]),
        network: UNetConfiguration(
          features: [4, 8], strides: [[1, 1, 1], [2, 2, 2]], kernels: [[3, 3, 3], [3, 3, 3]], convolutionsPerStage: 1,
          convolutionsPerDecoderStage: 1, deepSupervision: true), activation: .sigmoid, patch: [16, 16, 16]),
      data: DataSettings(
        root: ".", scans: [scan("a")], simulation: SimulationSettings(scans: 0, lifetime: 1), simulatedShare: 0, nearCord: 1, spread: 1),
      augmentation: AugmentationSettings(), loss: [LossTerm(kind: .crossEntropy, weight: 1), LossTerm(kind: .squaredDice, weight: 1)],
      optimizer: OptimizerSettings(learningRate: 0.01, weightDecay: 0, clip: 5, average: 0.5),
      schedule: ScheduleSettings(epochs: epochs, stepsPerEpoch: 4, warmUpSteps: 0, batch: 1, precision: .float32),
      validation: ValidationSettings(every: 100, scans: [scan("b")], simulated: 0))
  }
}

/// Stops a run from outside, as a power cut would.
struct Interrupted: Error {}

@Suite(.serialized) struct TrainerTests {
  let provenance = Provenance(name: "tiny", generatedBy: "tests", date: "today")

  func weights(_ model: SegmentationModel) throws -> [Float] { try model.segmenter.network.parameters.flatMap { try $0.tensor.floats() } }

  @Test func aResumedRunEndsWithTheSameWeights() async throws {
    let data = try TinyData()
    defer { data.remove() }
    let configuration = TinyData.configuration(epochs: 3)
    let straight = try Trainer(configuration, localizer: nil, root: data.folder, runFolder: data.folder + "/straight", on: .cpu)
    let expected = try weights(await straight.run(resuming: false, provenance: provenance) { _ in })
    // The same run, cut off in its second epoch.
    let folder = data.folder + "/broken"
    let broken = try Trainer(configuration, localizer: nil, root: data.folder, runFolder: folder, on: .cpu)
    await #expect(throws: Interrupted.self) {
      _ = try await broken.run(resuming: false, provenance: provenance) { event in
        if case .step(epoch: 1, step: 2, of: _, loss: _) = event { throw Interrupted() }
      }
    }
    let resumed = try Trainer(configuration, localizer: nil, root: data.folder, runFolder: folder, on: .cpu)
    let found = try weights(await resumed.run(resuming: true, provenance: provenance) { _ in })
    #expect(found == expected)
    // Its log holds each epoch once.
    let log = try String(contentsOfFile: folder + "/log.jsonl", encoding: .utf8).split(separator: "\n")
    #expect(try log.map { try JSONDecoder().decode(EpochRecord.self, from: Data($0.utf8)).epoch } == [0, 1, 2])
  }

  @Test func aRunThatGoesOnKeepsItsLocalizer() async throws {
    let data = try TinyData()
    defer { data.remove() }
    let configuration = TinyData.configuration(epochs: 1)
    let localizer = LoadedNetwork(configuration.stage, network: try TrainingState(configuration, on: .cpu).network, on: .cpu)
    func model(_ localizer: LoadedNetwork?, resuming: Bool) async throws -> SegmentationModel {
      try await Trainer(configuration, localizer: localizer, root: data.folder, runFolder: data.folder + "/run", on: .cpu)
        .run(resuming: resuming, provenance: provenance) { _ in }
    }
    _ = try await model(localizer, resuming: false)
    let found = try #require(await model(nil, resuming: true).localizer)
    #expect(try found.network.parameters.map { try $0.tensor.floats() } == localizer.network.parameters.map { try $0.tensor.floats() })
    // A new run without one does not inherit it.
    try FileManager.default.removeItem(atPath: data.folder + "/run/checkpoint.safetensors")
    #expect(try await model(nil, resuming: false).localizer == nil)
    #expect(try await model(nil, resuming: true).localizer == nil)
  }

  @Test func aFolderHoldsOneRunAtATime() async throws {
    let data = try TinyData()
    defer { data.remove() }
    let folder = data.folder + "/run"
    func trainer() throws -> Trainer {
      try Trainer(TinyData.configuration(epochs: 1), localizer: nil, root: data.folder, runFolder: folder, on: .cpu)
    }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var running = try FolderLock(of: folder)
    await #expect {
      _ = try await trainer().run(resuming: true, provenance: provenance) { _ in }
    } throws: { "\($0)".contains("another run is training") }
    withExtendedLifetime(running) {}
    running = nil
    _ = try await trainer().run(resuming: false, provenance: provenance) { _ in }
  }

  @Test func aRunStartsFromStoredWeights() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration(epochs: 1)
    let run = data.folder + "/run"
    let first = try Trainer(configuration, localizer: nil, root: data.folder, runFolder: run, on: .cpu)
    let trained = try await first.run(resuming: false, provenance: provenance) { _ in }
    // Of the checkpoint the averaged weights, which are the model's; optimizer and schedule begin anew.
    let start = try StartingWeights(contentsOf: run + "/checkpoint.safetensors")
    let state = try TrainingState(configuration, start: start, on: .cpu)
    for (own, other) in zip(state.network.parameters, trained.segmenter.network.parameters) {
      #expect(own.name == other.name)
      #expect(try own.tensor.floats() == other.tensor.floats())
    }
    #expect(state.optimizer.state.stepCount == 0)
    configuration.stage.network.features[0] -= 1
    #expect(throws: TrainingError.self) { try TrainingState(configuration, start: start, on: .cpu) }
  }

  @Test func aLocalizerStartsFromAModels() async throws {
    let data = try TinyData()
    defer { data.remove() }
    let configuration = TinyData.configuration(epochs: 1)
    let run = data.folder + "/run"
    let localizer = try await Trainer(configuration, localizer: nil, root: data.folder, runFolder: run, on: .cpu)
      .run(resuming: false, provenance: provenance) { _ in }.segmenter
    var other = configuration
    other.stage.network.features[0] += 1
    let segmenter = try TrainingState(other, on: .cpu).network
    let file = data.folder + "/both.safetensors"
    try SegmentationModel(
      localizer: localizer, segmenter: LoadedNetwork(other.stage, network: segmenter, on: .cpu), provenance: provenance
    ).save(to: file, dtype: .float32)
    let state = try TrainingState(configuration, start: StartingWeights(contentsOf: file), on: .cpu)
    #expect(try state.network.parameters.map { try $0.tensor.floats() } == localizer.network.parameters.map { try $0.tensor.floats() })
  }

  @Test func aTubeIsLearned() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration(epochs: 10)
    configuration.augmentation = .none
    configuration.schedule.stepsPerEpoch = 8
    let trainer = try Trainer(configuration, localizer: nil, root: data.folder, runFolder: data.folder + "/run", on: .cpu)
    let model = try await trainer.run(resuming: false, provenance: provenance) { _ in }
    #expect(model.provenance.validation["b"] ?? 0 > 0.8)
    #expect(model.provenance.steps == 80)
  }

  @Test func nobodyIsOnBothSides() throws {
    var configuration = TinyData.configuration()
    configuration.validation.scans = [TinyData.scan("b", person: "a")]
    #expect(throws: TrainingError.self) {
      try Trainer(configuration, localizer: nil, root: ".", runFolder: NSTemporaryDirectory(), on: .cpu)
    }
  }

  /// Resumes the tiny run after its first epoch with another configuration.
  func resume(_ configuration: TrainingConfiguration, _ data: TinyData) async throws -> (events: [TrainingEvent], log: [EpochRecord]) {
    let run = data.folder + "/run"
    if !FileManager.default.fileExists(atPath: run) {
      let first = try Trainer(TinyData.configuration(epochs: 1), localizer: nil, root: data.folder, runFolder: run, on: .cpu)
      _ = try await first.run(resuming: false, provenance: provenance) { _ in }
    }
    var events: [TrainingEvent] = []
    let trainer = try Trainer(configuration, localizer: nil, root: data.folder, runFolder: run, on: .cpu)
    _ = try await trainer.run(resuming: true, provenance: provenance) { events.append($0) }
    let lines = try String(contentsOfFile: run + "/log.jsonl", encoding: .utf8).split(separator: "\n")
    return (events, try lines.map { try JSONDecoder().decode(EpochRecord.self, from: Data($0.utf8)) })
  }

  @Test func aCheckpointOfAnotherConfigurationIsRefusedByKey() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var other = TinyData.configuration(epochs: 2)
    (other.optimizer.learningRate, other.loss, other.schedule.patience) = (0.02, [LossTerm(kind: .dice, weight: 1)], 3)
    await #expect {
      _ = try await resume(other, data)
    } throws: { error in
      let text = "\(error)"
      return text.contains("optimizer.learningRate was 0.01 and is 0.02") && text.contains("loss is another")
        && !text.contains("schedule.patience was")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: data.folder + "/run").contains("checkpoint.safetensors"))
  }

  @Test func aScheduleAndValidationMayChange() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var longer = TinyData.configuration(epochs: 2)
    (longer.schedule.patience, longer.validation.every) = (5, 1)
    let (events, log) = try await resume(longer, data)
    let expected = ["schedule.epochs was 1 and is 2", "schedule.patience was absent and is 5", "validation.every was 100 and is 1"]
    #expect(events.contains { if case .resumed(epoch: 0, changes: expected) = $0 { true } else { false } })
    #expect(log.map(\.epoch) == [0, 1] && log[0].changes == nil && log[1].changes == expected)
    // The learning rate goes on where the new schedule is.
    #expect(log[1].learningRate == longer.schedule.learningRate(epoch: 1, step: 3, stepsPerEpoch: 4, peak: 0.01))
    await #expect {
      _ = try await resume(TinyData.configuration(epochs: 1), data)
    } throws: { "\($0)".contains("2 epochs are finished") }
  }

  @Test func otherValidationScansAreJudgedAnew() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration(epochs: 1)
    let path = data.folder + "/checkpoint.safetensors"
    let state = try TrainingState(configuration, on: .cpu)
    _ = state.stopping.take(0.25)
    try Checkpoint(path: path, configuration: configuration).save(state, epoch: 0)
    func restored() throws -> Double? {
      let other = try TrainingState(configuration, on: .cpu)
      _ = try Checkpoint(path: path, configuration: configuration).restore(other)
      return other.stopping.best
    }
    configuration.validation.every = 7
    #expect(try restored() == 0.25)
    configuration.validation.scans = []
    #expect(try restored() == nil)
  }
}
