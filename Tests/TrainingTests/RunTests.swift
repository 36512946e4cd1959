import Foundation
import Models
import Tensors
import Testing
import Volumes

@testable import Training

/// What a run does beside learning: it stops, keeps, adds up, and tells.
@Suite(.serialized) struct RunTests {
  let provenance = Provenance(name: "tiny", generatedBy: "tests", date: "today")

  func run(
    _ configuration: TrainingConfiguration, _ data: TinyData, _ name: String = "run", resuming: Bool = false,
    _ observer: (TrainingEvent) throws -> Void = { _ in }
  ) async throws -> SegmentationModel {
    try await Trainer(configuration, localizer: nil, root: data.folder, runFolder: "\(data.folder)/\(name)", on: .cpu).run(
      resuming: resuming, provenance: provenance, observer: observer)
  }

  func weights(_ model: SegmentationModel) throws -> [Float] { try model.segmenter.network.parameters.flatMap { try $0.tensor.floats() } }

  /// Two batches of one added up are one batch of two.
  @Test func accumulationIsALargerBatch() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var (large, parts) = (TinyData.configuration(epochs: 1), TinyData.configuration(epochs: 1))
    large.schedule.batch = 2
    parts.schedule.accumulation = 2
    // Plain descent: Adam would blow rounding up where gradients are near zero.
    (large.optimizer.kind, parts.optimizer.kind) = (.sgd, .sgd)
    let (a, b) = (try await weights(run(large, data, "large")), try await weights(run(parts, data, "parts")))
    #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func itStopsWhenValidationGetsNoBetterAndKeepsTheBest() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration(epochs: 30)
    (configuration.schedule.patience, configuration.validation.every, configuration.validation.keep) = (2, 1, .best)
    configuration.optimizer.learningRate = 0.3  // too fast to go on getting better
    configuration.schedule.stepsPerEpoch = 2
    var records: [EpochRecord] = []
    let model = try await run(configuration, data) { if case .epoch(let record) = $0 { records.append(record) } }
    let losses = records.map { $0.validationLoss! }
    let best = losses.indices.min { losses[$0] < losses[$1] }!
    #expect(records.count < 30 && best == records.count - 3)
    #expect(model.provenance.steps == records[best].step)
    // Resumed, a run that is over ends at once with the same model.
    let again = try await run(configuration, data, resuming: true)
    #expect(try weights(again) == weights(model))
  }

  @Test func aRunStoppedBeforeItsFirstCheckpointStartsAnew() async throws {
    let data = try TinyData()
    defer { data.remove() }
    let configuration = TinyData.configuration(epochs: 1)
    await #expect(throws: Interrupted.self) {
      _ = try await run(configuration, data) { if case .step = $0 { throw Interrupted() } }
    }
    var notes: [String] = []
    let resumed = try await weights(run(configuration, data, resuming: true) { if case .preparing(let note) = $0 { notes.append(note) } })
    #expect(notes.contains { $0.contains("run/checkpoint.safetensors is not there") })
    #expect(try await resumed == weights(run(configuration, data, "other")))
  }

  /// The rate rises by 100 every epoch: the first one, of a single step, ends well, then the loss runs away.
  @Test func aLossThatRunsAwayNamesTheLastGoodCheckpoint() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration(epochs: 8)
    configuration.loss = [LossTerm(kind: .meanSquaredError, weight: 1)]
    configuration.stage.activation = .clamp
    (configuration.optimizer.kind, configuration.optimizer.learningRate, configuration.optimizer.clip) = (.adam, 1e8, nil)
    (configuration.schedule.stepsPerEpoch, configuration.schedule.warmUpSteps, configuration.schedule.changes) = (1, 1_000_000, .epoch)
    await #expect {
      _ = try await run(configuration, data)
    } throws: { error in
      "\(error)".contains("run/checkpoint.safetensors") && "\(error)".contains("--from")
    }
    // What is named is whole.
    _ = try StartingWeights(contentsOf: data.folder + "/run/checkpoint.safetensors")
  }

  /// Normalization keeps numbers finite however large the weights grow: the loss tells, before an epoch's end would keep them.
  @Test(arguments: [1e6, 1e30]) func aHopelessRateStopsInTheFirstEpoch(_ rate: Double) async throws {
    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration(epochs: 8)
    configuration.optimizer.learningRate = rate
    await #expect {
      _ = try await run(configuration, data)
    } throws: { "\($0)".contains("in epoch 1") && "\($0)".contains("no epoch was finished before") }
    #expect(!FileManager.default.fileExists(atPath: data.folder + "/run/checkpoint.safetensors"))
  }

  @Test func thePageShowsCurvesAndLooksAgainWhileTraining() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration(epochs: 2)
    configuration.validation.every = 1
    var during = ""
    _ = try await run(configuration, data) { event in
      if case .epoch(let record) = event, record.epoch == 0 {
        during = try String(contentsOfFile: data.folder + "/run/log.html", encoding: .utf8)
      }
    }
    let after = try String(contentsOfFile: data.folder + "/run/log.html", encoding: .utf8)
    #expect(during.contains("http-equiv=\"refresh\"") && !after.contains("http-equiv=\"refresh\""))
    #expect(after.contains("<polyline") && after.contains("area error") && !after.contains("src=") && !after.contains("href=\"http"))
    let log = try String(contentsOfFile: data.folder + "/run/log.jsonl", encoding: .utf8).split(separator: "\n")
    let record = try JSONDecoder().decode(EpochRecord.self, from: Data(log.last!.utf8))
    #expect(record.computing ?? -1 > 0 && record.validationLoss != nil && record.scores?.first?.softError != nil)
  }

  @Test func aRehearsalTellsWithoutWriting() async throws {
    let data = try TinyData()
    defer { data.remove() }
    let trainer = try Trainer(TinyData.configuration(), localizer: nil, root: data.folder, runFolder: data.folder + "/run", on: .cpu)
    let rehearsal = try await trainer.rehearse { _ in }
    #expect(rehearsal.trainingScans == 1 && rehearsal.validationPeople == 1 && rehearsal.stepsPerEpoch == 4)
    #expect(rehearsal.loss.isFinite && rehearsal.computing > 0 && rehearsal.peakMemory > 1_000_000)
    #expect(rehearsal.picture.width > 8 * 16)
    #expect(try FileManager.default.contentsOfDirectory(atPath: data.folder + "/run").isEmpty)
  }

  /// Whatever the order and direction of a configuration's axes, head and front are up.
  @Test func sampleSheetsAreUpright() throws {
    let (image, label) = (try Tensor.uniform(shape: [2, 1, 6, 7, 8], seed: 3), try Tensor.uniform(shape: [2, 1, 6, 7, 8], seed: 4))
    func stored(_ values: Tensor) throws -> Tensor { try values.permuted([0, 1, 4, 2, 3]).flipped(dims: [2, 4]).contiguous() }
    let sheet = try SampleSheet.picture(images: image, labels: label)
    #expect(
      try SampleSheet.picture(images: stored(image), labels: stored(label), orientation: #require(Orientation(towards: "IRP"))) == sheet)
    #expect(try SampleSheet.picture(images: image.flipped(dims: [4]), labels: label.flipped(dims: [4])) != sheet)
  }
}
