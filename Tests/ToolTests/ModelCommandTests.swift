import Foundation
import Testing

/// Models that come from elsewhere and go there.
@Suite struct ModelCommandTests {
  /// A zip archive whose pickle runs `touch softcord-trap` where it is loaded as Python loads it.
  static let hostile = Data(
    base64Encoded: "UEsDBBQAAAAAAAAAIQCT6CCAPAAAADwAAAAKAAAAYS9kYXRhLnBrbIACfVgKAAAAc3RhdGVfZGljdGNwb3NpeApzeXN0ZW0KWBMAAAB0b3VjaCBzb2Z0"
      + "Y29yZC10cmFwhVJzLlBLAQIUAxQAAAAAAAAAIQCT6CCAPAAAADwAAAAKAAAAAAAAAAAAAACAAQAAAABhL2RhdGEucGtsUEsFBgAAAAABAAEAOAAAAGQAAAAAAA==")!

  @Test func hostileAndDamagedCheckpointsGetOneLine() throws {
    try withTemporaryFolder { folder in
      for (name, bytes) in [("hostile.ckpt", Self.hostile), ("cut.pth", Self.hostile.prefix(90)), ("empty.pt", Data())] {
        try bytes.write(to: URL(fileURLWithPath: folder + "/" + name))
        let result = try Tool.run("model", "import", name, "-o", "model.safetensors", in: folder)
        #expect(result.status == 78)
        #expect(result.error.split(separator: "\n").count == 1 && result.error.contains(name))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["cut.pth", "empty.pt", "hostile.ckpt"])
      #expect(try Tool.run("model", "import", "none", "-o", "model.safetensors", in: folder).status == 66)
      #expect(try Tool.run("model", "import", folder, "-o", "model.bin").status == 64)
      #expect(try Tool.run("model", "export", "-o", "weights.txt", in: folder).status == 64)
    }
  }

  @Test func theShippedModelGoesToPyTorch() throws {
    try withTemporaryFolder { folder in
      for (file, start) in [("weights.pth", Data("PK".utf8)), ("localizer.safetensors", nil)] {
        let arguments = ["model", "export", "-o", file] + (file.hasPrefix("localizer") ? ["--localizer"] : [])
        #expect(try Tool.run(arguments: arguments, in: folder).status == 0)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file))
        if let start { #expect(bytes.starts(with: start)) }
        #expect(bytes.range(of: Data("decoder.seg_layers.0.weight".utf8)) != nil)
      }
    }
  }

  /// The shipped model with its own localizer is the shipped model, byte by byte.
  @Test func modelsAreCombined() throws {
    let shipped = URL(fileURLWithPath: #filePath).appending(path: "../../../Sources/Models/Resources/softcord.safetensors").standardized
    try withTemporaryFolder { folder in
      let same = try Tool.run("model", "combine", "--localizer", shipped.path, "-o", "same.safetensors", in: folder)
      #expect(same.status == 0)
      #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/same.safetensors")) == Data(contentsOf: shipped))
      let absent = try Tool.run("model", "combine", "--localizer", "none.safetensors", "-o", "a.safetensors", in: folder)
      let misnamed = try Tool.run("model", "combine", "--localizer", shipped.path, "-o", "a.pth", in: folder)
      #expect(absent.status == 66 && misnamed.status == 64)
    }
  }
}
