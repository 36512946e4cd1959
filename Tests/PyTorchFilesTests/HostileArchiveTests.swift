import Foundation
import Testing

@testable import PyTorchFiles

/// Archives and tensors that claim more than they hold.
@Suite struct HostileArchiveTests {
  /// A checkpoint of one tensor over one storage, each with its own claims.
  static func checkpoint(count: Int, offset: Int, shape: [Int], strides: [Int], bytes: Int = 16) throws -> Checkpoint {
    func integer(_ number: Int) -> Data { Data([0x8A, 8]) + Data(Int64(number)) }
    func tuple(_ numbers: [Int]) -> Data { Data([0x28]) + numbers.map(integer).reduce(Data(), +) + [0x74] }
    let text = HostilePickleTests.text
    let pickle: [Data] = [
      Data([0x80, 2, 0x7D]), text("w"), Data("ctorch._utils\n_rebuild_tensor_v2\n".utf8), Data([0x28, 0x28]), text("storage"),
      Data("ctorch\nFloatStorage\n".utf8), text("0"), text("cpu"), integer(count), Data([0x74, 0x51]), integer(offset), tuple(shape),
      tuple(strides), Data([0x89, 0x7D, 0x74, 0x52, 0x73, 0x2E]),
    ]
    var archive = ZipWriter()
    try archive.add("a/data.pkl", pickle.reduce(Data(), +))
    try archive.add("a/data/0", Data(count: bytes))
    return try Checkpoint(archive.finished())
  }

  @Test func honestViewsAreRead() throws {
    for (offset, shape, strides) in [(0, [4], [1]), (1, [3], [1]), (0, [2, 2], [1, 2]), (3, [], []), (0, [0, 9], [9, 1])] {
      let checkpoint = try Self.checkpoint(count: 4, offset: offset, shape: shape, strides: strides)
      #expect(try checkpoint.tensors(named: ["w"], in: [])["w"]?.shape == shape)
    }
  }

  static let lies: [(count: Int, offset: Int, shape: [Int], strides: [Int])] = [
    (4, 0, [1 << 40], [0]),  // one number, repeated without end
    (4, 0, [3, 3], [1, 1]),  // windows that overlap
    (4, 2, [3], [1]), (4, -1, [2], [1]), (4, 0, [2], [-1]), (4, 0, [-2], [1]), (4, 0, [2], [.max]), (4, .max, [2], [1]),
    (4, 0, [1 << 32, 1 << 32], [1, 1]),
    (5, 0, [5], [1]), (1 << 40, 0, [4], [1]), (-1, 0, [1], [1]), (.max, 0, [4], [1]),  // more than the file holds
  ]

  @Test(arguments: lies.indices) func viewsOutsideTheirNumbersAreRefused(index: Int) throws {
    let lie = Self.lies[index]
    let checkpoint = try Self.checkpoint(count: lie.count, offset: lie.offset, shape: lie.shape, strides: lie.strides)
    #expect(throws: PyTorchFileError.self) { try checkpoint.tensors(named: ["w"], in: []) }
  }

  @Test func zipBombsAreRefused() throws {
    var archive = ZipWriter()
    try archive.add("a/data.pkl", Data([0x80, 2, 0x4E, 0x2E]))
    var bytes = archive.finished()
    // The directory claims that four bytes deflate to two gigabytes.
    let entry = try #require(bytes.range(of: Data([0x50, 0x4B, 1, 2]))).lowerBound
    bytes[entry + 10] = 8
    bytes.replaceSubrange(entry + 24..<entry + 28, with: Data(UInt32(2 << 30)))
    #expect(throws: PyTorchFileError.self) { try ZipArchive(bytes).contents(of: "a/data.pkl") }
  }

  @Test func contradictionsOfTheDirectoryAreRefused() throws {
    var archive = ZipWriter()
    try archive.add("a", Data("hello".utf8))
    let whole = archive.finished()
    let entry = try #require(whole.range(of: Data([0x50, 0x4B, 1, 2]))).lowerBound
    // Checksum, both sizes, place, encryption: each alone.
    for (place, value) in [(16, 1), (20, 4), (20, 200), (24, 9), (42, 7), (42, 250), (8, 1), (10, 99)] {
      var bytes = whole
      bytes[entry + place] = UInt8(value)
      #expect(throws: PyTorchFileError.self, "byte \(place)") { try ZipArchive(bytes).contents(of: "a") }
    }
    var twice = ZipWriter()
    try twice.add("a", Data())
    try twice.add("a", Data())
    #expect(throws: PyTorchFileError.self) { try ZipArchive(twice.finished()) }
    // A directory of 65535 files in a few bytes.
    var many = whole
    many.replaceSubrange(many.count - 12..<many.count - 10, with: [0xFE, 0xFF])
    #expect(throws: PyTorchFileError.self) { try ZipArchive(many) }
  }

  @Test func deflatedEntriesAreRead() throws {
    // "softcord" a hundred times, deflated by zlib.
    let packed = Data([0x2B, 0xCE, 0x4F, 0x2B, 0x49, 0xCE, 0x2F, 0x4A, 0x29, 0x1E, 0xA5, 0x47, 0xE9, 0x51, 0x1A, 0x83, 0x06, 0x00])
    let text = Data(String(repeating: "softcord", count: 100).utf8)
    var archive = ZipWriter()
    try archive.add("a", packed)
    var bytes = archive.finished()
    let entry = try #require(bytes.range(of: Data([0x50, 0x4B, 1, 2]))).lowerBound
    bytes[entry + 10] = 8
    bytes.replaceSubrange(entry + 16..<entry + 20, with: Data(ZipArchive.checksum(text)))
    bytes.replaceSubrange(entry + 24..<entry + 28, with: Data(UInt32(text.count)))
    #expect(try ZipArchive(bytes).contents(of: "a") == text)
    #expect(throws: PyTorchFileError.self) { try ZipArchive(bytes).contents(of: "a", limit: text.count - 1) }
  }
}
