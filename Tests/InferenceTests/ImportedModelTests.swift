import Foundation
import Inference
import Models
import NIfTI
import Networks
import Preprocessing
import Tensors
import Testing
import Volumes

/// Models that nnU-Net saved, run here, against nnU-Net's own probabilities (tools/golden/nnunet.py).
@Suite struct ImportedModelTests {
  /// Float32 sums in another order.
  static let tolerance: Float = 1e-4

  static func folder(_ kind: String) -> String { Bundle.module.url(forResource: "Golden/nnunet/\(kind)", withExtension: nil)!.path }
  static let choices = ModelImport.Choices(program: "tests", date: "today")

  /// A copy of the plain model's folder, changed.
  static func changed(_ change: (String) throws -> Void, _ body: (String) throws -> Void) throws {
    let copy = NSTemporaryDirectory() + "softcord-" + UUID().uuidString
    try FileManager.default.copyItem(atPath: folder("plain"), toPath: copy)
    defer { try? FileManager.default.removeItem(atPath: copy) }
    try change(copy)
    try body(copy)
  }

  static func replace(_ old: String, by new: String, in path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    precondition(text.contains(old), "\(path) has no \(old)")
    try text.replacingOccurrences(of: old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test(arguments: ["plain", "residual"]) func segmentsAsNNUNetDoes(kind: String) throws {
    let folder = Self.folder(kind)
    let imported = try ModelImport(folder, Self.choices)
    let image = try NIfTI.read(folder + "/image.nii.gz").volume
    let expected = try NIfTI.read(folder + "/probabilities.nii.gz").volume
    let result = try Segmenter(imported.model).segment(image)
    #expect(result.windows > 1)
    #expect(result.mask.grid == image.grid)
    let error = zip(result.mask.voxels, expected.voxels).map { abs($0 - $1) }.max()!
    #expect(error < Self.tolerance)
    // The values are worth comparing: both sides of one half, and spread.
    #expect(expected.voxels.contains { $0 > 0.8 } && expected.voxels.contains { $0 < 0.2 && $0 > 0 })
  }

  @Test func survivesItsOwnFileAndGoesBackToPyTorch() throws {
    let model = try ModelImport(Self.folder("residual"), Self.choices).model
    let folder = NSTemporaryDirectory() + "softcord-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try model.save(to: folder + "/model.safetensors", dtype: .float32)
    let back = try SegmentationModel(contentsOf: folder + "/model.safetensors")
    #expect(back.description == model.description)
    for (a, b) in zip(model.segmenter.network.parameters, back.segmenter.network.parameters) {
      #expect(a.name == b.name)
      #expect(try a.tensor.detached().floats() == b.tensor.detached().floats())
    }
    // Weights written for torch.load are read as any other checkpoint; nnU-Net's plans beside them make them whole again.
    try FileManager.default.createDirectory(atPath: folder + "/fold_7", withIntermediateDirectories: true)
    try model.segmenter.exportWeights(to: folder + "/weights.pth")
    try model.segmenter.exportWeights(to: folder + "/weights.safetensors")
    let exported = try Safetensors.read(folder + "/weights.safetensors")
    #expect(exported.tensors.keys.sorted() == model.segmenter.network.parameters.map(\.name).sorted())
    let error = #expect(throws: ModelError.self) { try ModelImport(folder + "/weights.pth", Self.choices) }
    #expect(error?.description.contains("name the folder that holds plans.json") == true)
  }

  /// A lone checkpoint of a plain network with one output is a contrast-agnostic model.
  @Test func loneCheckpointsHaveThePapersPreprocessing() throws {
    let network = UNetConfiguration(features: [2, 2, 3], strides: [[1, 1, 1], [2, 4, 4], [2, 2, 4]])
    let stage = LoadedNetwork(
      StageDescription(preprocessing: .init(spacing: [1, 1, 1]), network: network, activation: .sigmoid, patch: [64, 192, 320]),
      network: try .init(network, seed: 4, on: .cpu), on: .cpu)
    let path = NSTemporaryDirectory() + "softcord-" + UUID().uuidString + ".ckpt"
    try stage.exportWeights(to: path)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let imported = try ModelImport(path, Self.choices)
    let description = imported.model.segmenter.description
    #expect(description.network == network)
    #expect(description.activation == .normalizedReLU)
    #expect(description.preprocessing.orientation?.towards == "RPI")
    // Small enough to be run: the whole of a little scan lies in one window, whose maximum becomes 1.
    let grid = Grid(shape: [12, 10, 14], affine: Affine(x: [0, 0, 1.2], y: [1, 0, 0], z: [0, 0.9, 0], origin: [3, 4, 5]))
    let image = Volume(voxels: (0..<grid.count).map { Float(($0 * 7919) % 251) }, grid: grid)
    let result = try Segmenter(imported.model).segment(image)
    #expect(result.windows == 1)
    #expect(result.mask.voxels.allSatisfy { (0...1).contains($0) })
  }

  @Test func whatCannotBeRunIsNamed() throws {
    let damages: [(word: String, change: (String) throws -> Void)] = [
      ("2D", { try Self.replace("\"patch_size\": [\n    4,", by: "\"patch_size\": [", in: $0 + "/plans.json") }),
      ("BatchNorm", { try Self.replace("instancenorm.InstanceNorm3d", by: "batchnorm.BatchNorm3d", in: $0 + "/plans.json") }),
      ("resampling", { try Self.replace("resample_data_or_seg_to_shape", by: "no_resampling_hack", in: $0 + "/plans.json") }),
      ("HistogramMatching", { try Self.replace("ZScoreNormalization", by: "HistogramMatching", in: $0 + "/plans.json") }),
      ("Tiff3DIO", { try Self.replace("NibabelIO", by: "Tiff3DIO", in: $0 + "/plans.json") }),
      ("configuration 3d_fullres is missing", { try Self.replace("\"3d_fullres\"", by: "\"3d_lowres\"", in: $0 + "/plans.json") }),
      ("3 images", { try Self.replace("\"0\": \"MRI\"", by: "\"0\": \"a\", \"1\": \"b\", \"2\": \"c\"", in: $0 + "/dataset.json") }),
      ("has 2 outputs", { try Self.replace("\"spinal_cord\": 1", by: "\"spinal_cord\": 1, \"csf\": 2", in: $0 + "/dataset.json") }),
      ("--label", { try Self.replace("\"spinal_cord\": 1", by: "\"a\": 1, \"b\": 2", in: $0 + "/dataset.json") }),
      ("JSON", { try "{".write(toFile: $0 + "/plans.json", atomically: true, encoding: .utf8) }),
      ("cut short", { try Data(count: 100).write(to: URL(fileURLWithPath: $0 + "/fold_0/checkpoint_final.pth")) }),
      ("no fold_", { try FileManager.default.removeItem(atPath: $0 + "/fold_0") }),
    ]
    for (word, change) in damages {
      try Self.changed(change) { folder in
        let error = #expect(throws: ModelError.self, "\(word)") { try ModelImport(folder, Self.choices) }
        #expect(error?.description.contains(word) == true, "\(word): \(error.map(String.init(describing:)) ?? "")")
        #expect(error?.description.hasPrefix(folder) == true)
      }
    }
    #expect(throws: ModelError.missing(path: "/none")) { try ModelImport("/none", Self.choices) }
  }

  @Test func foldsAndLabelsAreChosen() throws {
    let severalFolds = { (folder: String) in
      for fold in ["3", "all"] { try FileManager.default.copyItem(atPath: folder + "/fold_0", toPath: folder + "/fold_" + fold) }
      try FileManager.default.moveItem(
        atPath: folder + "/fold_3/checkpoint_final.pth", toPath: folder + "/fold_3/checkpoint_best.pth")
    }
    try Self.changed(severalFolds) { folder in
      var choices = Self.choices
      let whole = try ModelImport(folder, choices)
      #expect(whole.notes.contains { $0.contains("fold all was taken") })
      choices.fold = "3"
      let best = try ModelImport(folder, choices)
      #expect(best.model.provenance.configuration.contains("fold_3/checkpoint_best.pth"))
      choices.fold = "4"
      #expect(throws: ModelError.self) { try ModelImport(folder, choices) }
      (choices.fold, choices.labels) = (nil, ["cauda"])
      #expect(throws: ModelError.self) { try ModelImport(folder, choices) }
      choices.labels = ["spinal_cord"]
      let named = try ModelImport(folder, choices)
      #expect(named.model.segmenter.description.classes == [1])
      // The checkpoint itself leads there as well.
      let lone = try ModelImport(folder + "/fold_0/checkpoint_final.pth", Self.choices)
      #expect(lone.model.segmenter.description.classes == [1])
    }
    // Regions are in the order of the file, whatever their numbers.
    #expect(try ModelImport(Self.folder("residual"), Self.choices).model.segmenter.description.classes == [1])
    var choices = Self.choices
    choices.labels = ["lesion"]
    #expect(try ModelImport(Self.folder("residual"), choices).model.segmenter.description.classes == [0])
    // Two models in one folder: which one must be said.
    #expect(throws: ModelError.self) { try ModelImport(Self.folder("plain") + "/..", Self.choices) }
  }
}
