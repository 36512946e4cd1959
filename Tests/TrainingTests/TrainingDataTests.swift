import Foundation
import NIfTI
import Numerics
import Simulation
import Testing
import Volumes

@testable import Training

@Suite struct TrainingDataTests {
  @Test func masksMustLieOnTheirScans() throws {
    let data = try TinyData()
    defer { data.remove() }
    let shifted = Volume(repeating: 1, grid: Grid(shape: [16, 16, 16], affine: Affine(spacing: [1, 1, 1], origin: [5, 0, 0])))
    try NIfTI.write(shifted, to: data.folder + "/a_mask.nii.gz")
    #expect { try TrainingData(TinyData.configuration(), root: data.folder).check() } throws: {
      "\($0)".contains("a_mask.nii.gz: its grid") && "\($0)".contains("5.00 mm")
    }
  }

  @Test func emptyMasksAreTold() throws {
    let data = try TinyData()
    defer { data.remove() }
    let empty = Volume(repeating: 0, grid: Grid(shape: [16, 16, 16], affine: Affine(spacing: [1, 1, 1])))
    try NIfTI.write(empty, to: data.folder + "/b_mask.nii.gz")
    #expect { try TrainingData(TinyData.configuration(), root: data.folder).check() } throws: {
      "\($0)".contains("b_mask.nii.gz: the mask holds no cord")
    }
  }

  /// A mask of 0 to 255, or of labels, would be learned as one wide cord.
  @Test(arguments: [(255, "0 to 255"), (2, "number 2")]) func masksThatAreNoneAreTold(value: Int, said: String) throws {
    let data = try TinyData()
    defer { data.remove() }
    let mask = try NIfTI.read(data.folder + "/b_mask.nii.gz").volume.map { $0 > 0.5 ? Float(value) : 0 }
    try NIfTI.write(mask, to: data.folder + "/b_mask.nii.gz")
    #expect { try TrainingData(TinyData.configuration(), root: data.folder).check() } throws: {
      "\($0)".contains("b_mask.nii.gz: values from 0.0 to \(value).0") && "\($0)".contains(said)
    }
  }

  /// Voxels that are no number are read as 0; who trains on them hears of it.
  @Test func voxelsThatAreNoNumbersAreTold() throws {
    let data = try TinyData()
    defer { data.remove() }
    var image = try NIfTI.read(data.folder + "/a.nii.gz").volume
    image[0, 0, 0] = .nan
    try NIfTI.write(image, to: data.folder + "/a.nii.gz")
    var told: [String] = []
    try TrainingData(TinyData.configuration(), root: data.folder).check { if case .preparing(let note) = $0 { told.append(note) } }
    #expect(told.count == 1 && told[0].contains("a.nii.gz: 1 voxels are NaN"))
  }

  /// A copy under another name, even in another file format, would leak from training into validation.
  @Test func onePersonUnderTwoNamesIsTold() throws {
    let data = try TinyData()
    defer { data.remove() }
    try NIfTI.write(try NIfTI.read(data.folder + "/a.nii.gz").volume, to: data.folder + "/copy.nii")
    try NIfTI.write(try NIfTI.read(data.folder + "/a_mask.nii.gz").volume, to: data.folder + "/copy_mask.nii.gz")
    var configuration = TinyData.configuration()
    configuration.validation.scans.append(LabelledScan(image: "copy.nii", mask: "copy_mask.nii.gz", person: "someone else"))
    let read = try TrainingData(configuration, root: data.folder)
    #expect { try read.check() } throws: { "\($0)".contains("copy.nii") && "\($0)".contains("someone else") && "\($0)".contains("of a") }
    configuration.data.scans[0].person = "someone else"
    #expect(throws: TrainingError.self) { try TrainingData(configuration, root: data.folder).check() }  // on both sides now
  }

  @Test func aVanishedFileIsToldWithTheWayBack() async throws {
    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration(epochs: 3)
    configuration.validation.scans = []
    configuration.data.memory = 1e-9  // nothing is kept: every sample is read anew
    let trainer = try Trainer(configuration, localizer: nil, root: data.folder, runFolder: data.folder + "/run", on: .cpu)
    let file = data.folder + "/a.nii.gz"
    await #expect {
      _ = try await trainer.run(resuming: false, provenance: .init(name: "t", generatedBy: "t", date: "t")) { event in
        if case .step(epoch: 1, step: 1, of: _, loss: _) = event { try FileManager.default.moveItem(atPath: file, toPath: file + ".away") }
      }
    } throws: { "\($0)".contains("a.nii.gz") && "\($0)".contains("--resume") }
    // Back again, the run goes on to the weights that it would have had.
    try FileManager.default.moveItem(atPath: file + ".away", toPath: file)
    let resumed = try Trainer(configuration, localizer: nil, root: data.folder, runFolder: data.folder + "/run", on: .cpu)
    let model = try await resumed.run(resuming: true, provenance: .init(name: "t", generatedBy: "t", date: "t")) { _ in }
    configuration.data.memory = nil
    let whole = try Trainer(configuration, localizer: nil, root: data.folder, runFolder: data.folder + "/whole", on: .cpu)
    let expected = try await whole.run(resuming: false, provenance: .init(name: "t", generatedBy: "t", date: "t")) { _ in }
    for (a, b) in zip(model.segmenter.network.parameters, expected.segmenter.network.parameters) {
      #expect(try a.tensor.floats() == b.tensor.floats())
    }
  }

  @Test func contrastsAreChosen() throws {
    var configuration = TinyData.configuration()
    configuration.data.scans = ["T1w", "T2w", "T2w"].enumerated().map { index, contrast in
      LabelledScan(image: "\(index)", mask: "m", person: "\(index)", contrast: contrast)
    }
    configuration.data.contrasts = ["T2w"]
    #expect(try TrainingData(configuration, root: ".").training.map(\.image) == ["1", "2"])
    configuration.data.contrasts = ["T9w"]
    #expect { try TrainingData(configuration, root: ".") } throws: { "\($0)".contains("no scan is of T9w; found: T1w, T2w") }
  }
}

@Suite struct LabelKindTests {
  let grid = Grid(shape: [4, 1, 1], affine: Affine(spacing: [1, 1, 1]))
  func volume(_ values: [Float]) -> Volume { Volume(voxels: values, grid: grid) }

  @Test func kindsAreWhatTheySay() {
    let own = volume([0, 0.4, 0.6, 1])
    // Another scan of the person that sees only the first three voxels.
    let other = Volume(voxels: [0, 1, 1], grid: Grid(shape: [3, 1, 1], affine: Affine(spacing: [1, 1, 1])))
    #expect(LabelKind.exact.label(own) { [other] }.voxels == own.voxels)
    #expect(LabelKind.perContrastBinary.label(own) { [other] }.voxels == [0, 0, 1, 1])
    #expect(LabelKind.softMean.label(own) { [other] }.voxels == [0, 0.5, 1, 1])
    #expect(LabelKind.binarizedMean.label(own) { [other] }.voxels == [0, 0, 1, 1])
  }

  /// The mean of six binary masks, each on its own voxels, is nearer to the truth than one of them.
  @Test func theSoftMeanOfASimulatedNeckIsNearerToTheTruth() {
    var generator = Generator(seed: 3)
    let neck = Neck(generator: &generator, pathology: .none)
    let center = neck.cord.section(at: neck.discs[3]).center
    let grid = Grid(
      shape: [24, 24, 12], affine: Affine(spacing: [0.8, 0.8, 0.8], origin: center - SIMD3(9.2, 9.2, 4.4)))
    let acquisition = Acquisition(contrast: .t2w, grid: grid, seed: 1)
    func error(_ kind: LabelKind) -> Float {
      var g = Generator(seed: 5)
      let (label, truth) = (
        kind.label(of: neck, in: acquisition, on: grid, generator: &g), neck.cordOccupancy(on: grid, seenBy: acquisition)
      )
      return zip(label.voxels, truth.voxels).reduce(0) { $0 + abs($1.0 - $1.1) }
    }
    #expect(error(.exact) == 0)
    #expect(error(.softMean) < error(.perContrastBinary))
    #expect(error(.softMean) > 0)
  }
}
