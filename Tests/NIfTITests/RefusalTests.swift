import Files
import Foundation
import Testing
import Volumes

@testable import NIfTI

@Suite struct RefusalTests {
  @Test(arguments: Golden.cases.filter { $0.error != nil })
  func refusesWithTheReason(_ golden: Golden.Case) {
    let error = #expect(throws: NIfTIError.self) { try NIfTI.read(golden.path) }
    #expect(error?.description.contains(golden.error!) == true, "\(error?.description ?? "")")
    #expect(error?.description.contains(golden.file) == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test func missingFolderEmptyAndShort() throws {
    let scratch = try Scratch()
    let missing = scratch.path("none.nii.gz")
    #expect(throws: NIfTIError.missing(path: missing)) { try NIfTI.read(missing) }
    #expect(throws: NIfTIError.missing(path: scratch.path("none.img"))) { try NIfTI.read(scratch.path("none.img")) }
    #expect(throws: NIfTIError.notAFile(path: scratch.folder.path)) { try NIfTI.read(scratch.folder.path) }
    let empty = try scratch.file("empty.nii", [])
    #expect(throws: NIfTIError.empty(path: empty)) { try NIfTI.read(empty) }
    let bytes = Golden.bytes("int16-little.nii")
    let short = try scratch.file("short.nii", Array(bytes.prefix(100)))
    #expect(throws: NIfTIError.truncatedHeader(path: short, expected: 348, found: 100)) { try NIfTI.read(short) }
    let cut = try scratch.file("cut.nii", Array(bytes.dropLast()))
    #expect(throws: NIfTIError.truncated(path: cut, expected: 120, found: 119)) { try NIfTI.read(cut) }
    let text = try scratch.file("text.nii", Array("hello, I am no image".utf8))
    #expect(throws: NIfTIError.notNIfTI(path: text, found: "first bytes 68 65 6c 6c")) { try NIfTI.read(text) }
  }

  @Test(.enabled(if: geteuid() != 0, "nothing is forbidden to root"))
  func unreadable() throws {
    let scratch = try Scratch()
    let path = try scratch.file("locked.nii", Golden.bytes("int16-little.nii"))
    chmod(path, 0)
    #expect(throws: NIfTIError.unreadable(path: path, reason: "Permission denied")) { try NIfTI.read(path) }
  }

  @Test func halfOfAPair() throws {
    let scratch = try Scratch()
    let header = try scratch.file("half.hdr", Golden.bytes("pair-little.hdr"))
    #expect(throws: NIfTIError.pairMissing(path: header, expected: scratch.path("half.img"))) { try NIfTI.read(header) }
    let data = try scratch.file("other.img", Golden.bytes("pair-little.img"))
    #expect(throws: NIfTIError.pairMissing(path: data, expected: scratch.path("other.hdr"))) { try NIfTI.read(data) }
  }

  @Test func damagedGzip() throws {
    let scratch = try Scratch()
    let bytes = Golden.bytes("orientation-LAS.nii.gz")
    // A wrong checksum, a stream that ends early, and one flipped bit in the middle.
    var flipped = bytes
    flipped[bytes.count / 2] ^= 0x10
    var checksum = bytes
    checksum[bytes.count - 6] ^= 1
    for (name, damaged) in [("checksum", checksum), ("cut", Array(bytes.dropLast(20))), ("flipped", flipped)] {
      let path = try scratch.file("\(name).nii.gz", damaged)
      let error = #expect(throws: NIfTIError.self) { try NIfTI.read(path) }
      guard case .corruptGzip = error else {
        Issue.record("\(name): \(error.map(\.description) ?? "nothing")")
        continue
      }
    }
  }

  @Test func compressedHeadersCannotPromiseTheMoon() throws {
    let scratch = try Scratch()
    // 30 TB of voxels in a header of 352 bytes, compressed.
    let header = Array(Golden.bytes("bad-dim-huge.nii").prefix(352))
    let volume = Volume(repeating: 0, grid: Grid(shape: [1, 1, 1], affine: .identity))
    let path = scratch.path("moon.nii.gz")
    let file = try OutputFile(path, compressed: true)
    try file.write(header)
    _ = try file.write(volume.voxels, as: .float32)
    try StagedFile.commit([file.finished()])
    let error = #expect(throws: NIfTIError.self) { try NIfTI.read(path) }
    guard case .oversized(_, let expected, let possible)? = error else { return #expect(Bool(false), "\(String(describing: error))") }
    #expect(expected == 32767 * 32767 * 32767 * 2 && possible < 1 << 20)
  }

  @Test func volumeOutOfRange() throws {
    let path = Golden.path("image4d.nii.gz")
    #expect(throws: NIfTIError.volumeOutOfRange(path: path, found: 6, count: 6)) { try NIfTI.read(path, volume: 6) }
    #expect(throws: NIfTIError.volumeOutOfRange(path: path, found: -1, count: 6)) { try NIfTI.read(path, volume: -1) }
  }

  @Test func nothingFinite() throws {
    let scratch = try Scratch()
    let path = scratch.path("nan.nii")
    try NIfTI.write(Volume(repeating: .nan, grid: Grid(shape: [2, 2, 2], affine: .identity)), to: path)
    #expect(throws: NIfTIError.noFiniteVoxel(path: path)) { try NIfTI.read(path) }
  }

  /// Any bytes give an image or an error: no trap, no runaway memory.
  @Test(arguments: ["uint8-little.nii", "version2-int16-big.nii", "orientation-LAS.nii.gz", "oblique-44-qform.nii.gz", "image4d.nii.gz"])
  func randomDamage(_ name: String) throws {
    let scratch = try Scratch()
    let original = Golden.bytes(name)
    var random = Seeded(state: 1)
    var read = 0
    for _ in 0..<600 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<min(bytes.count, 560), using: &random)
        let extremes: [UInt8] = [0, 0x7f, 0x80, 0xff, .random(in: 0...255, using: &random)]
        for i in 0..<Int.random(in: 1...4, using: &random) where place + i < bytes.count {
          bytes[place + i] = extremes.randomElement(using: &random)!
        }
      }
      if Int.random(in: 0..<4, using: &random) == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
      let path = try scratch.file("damaged.nii", bytes)
      do throws(NIfTIError) {
        let image = try NIfTI.read(path)
        #expect(image.volume.voxels.allSatisfy { $0.isFinite })
        read += 1
      } catch {
        #expect(!error.description.contains("\n"))
      }
    }
    // Both ways are taken, but no damage gets past gzip's checksum.
    #expect(read < 600 && (read > 0 || name.hasSuffix(".gz")))
  }
}
