import Foundation
import Testing
import Volumes

@testable import NIfTI

@Suite struct WritingTests {
  /// Single precision of offsets up to some hundred mm.
  static let tolerance = 1e-4

  static func ramp(_ affine: Affine) -> Volume {
    let grid = Grid(shape: [5, 4, 3], affine: affine)
    return Volume(voxels: (0..<grid.count).map { Float($0) / Float(grid.count) }, grid: grid)
  }

  static func oblique(_ angle: Double, leftHanded: Bool) -> Affine {
    let (c, s) = (cos(angle), sin(angle))
    let z: SIMD3<Double> = [0, -s, c]
    return Affine(x: [0.5, 0, 0], y: [0, c, s] * 0.7, z: z * (leftHanded ? -3 : 3), origin: [-80.123, 45.5, 210])
  }

  @Test(arguments: ["a.nii", "a.nii.gz"], StorageType.allCases)
  func roundTrip(_ name: String, _ type: StorageType) throws {
    let scratch = try Scratch()
    let path = scratch.path(name)
    let volume = Self.ramp(Self.oblique(0.3, leftHanded: true)).map { type == .float32 ? $0 : ($0 * 200).rounded() }
    #expect(try NIfTI.write(volume, to: path, as: type, description: "ramp") == [])
    let image = try NIfTI.read(path)
    #expect(image.volume.voxels == volume.voxels)
    #expect(image.volume.grid.matches(volume.grid))
    #expect(image.header.text == "ramp" && image.notes == [])
    #expect(image.header.displayRange == (type == .float32 ? [0, 1] : [0, 0]))
    #expect(image.header.millimetersPerUnit == 1 && image.header.units == 10)
    #expect(scratch.names == [name])
  }

  /// Every golden file's grid comes back from what is written for it, by sform and by qform.
  @Test(arguments: Golden.cases.filter { $0.error == nil && $0.file != "sheared.nii.gz" })
  func keepsTheSourceGrid(_ golden: Golden.Case) throws {
    let scratch = try Scratch()
    let source = try NIfTI.read(golden.path)
    let path = scratch.path("mask.nii")
    let notes = try NIfTI.write(source.volume.map { _ in 0.5 }, to: path, header: source.header)
    #expect(notes == [])
    let written = try NIfTI.read(path)
    #expect(written.volume.grid.affine.difference(to: source.volume.grid.affine) <= Self.tolerance)
    #expect(written.header.sformCode == source.header.sformCode && written.header.qformCode == source.header.qformCode)
    #expect(written.header.text == source.header.text)
    #expect(written.header.millimetersPerUnit == source.header.millimetersPerUnit)
    let qform = try #require(written.header.qform)
    #expect(qform.difference(to: written.header.sform) <= Self.tolerance * max(1, written.header.sform.spacing.max()))
  }

  @Test func withoutCodesOnlyOnTheSameGrid() throws {
    let scratch = try Scratch()
    let source = try NIfTI.read(Golden.path("neither.nii"))
    try NIfTI.write(source.volume.box(lower: [0, 0, 1], shape: [3, 4, 4]), to: scratch.path("a.nii"), header: source.header)
    #expect(try NIfTI.header(of: scratch.path("a.nii")).sformCode == 1)
  }

  @Test func shearIsNoted() throws {
    let scratch = try Scratch()
    let source = try NIfTI.read(Golden.path("sheared.nii.gz"))
    let notes = try NIfTI.write(source.volume, to: scratch.path("a.nii"), header: source.header)
    #expect(notes.count == 1 && notes[0].contains("sheared"))
    #expect(try NIfTI.read(scratch.path("a.nii")).volume.grid.matches(source.volume.grid))
  }

  @Test func longVolumesNeedVersion2() throws {
    let scratch = try Scratch()
    let volume = Volume(repeating: 1, grid: Grid(shape: [40_000, 1, 1], affine: .identity))
    try NIfTI.write(volume, to: scratch.path("long.nii.gz"), as: .uint8)
    let image = try NIfTI.read(scratch.path("long.nii.gz"))
    #expect(image.header.version == .two && image.volume.voxels == volume.voxels && image.volume.grid == volume.grid)
  }

  @Test func wholeNumbersRoundAndSaturate() throws {
    let scratch = try Scratch()
    let grid = Grid(shape: [7, 1, 1], affine: .identity)
    let volume = Volume(voxels: [-1, 0.4, 0.5, 254.6, 300, .nan, 1e30], grid: grid)
    let notes = try NIfTI.write(volume, to: scratch.path("a.nii"), as: .uint8)
    #expect(try NIfTI.read(scratch.path("a.nii")).volume.voxels == [0, 0, 1, 255, 255, 0, 255])
    #expect(notes.count == 1 && notes[0].hasPrefix("3 values"))
  }

  @Test func sameVolumeSameBytes() throws {
    let scratch = try Scratch()
    let volume = Self.ramp(.identity)
    try NIfTI.write(volume, to: scratch.path("a.nii.gz"))
    Thread.sleep(forTimeInterval: 1.1)  // a time stamp would differ
    try NIfTI.write(volume, to: scratch.path("b.nii.gz"))
    #expect(FileManager.default.contentsEqual(atPath: scratch.path("a.nii.gz"), andPath: scratch.path("b.nii.gz")))
  }

  @Test func refusals() throws {
    let scratch = try Scratch()
    let volume = Self.ramp(.identity)
    for name in ["a.img", "a.nrrd", "a"] {
      #expect(throws: NIfTIError.unknownExtension(path: scratch.path(name))) { try NIfTI.write(volume, to: scratch.path(name)) }
    }
    let absent = scratch.path("absent/a.nii")
    #expect(throws: NIfTIError.unwritable(path: absent, reason: "No such file or directory")) { try NIfTI.write(volume, to: absent) }
    let folder = scratch.path("folder.nii")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    #expect(throws: NIfTIError.self) { try NIfTI.write(volume, to: folder) }
    #expect(scratch.names == ["folder.nii"])
  }

  @Test func anEarlierFileSurvivesFailure() throws {
    let scratch = try Scratch()
    let path = try scratch.file("a.nii", [1, 2, 3])
    do {
      let file = try OutputFile(path, compressed: false)
      try file.write([9, 9])
      #expect(scratch.names.count == 2)
    }  // gone without a commit
    #expect(scratch.names == ["a.nii"])
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
    try NIfTI.write(Self.ramp(.identity), to: path)
    #expect(try NIfTI.read(path).volume.voxels.count == 60)
  }

  /// nibabel finds sform, qform and voxels where they were put. Runs where SOFTCORD_PYTHON names a Python with nibabel.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["SOFTCORD_PYTHON"] != nil, "set SOFTCORD_PYTHON to a Python with nibabel"))
  func nibabelAgrees() throws {
    let scratch = try Scratch()
    var script = """
      import nibabel as nib, numpy as np
      def check(path, expected):
          image = nib.load(path)
          for form, code in (image.get_sform(coded=True), image.get_qform(coded=True)):
              assert code == 1 and np.abs(form - expected).max() < 1e-4 * 3, (form, expected)  # steps of up to 3 mm
          data = np.asarray(image.dataobj)
          assert data.dtype == np.float32 and data.shape == (5, 4, 3)
          assert (data.ravel(order="F") == np.arange(60, dtype=np.float32) / np.float32(60)).all()
          assert image.header.get_xyzt_units() == ("mm", "sec") and image.header["cal_max"] == 1

      """
    for (i, (angle, leftHanded)) in [(0.0, false), (0.4, true), (1.7, false), (3.14, true), (Double.pi, false)].enumerated() {
      let volume = Self.ramp(Self.oblique(angle, leftHanded: leftHanded))
      let path = scratch.path("\(i).nii.gz")
      try NIfTI.write(volume, to: path)
      let a = volume.grid.affine
      let rows = (0..<3).map { "[\(a.x[$0]),\(a.y[$0]),\(a.z[$0]),\(a.origin[$0])]" }.joined(separator: ",")
      script += "check('\(path)', np.array([\(rows), [0, 0, 0, 1]]))\n"
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ProcessInfo.processInfo.environment["SOFTCORD_PYTHON"]!)
    process.arguments = ["-c", script]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
