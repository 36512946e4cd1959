import Files
import Foundation
import NIfTI
import Numerics
import Testing
import Volumes
import Yams

@testable import Study

/// Three people in two contrasts: an upright cord among textures, as its rater drew it, with labels of discs.
private struct PhantomCohort {
  let root: String
  static let people = ["sub-01", "sub-02", "sub-03"]
  static let contrasts: [(name: String, cord: Double)] = [("T1w", 90), ("T2w", 30)]

  init(in folder: String) throws {
    root = folder + "/cohort"
    for (number, person) in Self.people.enumerated() {
      for place in [root, labels] { try Folder.make("\(place)/\(person)/anat") }
      for (name, cord) in Self.contrasts { try write(person, name, cord: cord, seed: UInt64(number)) }
    }
    for (place, kind) in [(root, "raw"), (labels, "derivative")] {
      try Data(#"{"Name": "phantoms", "BIDSVersion": "1.10.0", "DatasetType": "\#(kind)"}"#.utf8)
        .write(to: URL(fileURLWithPath: place + "/dataset_description.json"))
    }
  }

  var labels: String { root + "/derivatives/labels" }
  func image(_ person: String, _ contrast: String) -> String { "\(root)/\(person)/anat/\(person)_\(contrast).nii.gz" }
  func mask(_ person: String, _ contrast: String) -> String { "\(labels)/\(person)/anat/\(person)_\(contrast)_label-SC_seg.nii.gz" }

  private func write(_ person: String, _ contrast: String, cord: Double, seed: UInt64) throws {
    let grid = Grid(shape: [44, 44, 25], affine: Affine(spacing: [1, 1, 2], origin: [-21.5, -21.5, -24]))
    let empty = Volume(repeating: 0, grid: grid)
    var (image, mask, discs) = (empty, empty, empty)
    var noise = Generator(seed: seed)
    for z in 0..<25 {
      for y in 0..<44 {
        for x in 0..<44 {
          let p = grid.world(SIMD3(Double(x), Double(y), Double(z)))
          let radius = (p.x * p.x / 36 + p.y * p.y / 16).squareRoot()
          // Bones and muscles: the same in every contrast.
          let body = sin(p.z / 4) * cos(p.x / 5) + sin(p.y / 4 + p.z / 9)
          let level = radius < 1 ? cord : radius < 2 ? 150 - cord : 60 + 25 * body
          image[x, y, z] = Float(level + noise.normal(0, 2))
          mask[x, y, z] = radius < 1 ? 1 : 0
        }
      }
    }
    for (disc, slice) in [(3, 22), (4, 13), (5, 4)] { discs[22, 22, slice] = Float(disc) }
    try NIfTI.write(image, to: self.image(person, contrast))
    try NIfTI.write(mask, to: self.mask(person, contrast), as: .uint8)
    try NIfTI.write(discs, to: "\(labels)/\(person)/anat/\(person)_\(contrast)_label-discs_dlabel.nii.gz", as: .uint8)
  }

  /// Replaces one of the files by a slightly other one: a voxel in the middle is lost.
  func change(_ path: String) throws {
    var volume = try NIfTI.read(path).volume
    volume[22, 22, 12] = 0
    try NIfTI.write(volume, to: path, as: path.contains("_seg") ? .uint8 : .float32)
  }
}

/// What a study that goes on keeps, and what it makes anew.
@Suite struct StudyRunTests {
  private static func configuration(levels: String = "[3, 4]", loss: String = "crossEntropy") throws -> StudyConfiguration {
    try YAMLDecoder().decode(
      StudyConfiguration.self,
      from: """
        name: phantoms
        cohort: {path: cohort}
        split: {testPeople: [sub-03]}
        levels: \(levels)
        training:
          name: arm
          seed: 1
          stage:
            preprocessing: {orientation: RAS, spacing: [1, 1, 2], clip: {lower: 0.001, upper: 0.998}}
            network: {inputChannels: 1, outputChannels: 1, features: [4, 4], strides: [[1, 1, 1], [2, 2, 2]], \
        kernels: [[3, 3, 3], [3, 3, 3]], convolutionsPerStage: 1, convolutionsPerDecoderStage: 1, deepSupervision: false, \
        leakySlope: 0.01, normEpsilon: 0.00001}
            activation: sigmoid
            patch: [16, 16, 16]
          data: {root: ., scans: [], simulatedShare: 0, simulation: {scans: 0, lifetime: 1}, nearCord: 1, spread: 1}
          augmentation: {}
          loss: [{kind: squaredDice, weight: 1}]
          optimizer: {kind: adam, learningRate: 0.003, weightDecay: 0, clip: 5, average: 0.5}
          schedule: {epochs: 1, stepsPerEpoch: 2, warmUpSteps: 0, batch: 1, precision: float32}
          validation: {every: 1000, simulated: 0, scans: []}
        arms:
          - {name: drawn, label: binary}
          - {name: mean, label: softMean, loss: [{kind: \(loss), weight: 1}]}
        comparisons:
          - {name: labels, methods: [drawn, mean]}
        """)
  }

  /// What a run made, of what there was: paths of the files in the study's folder that it wrote.
  private func made(_ folder: String, levels: String = "[3, 4]", loss: String = "crossEntropy") async throws -> [String] {
    func dates() -> [String: Date] {
      let out = folder + "/out"
      let files = (FileManager.default.enumerator(atPath: out)?.compactMap { $0 as? String } ?? []).filter { file in
        ["models/", "masks/", "measures/", "ground-truth/"].contains(where: file.hasPrefix) && !file.contains(".run/")
          && [".safetensors", ".nii.gz"].contains(where: file.hasSuffix) || file.hasPrefix("measures/") && file.hasSuffix(".json")
      }
      return Dictionary(
        uniqueKeysWithValues: files.map { file in
          (file, (try? FileManager.default.attributesOfItem(atPath: out + "/" + file)[.modificationDate] as? Date) ?? .distantPast)
        })
    }
    let before = dates()
    let run = StudyRun(
      configuration: try Self.configuration(levels: levels, loss: loss), text: "", configFolder: folder, folder: folder + "/out", on: .cpu)
    _ = try await run.run()
    return dates().filter { before[$0.key] != $0.value }.keys.sorted()
  }

  @Test func whatIsUnchangedIsKeptAndWhatChangedIsMadeAnew() async throws {
    let folder = NSTemporaryDirectory() + "softcord-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cohort = try PhantomCohort(in: folder)
    func of(_ files: [String], _ kind: String) -> [String] { files.filter { $0.hasPrefix(kind + "/") } }

    let first = try await made(folder)
    #expect(of(first, "models") == ["models/drawn.safetensors", "models/mean.safetensors"])
    #expect(of(first, "masks").count == 4)
    #expect(try await made(folder).isEmpty)

    // Other levels: only measures.
    let levels = try await made(folder, levels: "[3, 3]")
    #expect(levels == of(first, "measures"), "\(levels)")
    _ = try await made(folder)

    // Another loss: one arm's model, its masks, and their measures.
    let loss = try await made(folder, loss: "squaredDice")
    #expect(of(loss, "models") == ["models/mean.safetensors"])
    #expect(Set(loss).subtracting(["models/mean.safetensors", "measures/mean.json"]).allSatisfy { $0.hasPrefix("masks/mean/") }, "\(loss)")
    _ = try await made(folder)

    // A rater corrects the mask of somebody who is trained on: all that learns from it.
    try cohort.change(cohort.mask("sub-01", "T1w"))
    let label = try await made(folder)
    #expect(of(label, "models") == ["models/drawn.safetensors", "models/mean.safetensors"], "\(label)")
    #expect(!of(label, "ground-truth/paper").contains { $0.contains("sub-02") || $0.contains("sub-03") }, "\(label)")
    #expect(try await made(folder).isEmpty)

    // Another scan of somebody who is tested: no model, but its masks.
    try cohort.change(cohort.image("sub-03", "T2w"))
    let scan = try await made(folder)
    #expect(of(scan, "models").isEmpty, "\(scan)")
    #expect(of(scan, "masks").count == 2 && of(scan, "masks").allSatisfy { $0.contains("space-T2w") }, "\(scan)")
    #expect(try await made(folder).isEmpty)
  }
}
