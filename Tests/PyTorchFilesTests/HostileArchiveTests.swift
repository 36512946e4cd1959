import Foundation
import Testing

@testable import PyTorchFiles

/// Archives and tensors that claim more than they hold.
@Suite struct HostileArchiveTests {
  /// A checkpoint of one tensor over one storage, each with its own claims.
  ///
  /// - Parameter packed: Whether the numbers are deflated.
  static func checkpoint(
    count: Int, offset: Int, shape: [Int], strides: [Int], bytes: Int = 16, packed: Bool = false
  ) throws -> Checkpoint {
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
    let numbers = Data(count: bytes)
    try archive.add("a/data/0", packed ? deflated(numbers) : numbers)
    return try Checkpoint(packed ? declaring(numbers, in: archive.finished()) : archive.finished())
  }

  /// The blocks of RFC 1951 that are not compressed.
  static func deflated(_ bytes: Data) -> Data {
    var (result, rest) = (Data(), bytes[...])
    repeat {
      let block = rest.prefix(65535)
      rest = rest.dropFirst(block.count)
      result.append(rest.isEmpty ? 1 : 0)
      result += Data(UInt16(block.count)) + Data(~UInt16(block.count)) + block
    } while !rest.isEmpty
    return result
  }

  /// The same archive, whose directory says of the last file that it is deflated and unpacks to some bytes.
  static func declaring(_ bytes: Data, in archive: Data) throws -> Data {
    var changed = archive
    let entry = try #require(archive.range(of: Data([0x50, 0x4B, 1, 2]), options: .backwards)).lowerBound
    changed[entry + 10] = 8
    changed.replaceSubrange(entry + 16..<entry + 20, with: Data(ZipArchive.checksum(bytes)))
    changed.replaceSubrange(entry + 24..<entry + 28, with: Data(UInt32(bytes.count)))
    return changed
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

  /// 4 MB of numbers, packed: all, a half or a seventh of them needed, and four of them.
  @Test func whatNoTensorNeedsIsNotUnpacked() throws {
    let count = 1 << 20
    for needed in [count, count / 2, count / 7] {
      let checkpoint = try Self.checkpoint(count: count, offset: 0, shape: [needed], strides: [1], bytes: 4 * count, packed: true)
      #expect(try checkpoint.tensors(named: ["w"], in: [])["w"]?.bytes.count == 4 * needed)
    }
    let few = try Self.checkpoint(count: count, offset: 0, shape: [4], strides: [1], bytes: 4 * count, packed: true)
    #expect { try few.tensors(named: ["w"], in: []) } throws: {
      "\($0)".contains("4194304 bytes of numbers would be unpacked for tensors of 16")
    }
    // As they lie in the file they take no memory.
    let stored = try Self.checkpoint(count: count, offset: 0, shape: [4], strides: [1], bytes: 4 * count)
    #expect(try stored.tensors(named: ["w"], in: [])["w"]?.bytes.count == 16)
  }

  @Test func copiesOfFewNumbersAreRefused() throws {
    let count = 1 << 18
    let checkpoint = try Self.checkpoint(count: count, offset: 0, shape: [count / 2, 2], strides: [1, count / 2], bytes: 4 * count)
    #expect(try checkpoint.tensors(named: ["w", "w"], in: []).count == 1)
    #expect(throws: PyTorchFileError.self) { try checkpoint.tensors(named: Array(repeating: "w", count: 10), in: []) }
  }

  @Test func filesThatLieOverEachOtherAreRefused() throws {
    var archive = ZipWriter()
    try archive.add("a", Data(repeating: 7, count: 1000))
    try archive.add("b", Data(repeating: 7, count: 10))
    var bytes = archive.finished()
    let (first, second) = (
      try #require(bytes.range(of: Data([0x50, 0x4B, 1, 2]))).lowerBound,
      bytes.range(of: Data([0x50, 0x4B, 1, 2]), options: .backwards)!.lowerBound
    )
    // The second entry's checksum, sizes and place become those of the first.
    bytes.replaceSubrange(second + 16..<second + 28, with: bytes[first + 16..<first + 28])
    bytes.replaceSubrange(second + 42..<second + 46, with: bytes[first + 42..<first + 46])
    #expect { try ZipArchive(bytes) } throws: { "\($0)".contains("over each other") }
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
    let bytes = try Self.declaring(text, in: archive.finished())
    #expect(try ZipArchive(bytes).contents(of: "a") == text)
    #expect(throws: PyTorchFileError.self) { try ZipArchive(bytes).contents(of: "a", limit: text.count - 1) }
  }
}
