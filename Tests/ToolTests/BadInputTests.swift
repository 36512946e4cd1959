import Foundation
import NIfTI
import Testing
import Volumes

/// The bytes of a NIfTI-1 file, for making broken ones.
struct RawNIfTI {
  var header = [UInt8](repeating: 0, count: 352)
  var voxels: [UInt8]

  /// A sound file of 4×4×4 voxels that count up.
  init(datatype: Int16 = 16, bits: Int16 = 32, dimensions: [Int16] = [3, 4, 4, 4, 1, 1, 1, 1]) {
    voxels = (0..<64).flatMap { withUnsafeBytes(of: Float($0).bitPattern.littleEndian) { Array($0) } }
    put(Int32(348), at: 0)
    for (index, size) in dimensions.enumerated() { put(size, at: 40 + 2 * index) }
    put(datatype, at: 70)
    put(bits, at: 72)
    for index in 0..<4 { put(Float(1).bitPattern, at: 76 + 4 * index) }
    put(Float(352).bitPattern, at: 108)
    put(Int16(1), at: 254)  // sform
    for (row, value) in [(280, 0), (296, 1), (312, 2)] { put(Float(1).bitPattern, at: row + 4 * value) }
    header.replaceSubrange(344..<348, with: Array("n+1\0".utf8))
  }

  mutating func put<T: FixedWidthInteger>(_ value: T, at offset: Int) {
    header.replaceSubrange(offset..<offset + MemoryLayout<T>.size, with: withUnsafeBytes(of: value.littleEndian) { Array($0) })
  }

  mutating func fill(_ value: Float) { voxels = (0..<64).flatMap { _ in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } } }

  var data: Data { Data(header + voxels) }
}

@Suite struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var file = "scan.nii"
    let status: Int32
    let bytes: @Sendable () throws -> Data?
    var testDescription: String { name }
  }

  static func changed(_ change: (inout RawNIfTI) -> Void) -> Data {
    var raw = RawNIfTI()
    change(&raw)
    return raw.data
  }

  static let cases: [Case] = [
    Case(name: "missing", status: 66) { nil },
    Case(name: "empty", status: 65) { Data() },
    Case(name: "not NIfTI", status: 65) { Data(repeating: 0x41, count: 4000) },
    Case(name: "truncated header", status: 65) { RawNIfTI().data.prefix(100) },
    Case(name: "truncated voxels", status: 65) { RawNIfTI().data.prefix(400) },
    Case(name: "truncated gzip", file: "scan.nii.gz", status: 65) {
      try withTemporaryFolder { folder in
        let volume = Volume(voxels: (0..<4096).map { Float(($0 * 7919) % 1000) }, grid: Grid(shape: [16, 16, 16], affine: .identity))
        try NIfTI.write(volume, to: folder + "/a.nii.gz")
        let whole = try Data(contentsOf: URL(fileURLWithPath: folder + "/a.nii.gz"))
        return whole.prefix(whole.count / 2)
      }
    },
    Case(name: "dimensions past memory", status: 65) { changed { raw in for i in 1...3 { raw.put(Int16(32767), at: 40 + 2 * i) } } },
    Case(name: "negative dimension", status: 65) { changed { $0.put(Int16(-4), at: 44) } },
    Case(name: "all zero", status: 65) { changed { $0.fill(0) } },
    Case(name: "constant", status: 65) { changed { $0.fill(12) } },
    Case(name: "nothing finite", status: 65) { changed { $0.fill(.nan) } },
    Case(name: "shear", status: 65) { changed { $0.put(Float(0.99).bitPattern, at: 284) } },
    Case(name: "complex", status: 65) { RawNIfTI(datatype: 32, bits: 64).data },
    Case(name: "RGB", status: 65) { RawNIfTI(datatype: 128, bits: 24).data },
  ]

  @Test(arguments: cases) func badScansGetOneLineAndNoOutput(_ bad: Case) throws {
    try withTemporaryFolder { folder in
      let (scan, mask) = ("\(folder)/\(bad.file)", folder + "/mask.nii.gz")
      if let bytes = try bad.bytes() { try bytes.write(to: URL(fileURLWithPath: scan)) }
      try Data("precious".utf8).write(to: URL(fileURLWithPath: mask))
      let result = try Tool.run("segment", scan, "-o", mask)
      #expect(result.status == bad.status)
      let lines = result.error.split(separator: "\n")
      #expect(lines.count == 1 && lines[0].contains(scan), "\(result.error)")
      // An existing output survives, and nothing else is left behind.
      #expect(try String(contentsOfFile: mask, encoding: .utf8) == "precious")
      #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder)).isSubset(of: [bad.file, "mask.nii.gz"]))
    }
  }

  @Test func someVoxelsThatAreNoNumbersAreReplacedAndReported() throws {
    try withTemporaryFolder { folder in
      var raw = RawNIfTI()
      raw.voxels.replaceSubrange(0..<4, with: withUnsafeBytes(of: Float.infinity.bitPattern.littleEndian) { Array($0) })
      try raw.data.write(to: URL(fileURLWithPath: folder + "/scan.nii"))
      let image = try NIfTI.read(folder + "/scan.nii")
      #expect(image.volume.voxels.allSatisfy { $0.isFinite })
      #expect(image.notes.count == 1)
      // The tool says so too.
      #expect(try Tool.run("segment", folder + "/scan.nii", "-o", folder + "/mask.nii").error.contains(image.notes[0]))
    }
  }

  @Test func unwritableOutputsAreNamed() throws {
    try withTemporaryFolder { folder in
      let scan = folder + "/scan.nii"
      try NIfTI.write(TinyScan.volume(), to: scan)
      let result = try Tool.run("segment", scan, "-o", folder + "/no/such/folder/mask.nii.gz", "--everywhere")
      #expect(result.status == 73)
      #expect(result.error.contains("no/such/folder"))
      // A sidecar that cannot be written: the old mask stays.
      try Data("precious".utf8).write(to: URL(fileURLWithPath: folder + "/mask.nii"))
      try FileManager.default.createDirectory(atPath: folder + "/mask.json/full", withIntermediateDirectories: true)
      #expect(try Tool.run("segment", scan, "-o", folder + "/mask.nii", "--everywhere").status == 73)
      #expect(try String(contentsOfFile: folder + "/mask.nii", encoding: .utf8) == "precious")
    }
  }

  @Test func wrongUnitsAreNoticedBeforeMemoryIsSpent() throws {
    try withTemporaryFolder { folder in
      var raw = RawNIfTI()
      raw.header[123] = 1  // meters
      for (row, value) in [(280, 0), (296, 1), (312, 2)] { raw.put(Float(5).bitPattern, at: row + 4 * value) }
      try raw.data.write(to: URL(fileURLWithPath: folder + "/scan.nii"))
      let result = try Tool.run("segment", folder + "/scan.nii", "-o", folder + "/mask.nii")
      #expect(result.status == 65)
      #expect(result.error.contains("units"))
    }
  }

  @Test(arguments: ["damaged", "foreign", "missing"]) func badModelsAreNamed(kind: String) throws {
    try withTemporaryFolder { folder in
      let (scan, model) = (folder + "/scan.nii", folder + "/model.safetensors")
      try RawNIfTI().data.write(to: URL(fileURLWithPath: scan))
      let header = Data(#"{"__metadata__":{"format":"pt"}}        "#.utf8)
      let foreign = Data(withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }) + header
      if kind != "missing" {
        try (kind == "foreign" ? foreign : Data("garbage that is no model".utf8)).write(to: URL(fileURLWithPath: model))
      }
      let result = try Tool.run("segment", scan, "--model", model, "-o", folder + "/mask.nii.gz")
      #expect(result.status == (kind == "missing" ? 66 : 78))
      #expect(result.error.contains(model))
      #expect(!FileManager.default.fileExists(atPath: folder + "/mask.nii.gz"))
    }
  }
}
