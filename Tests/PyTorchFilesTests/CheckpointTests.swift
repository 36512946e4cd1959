import Foundation
import Testing

@testable import PyTorchFiles

func golden(_ name: String) throws -> Data {
  try Data(contentsOf: Bundle.module.url(forResource: "Golden/\(name)", withExtension: nil)!)
}

extension StoredTensor {
  /// The numbers of a float32 tensor.
  var floats: [Float] {
    stride(from: 0, to: bytes.count, by: 4).map { i in
      Float(bitPattern: bytes[(bytes.startIndex + i)..<(bytes.startIndex + i + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
  }
}

/// Files that PyTorch wrote (tools/golden/pytorch_files.py).
@Suite struct CheckpointTests {
  @Test func tensorsOfEveryKindAreRead() throws {
    let checkpoint = try Checkpoint(golden("nnunet.pth"))
    let place = ["network_weights"]
    let shapes = try #require(checkpoint.shapes(in: place))
    #expect(
      shapes == [
        "plain": [2, 3, 4], "transposed": [6, 4], "part": [3, 2], "half": [3], "brain": [3], "double": [3], "count": [], "empty": [0, 3],
        "parameter": [2],
      ])
    let tensors = try checkpoint.tensors(named: Array(shapes.keys), in: place)
    #expect(tensors["plain"]?.floats == (0..<24).map(Float.init))
    // Rows and columns change places; parts share their numbers with the whole.
    let columns: [Float] = (0..<24).map { Float($0 % 4 * 6 + $0 / 4) }
    #expect(tensors["transposed"]?.floats == columns)
    #expect(tensors["part"]?.floats == (6..<12).map(Float.init))
    #expect(tensors["parameter"]?.floats == [1.5, -2.5])
    // 0, 0.25, 0.5 in half and in brain precision; 7 as a 64-bit integer.
    #expect(tensors["half"]?.bytes.elementsEqual([0x00, 0x00, 0x00, 0x34, 0x00, 0x38]) == true)
    #expect(tensors["brain"]?.bytes.elementsEqual([0x00, 0x00, 0x80, 0x3E, 0x00, 0x3F]) == true)
    #expect(tensors["double"]?.type == .float64)
    #expect(tensors["count"]?.bytes.first == 7)
    #expect(tensors["empty"]?.bytes.isEmpty == true)
    #expect(checkpoint.text("trainer_name") == "nnUNetTrainer")
    #expect(checkpoint.text("init_args", "configuration") == "3d_fullres")
    #expect(checkpoint.foreign.isEmpty)
  }

  @Test func numbersOfTheLogAreRead() throws {
    let archive = try ZipArchive(golden("nnunet.pth"))
    let graph = try PickleReader.read(archive.contents(of: "nnunet/data.pkl"))
    let settings = try #require(graph.value("init_args", in: graph.root))
    let log = try #require(graph.value("logging", in: graph.root).flatMap { graph.value("mean_fg_dice", in: $0) })
    guard case .sequence(let index) = log else { throw PyTorchFileError.damaged("the log is no list") }
    func name(_ value: PickleValue?) -> String { value.map { "\($0)" } ?? "nothing" }
    #expect(name(graph.value("_best_ema", in: graph.root)) == "real(0.75)")
    #expect(name(graph.value("negative", in: settings)) == "integer(-3)")
    #expect(name(graph.value("wide", in: settings)) == "integer(-1099511627776)")
    #expect(name(graph.value("large", in: settings)) == "largeInteger")
    #expect(graph.sequences[index].map(name) == ["real(0.25)", "real(0.5)"])
  }

  @Test func unknownClassesStayNames() throws {
    let checkpoint = try Checkpoint(golden("lightning.pth"))
    #expect(checkpoint.foreign == ["__main__.Callback", "pathlib.PurePosixPath"])
    let name = "net.encoder.weight"
    #expect(try checkpoint.tensors(named: [name], in: ["state_dict"])[name]?.floats == [0, 1, 2, 3])
  }

  @Test(arguments: [("program.pt", "TorchScript"), ("old.pth", "before 1.6")]) func otherFormatsAreNamed(file: String, word: String) throws
  {
    let error = #expect(throws: PyTorchFileError.self) { try Checkpoint(golden(file)) }
    #expect(error?.description.contains(word) == true)
  }

  @Test func whatIsWrittenIsReadAgain() throws {
    let tensors = [
      (name: "b.weight", tensor: StoredTensor(type: .float32, shape: [2, 3], bytes: Data((0..<6).flatMap { Data(Float($0).bitPattern) }))),
      (name: "a.bias", tensor: StoredTensor(type: .float16, shape: [1], bytes: Data([0, 0x38]))),
      (name: "none", tensor: StoredTensor(type: .float32, shape: [0, 2], bytes: Data())),
    ]
    let checkpoint = try Checkpoint(StateDictionary.file(of: tensors))
    let back = try checkpoint.tensors(named: tensors.map(\.name), in: [])
    for (name, tensor) in tensors { #expect(back[name] == tensor) }
  }

  @Test func truncationIsNoticedEverywhere() throws {
    let whole = try golden("nnunet.pth")
    for length in stride(from: 0, to: whole.count, by: 3) {
      #expect(throws: PyTorchFileError.self) { try Checkpoint(whole.prefix(length)) }
    }
  }

  /// No damage to any byte may crash; most are noticed by a checksum.
  @Test func damagedBytesNeverCrash() throws {
    let whole = try golden("lightning.pth")
    for position in whole.indices {
      var damaged = whole
      damaged[position] ^= 0x55
      guard let checkpoint = try? Checkpoint(damaged), let names = checkpoint.shapes(in: ["state_dict"])?.keys else { continue }
      _ = try? checkpoint.tensors(named: Array(names), in: ["state_dict"])
    }
  }
}
