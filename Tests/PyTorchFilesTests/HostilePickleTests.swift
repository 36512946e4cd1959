import Foundation
import Testing

@testable import PyTorchFiles

/// Pickles that would do harm where they are run, or that lie.
@Suite struct HostilePickleTests {
  static let protocol2 = Data([0x80, 2])

  static func pickle(_ parts: Data...) -> Data { parts.reduce(protocol2, +) }

  /// A file that any pickle reader which runs things would create.
  static let trap = NSTemporaryDirectory() + "softcord-trap-" + UUID().uuidString

  static let calls: [Data] = [
    // os.system("touch trap") by REDUCE
    pickle(Data("cposix\nsystem\n".utf8), text("touch \(trap)"), Data([0x85, 0x52, 0x2E])),
    // The same by NEWOBJ, with the name from the stack
    pickle(text("os"), text("system"), Data([0x93]), text("touch \(trap)"), Data([0x85, 0x81, 0x2E])),
    // __builtin__.eval, and a state set on what it made
    pickle(Data("c__builtin__\neval\n".utf8), text("open('\(trap)','w')"), Data([0x85, 0x52, 0x7D, 0x62, 0x2E])),
    // A way round by getattr of a known module
    pickle(
      Data("c__builtin__\ngetattr\n".utf8), Data("ctorch._utils\n_rebuild_tensor_v2\n".utf8), text("__globals__"),
      Data([0x86, 0x52, 0x29, 0x52, 0x2E])),
  ]

  static func text(_ text: String) -> Data { Data([0x58]) + Data(UInt32(text.utf8.count)) + Data(text.utf8) }

  @Test(arguments: calls.indices) func callsLeaveNothingButAName(index: Int) throws {
    let graph = try PickleReader.read(Self.calls[index])
    #expect(!FileManager.default.fileExists(atPath: Self.trap))
    #expect("\(graph.root)".hasPrefix("inert("))
    #expect(!graph.foreign.isEmpty)
  }

  @Test func weightsThatAreCallsAreMissed() throws {
    var archive = ZipWriter()
    try archive.add(
      "a/data.pkl",
      Self.pickle(Data([0x7D]), Self.text("weight"), Data("cposix\nsystem\n".utf8), Self.text("true"), Data([0x85, 0x52, 0x73, 0x2E])))
    let checkpoint = try Checkpoint(archive.finished())
    #expect(checkpoint.foreign == ["posix.system"])
    #expect(checkpoint.shapes(in: []) == [:])
    #expect(throws: PyTorchFileError.self) { try checkpoint.tensors(named: ["weight"], in: []) }
  }

  static let lies: [(what: String, pickle: Data)] = [
    ("empty", Data()), ("no end", protocol2), ("no protocol", Data([0x80, 9, 0x2E])),
    ("a text of 4 GB", pickle(Data([0x58, 0xFF, 0xFF, 0xFF, 0xFF]))),
    ("bytes beyond all memory", pickle(Data([0x8E] + [UInt8](repeating: 0xFF, count: 8)))),
    ("a frame beyond the end", pickle(Data([0x95, 0, 0, 0, 0, 0, 0, 0, 1, 0x2E]))),
    ("an empty stack", pickle(Data([0x85, 0x2E]))), ("no mark", pickle(Data([0x74, 0x2E]))),
    ("below the mark", pickle(Data([0x4E, 0x28, 0x30, 0x2E]))), ("an unknown note", pickle(Data([0x68, 3, 0x2E]))),
    ("a key without a value", pickle(Data([0x7D, 0x28, 0x4E, 0x75, 0x2E]))), ("a name without an end", pickle(Data("cposix".utf8))),
    ("a name of numbers", pickle(Data([0x4B, 1, 0x4B, 2, 0x93, 0x2E]))),
    // EXT1, INST, OBJ, PERSID, NEXT_BUFFER: not written by torch.save
    ("a registered code", pickle(Data([0x82, 1, 0x2E]))), ("an instance", pickle(Data("(ios\nsystem\n.".utf8))),
    ("an object", pickle(Data([0x28, 0x6F, 0x2E]))), ("a text as id", pickle(Data("P0\n.".utf8))),
    ("a buffer", pickle(Data([0x97, 0x2E]))),
  ]

  @Test(arguments: lies.indices) func liesAreRefused(index: Int) {
    #expect(throws: PyTorchFileError.self, "\(Self.lies[index].what)") { try PickleReader.read(Self.lies[index].pickle) }
  }

  /// A million lists in each other: reading and forgetting them must not recurse.
  @Test func depthCostsNothing() throws {
    let depth = 1_000_000
    let graph = try PickleReader.read(
      Self.pickle(Data(repeating: 0x5D, count: depth), Data(repeating: 0x61, count: depth - 1), Data([0x2E])))
    #expect(graph.sequences.count == depth)
  }

  /// A long text or list is used by many calls, each of which would make it anew: bytes, names, shapes.
  @Test(arguments: [
    ("encode", Data("c_codecs\nencode\n".utf8), text(String(repeating: "n", count: 200_000)), Data([0x85])),
    ("dtype", Data("cnumpy\ndtype\n".utf8), text(String(repeating: "n", count: 200_000)), Data([0x85])),
  ])
  func longTextsAreNotMultiplied(_ what: String, function: Data, argument: Data, tuple: Data) throws {
    // function → 0, arguments → 1, then the call again and again
    let calls = (0..<1000).reduce(Data()) { calls, _ in calls + Data([0x68, 0, 0x68, 1, 0x52]) }
    let graph = try PickleReader.read(
      Self.pickle(function, Data([0x71, 0]), argument, tuple, Data([0x71, 1, 0x28]), calls, Data([0x6C, 0x2E])))
    let made = try #require(graph.sequences.last)
    #expect(made.count == 1000)
    #expect(made.allSatisfy { if case .inert(let name) = $0 { name.utf8.count < 100 } else { false } }, "\(what)")
  }

  @Test func longNamesAreRefused() {
    let long = Self.text(String(repeating: "n", count: 200_000))
    #expect(throws: PyTorchFileError.self) { try PickleReader.read(Self.pickle(long, Self.text("a"), Data([0x93, 0x2E]))) }
  }

  @Test func shapesOfManyDimensionsAreNoTensors() throws {
    let many = Data([0x28]) + Data((0..<1000).flatMap { _ in [0x4B, 1] }) + Data([0x74])
    let graph = try PickleReader.read(
      Self.pickle(
        Data("ctorch._utils\n_rebuild_tensor_v2\n".utf8), Data([0x28, 0x28]), Self.text("storage"), Data("ctorch\nFloatStorage\n".utf8),
        Self.text("0"), Self.text("cpu"), Data([0x4B, 1, 0x74, 0x51, 0x4B, 0]), many, many, Data([0x74, 0x52, 0x2E])))
    #expect("\(graph.root)".hasPrefix("inert("))
  }

  /// A list that holds itself, noted and recalled.
  @Test func cyclesAreHarmless() throws {
    let graph = try PickleReader.read(Self.pickle(Data([0x5D, 0x71, 0, 0x68, 0, 0x61, 0x2E])))
    #expect("\(graph.root)" == "sequence(0)")
    #expect(graph.sequences.map { $0.map { "\($0)" } } == [["sequence(0)"]])
  }

  /// Thirty lists, each ten times in the next: 10³⁰ items for a reader that writes them out.
  @Test func laughterIsNotMultiplied() throws {
    var bytes = Data([0x5D])
    let tenTimes = Array(repeating: [UInt8]([0x68, 0]), count: 10).flatMap { $0 }
    for _ in 0..<30 { bytes += [0x71, 0, 0x5D, 0x28] + tenTimes + [0x65] }
    let graph = try PickleReader.read(Self.pickle(bytes, Data([0x2E])))
    #expect(graph.sequences.count == 31)
    #expect(graph.sequences.allSatisfy { $0.count <= 10 })
  }

  @Test func notesUnderHugeNumbersCostNothing() throws {
    _ = try PickleReader.read(Self.pickle(Data([0x4E, 0x72, 0xFF, 0xFF, 0xFF, 0xFF, 0x6A, 0xFF, 0xFF, 0xFF, 0xFF, 0x2E])))
  }

  @Test func pickleBeyondAllSizeIsRefused() {
    #expect(throws: PyTorchFileError.self) { try PickleReader.read(Data(count: PickleReader.longest + 1)) }
  }
}
