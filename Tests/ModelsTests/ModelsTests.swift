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

extension SafetensorsTests {
  /// One changed bit anywhere in the numbers or in the metadata's values is noticed; a file without a checksum is read as it is.
  @Test func changedBytesAreNoticed() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.safetensors"
      let numbers = try Tensor((0..<300).map { Float($0) }, shape: [300])
      try Safetensors.write(.init(tensors: ["a": numbers], metadata: ["who": "test"]), to: path)
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      let text = String(decoding: whole.prefix(whole.count - 1200), as: UTF8.self)
      for place in stride(from: whole.count - 1200, to: whole.count, by: 37) {
        var damaged = whole
        damaged[place] ^= 0x10
        let error = #expect(throws: ModelError.self) { try Safetensors.parse(damaged, path: path) }
        #expect(error?.description.contains("checksum") == true)
      }
      let changed = Data(text.replacingOccurrences(of: "\"test\"", with: "\"tess\"").utf8) + whole.suffix(1200)
      #expect(throws: ModelError.self) { try Safetensors.parse(changed, path: path) }
      let older = Data(text.replacingOccurrences(of: "\"crc32\"", with: "\"crc33\"").utf8) + whole.suffix(1200)
      #expect(try Safetensors.parse(older, path: path).tensors["a"]?.floats() == numbers.floats())
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
    let stage = LoadedNetwork(description, network: try UNet(configuration, seed: 7, on: .cpu), on: .cpu)
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

@Suite struct PostProcessingTests {
  /// What files without these figures did: the constants that programs had when they were written.
  @Test func olderFilesDoAsTheyDid() throws {
    let description = try SegmentationModelTests.model().description
    var values = try #require(JSONSerialization.jsonObject(with: JSONEncoder().encode(description)) as? [String: Any])
    values["postProcessing"] = nil
    let older = try JSONDecoder().decode(ModelDescription.self, from: JSONSerialization.data(withJSONObject: values)).postProcessing
    #expect(older == .ofOlderFiles && older.leastOccupancy == 0 && older.minimumConfidence == 0.75 && older.marginAlong == 24)
    var today = older
    today.leastOccupancy = PostProcessing().leastOccupancy
    #expect(today == PostProcessing() && description.postProcessing == today)
  }

  @Test func figuresTravelWithTheModel() throws {
    try withTemporaryFolder { folder in
      let changed = try SegmentationModelTests.model().adjusted(["minimumConfidence": 0.5, "extensions": 3])
      try changed.save(to: folder + "/a.safetensors")
      let back = try SegmentationModel(contentsOf: folder + "/a.safetensors").postProcessing
      #expect(back.minimumConfidence == 0.5 && back.extensions == 3 && back.edgeWidth == 4.5)
    }
    // A file may say only what differs.
    let partial = try JSONDecoder().decode(PostProcessing.self, from: Data(#"{"edgeWidth": 7}"#.utf8))
    #expect(partial.edgeWidth == 7 && partial.minimumConfidence == 0.75)
  }

  @Test(arguments: [
    ["minimumConfidence": 2.0], ["extensions": -1], ["extensions": 1.5], ["spareMargin": 20], ["nonsense": 1], ["edgeWidth": .nan],
  ])
  func nonsenseIsRefused(changes: [String: Double]) {
    #expect(throws: StageDescription.Invalid.self) { try PostProcessing().changing(changes) }
  }

  @Test func resourcesMayLieElsewhere() {
    #expect(ProgramResource.path("Resources/a", of: "Models", in: "/opt/softcord").hasPrefix("/opt/softcord/SoftCord_Models."))
    #expect(ShippedModel.path == ProgramResource.path("Resources/softcord.safetensors", of: "Models"))
  }
}

@Suite struct NNUNetLabelsTests {
  private func labels(_ json: String, wanted: [String] = []) throws -> NNUNetLabels {
    try withTemporaryFolder { folder in
      try Data(json.utf8).write(to: URL(fileURLWithPath: folder + "/dataset.json"))
      return try NNUNetLabels(path: folder + "/dataset.json", wanted: wanted)
    }
  }

  /// Outputs of regions are in the order in which Python lists the keys: of the outermost labels, with their escapes read.
  @Test(arguments: [
    #"{"labels": {"background": 0, "whole": [1, 2], "cord": [2]}}"#,
    #"{"info": {"labels": {"cord": 1, "whole": 2}}, "labels": {"background": 0, "whole": [1, 2], "cord": [2]}}"#,
    #"{"labels": {"background": 0, "whole } canal": [1, 2], "cord": [2]}}"#,
    #"{"name": "\"labels\": {\"cord\"", "labels": {"background": [0, 0], "whole": [1, 2], "cord": [2]}, "regions_class_order": [1, 2]}"#,
    #"{"labels": {"background": 0, "whole":[1,2],"cord":2, "ignore": 3}, "regions_class_order": [2, 1]}"#,
    #"{"labels": {"cord": 1}, "labels": {"background": 0, "Médula + canal": [1, 2], "cord": [2]}}"#,
  ]) func regionsAreReadAsNNUNetReadsThem(json: String) throws {
    let labels = try labels(json)
    #expect(labels.classes == [1] && labels.outputs == 2 && labels.activation == .sigmoid && labels.names == ["cord"])
  }

  @Test func escapedNamesAreFound() throws {
    let json = #"{"labels": {"background": 0, "médula": [1, 2], "lesión": [2]}}"#
    #expect(try labels(json, wanted: ["médula"]).classes == [0])
    #expect(try labels(json, wanted: ["lesión"]).classes == [1])
    let error = #expect(throws: ModelError.self) { try labels(json) }
    #expect(error?.description.contains("lesión, médula") == true)
  }

  @Test func regionsWithoutANumberEachAreRefused() {
    #expect(throws: ModelError.self) {
      try labels(#"{"labels": {"background": 0, "whole": [1, 2], "cord": [2]}, "regions_class_order": [1]}"#)
    }
  }
}
