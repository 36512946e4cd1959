import Foundation
import Testing
import Volumes

@testable import NIfTI

@Suite struct GzipTests {
  /// Voxels with runs of zeros at their beginning, middle and end, longer and shorter than the pieces that they are written in.
  static func volume(_ held: [Range<Int>]) -> Volume {
    var voxels = [Float](repeating: 0, count: 64 * 64 * 48)
    for range in held { for i in range { voxels[i] = Float(i % 97) / 97 } }
    return Volume(voxels: voxels, grid: Grid(shape: [64, 64, 48], affine: .identity))
  }

  @Test(arguments: [
    [], [0..<196_608], [40_000..<40_001], [0..<1, 196_607..<196_608], [32_768..<65_536, 98_304..<131_072],
    [30_000..<70_000, 150_000..<150_500],
  ]) func otherProgramsUnpackWhatWasPacked(_ held: [Range<Int>]) throws {
    let scratch = try Scratch()
    let volume = Self.volume(held)
    try NIfTI.write(volume, to: scratch.path("a.nii"))
    try NIfTI.write(volume, to: scratch.path("a.nii.gz"))
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/bin/gzip")
    gzip.arguments = ["-dc", scratch.path("a.nii.gz")]
    let pipe = Pipe()
    gzip.standardOutput = pipe
    try gzip.run()
    let unpacked = pipe.fileHandleForReading.readDataToEndOfFile()
    gzip.waitUntilExit()
    #expect(gzip.terminationStatus == 0)
    #expect(unpacked == (try Data(contentsOf: URL(fileURLWithPath: scratch.path("a.nii")))))
    #expect(try NIfTI.read(scratch.path("a.nii.gz")).volume.voxels == volume.voxels)
  }

  @Test func whatIsUnpackedAtOnceIsWhatIsUnpackedPieceByPiece() throws {
    let scratch = try Scratch()
    let volume = Self.volume([30_000..<70_000])
    try NIfTI.write(volume, to: scratch.path("a.nii.gz"))
    let size = 352 + 4 * volume.voxels.count
    func content(_ prepare: (InputFile) -> Void) throws -> [UInt8] {
      let file = try InputFile(scratch.path("a.nii.gz"))
      let first = try file.bytes(348)
      prepare(file)
      return try first + file.bytes(size)
    }
    let whole = try content { $0.unpack(size: size) }
    #expect(whole.count == size)
    #expect(try content { _ in } == whole)
    // A size that is another's leaves everything as it was.
    for wrong in [size - 1, size + 1, 0] { #expect(try content { $0.unpack(size: wrong) } == whole) }
  }

  @Test func damageIsFoundOrChangesNothing() throws {
    let scratch = try Scratch()
    let volume = Self.volume([30_000..<70_000])
    try NIfTI.write(volume, to: scratch.path("a.nii.gz"))
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.path("a.nii.gz"))))
    // Few bits of a stream mean nothing; those of the checksum and of the size do.
    let trailer = bytes.count - 8..<bytes.count
    for place in Array(stride(from: 10, to: bytes.count, by: max(1, bytes.count / 50))) + Array(trailer) {
      bytes[place] ^= 0x10
      let path = try scratch.file("b.nii.gz", bytes)
      let read = try? NIfTI.read(path).volume.voxels
      let isSound = read == nil || !trailer.contains(place) && read == volume.voxels
      #expect(isSound, "byte \(place) of \(bytes.count)")
      bytes[place] ^= 0x10
    }
  }
}
