import Foundation
import Networks
import Preprocessing
import Tensors
import Testing
import Volumes

@testable import Models

/// A folder that goes with the test.
func withTemporaryFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = NSTemporaryDirectory() + "softcord-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

@Suite struct VolumeTensorTests {
  @Test func axesMapAsDocumented() throws {
    let grid = Grid(shape: [2, 3, 4], affine: .identity)
    let volume = Volume(voxels: (0..<24).map(Float.init), grid: grid)
    let tensor = try Tensor(volume)
    #expect(tensor.shape == [1, 1, 2, 3, 4])
    // Tensor [.., x, y, z] with z fastest.
    #expect(try tensor.floats()[(1 * 3 + 2) * 4 + 3] == volume[1, 2, 3])
    #expect(try Volume(tensor, on: grid).voxels == volume.voxels)
  }

  @Test func zScoreLaws() throws {
    let tensor = try Tensor((0..<24).map { Float($0 * $0) }, shape: [2, 1, 3, 2, 2]).zScored()
    #expect(try tensor.mean(dims: [2, 3, 4]).floats().allSatisfy { abs($0) < 1e-5 })
    #expect(try (tensor * tensor).mean(dims: [2, 3, 4]).floats().allSatisfy { abs($0 - 1) < 1e-4 })
    #expect(try Tensor.full(shape: [1, 1, 2, 2, 2], value: 7).zScored().floats().allSatisfy { $0 == 0 })
  }
}

@Suite struct SafetensorsTests {
  @Test func roundTrip() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.safetensors"
      let tensors = ["b": try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]), "a": try Tensor([0.5], shape: [1]).to(.float16)]
      try Safetensors.write(.init(tensors: tensors, metadata: ["who": "test"]), to: path)
      let back = try Safetensors.read(path)
      #expect(back.metadata == ["who": "test"])
      #expect(try back.tensors["b"]?.floats() == [1, 2, 3, 4, 5, 6])
      #expect(back.tensors["b"]?.shape == [2, 3])
      #expect(back.tensors["a"]?.dtype == .float16)
    }
  }

  /// Headers that lie: each must be refused, none may crash or allocate what it claims.
  @Test(arguments: [
    #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}"#,
    #"{"a":{"dtype":"X9","shape":[2],"data_offsets":[0,8]}}"#,
    #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
    #"{"a":7}"#, #"[]"#, #"{"#,
  ]) func hostileHeadersAreRefused(header: String) {
    var data = Data(withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Array($0) })
    data.append(Data(header.utf8))
    data.append(Data(repeating: 0, count: 8))
    #expect(throws: ModelError.self) { try Safetensors.parse(data, path: "hostile") }
  }

  @Test func truncationIsNoticedEverywhere() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.safetensors"
      try Safetensors.write(.init(tensors: ["a": try Tensor([1, 2, 3], shape: [3])], metadata: [:]), to: path)
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      for length in 0..<whole.count { #expect(throws: ModelError.self) { try Safetensors.parse(whole.prefix(length), path: path) } }
    }
  }
}

@Suite struct SegmentationModelTests {
  static func model() throws -> SegmentationModel {
    let configuration = UNetConfiguration(
      features: [3, 4], strides: [[1, 1, 1], [2, 2, 1]], kernels: [[3, 3, 1], [3, 3, 3]], convolutionsPerStage: 2,
      convolutionsPerDecoderStage: 1, deepSupervision: true)
    let description = StageDescription(
      preprocessing: Preprocessing(spacing: [0.75, 0.75, 1.5]), network: configuration, activation: .sigmoid, patch: [8, 8, 4])
    let stage = Stage(description, network: try UNet(configuration, seed: 7, on: .cpu), on: .cpu)
    return SegmentationModel(localizer: stage, segmenter: stage, provenance: Provenance(name: "test", generatedBy: "tests", date: "today"))
  }

  @Test func savingKeepsWhatTheModelSays() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/model.safetensors"
      let model = try Self.model()
      try model.save(to: path, dtype: .float32)
      let back = try SegmentationModel(contentsOf: path)
      #expect(back.description == model.description)
      let input = try Tensor.normal(shape: [1, 1, 8, 8, 4], seed: 3)
      let (a, b) = try withoutGradients { (try model.segmenter(input).floats(), try back.segmenter(input).floats()) }
      #expect(a == b)
      // Half precision changes occupancies by less than anything that shows in an area.
      try model.save(to: path)
      let half = try withoutGradients { try SegmentationModel(contentsOf: path).segmenter(input).floats() }
      #expect(zip(a, half).allSatisfy { abs($0 - $1) < 5e-3 })
    }
  }

  @Test func foreignAndDamagedFilesAreNamed() throws {
    try withTemporaryFolder { folder in
      #expect(throws: ModelError.missing(path: folder + "/none")) { try SegmentationModel(contentsOf: folder + "/none") }
      let foreign = folder + "/foreign.safetensors"
      try Safetensors.write(.init(tensors: ["a": try Tensor([1], shape: [1])], metadata: [:]), to: foreign)
      #expect(throws: ModelError.foreign(path: foreign)) { try SegmentationModel(contentsOf: foreign) }
      // A model whose weights do not fit its description.
      let path = folder + "/model.safetensors"
      try Self.model().save(to: path)
      var contents = try Safetensors.read(path)
      contents.tensors.removeValue(forKey: contents.tensors.keys.sorted()[0])
      try Safetensors.write(contents, to: path)
      #expect(throws: ModelError.self) { try SegmentationModel(contentsOf: path) }
      // A later format.
      contents.metadata[SegmentationModel.metadataKey] = #"{"version": 99}"#
      try Safetensors.write(contents, to: path)
      let error = ModelError.newer(path: path, version: 99, supported: ModelDescription.currentVersion)
      #expect(throws: error) { try SegmentationModel(contentsOf: path) }
    }
  }

  @Test func impossibleDescriptionsAreRefused() throws {
    var stage = try Self.model().description.segmenter
    stage.patch = [7, 8, 4]
    #expect(throws: StageDescription.Invalid.self) { try stage.validate() }
    stage.patch = [8, 8, 4]
    stage.preprocessing.spacing = [0, 1, 1]
    #expect(throws: StageDescription.Invalid.self) { try stage.validate() }
  }
}
