import Testing
import Volumes

@testable import NIfTI

@Suite struct ReadingTests {
  /// Headers hold single precision: 10⁻⁷ of offsets up to some tens of mm.
  static let affineTolerance = 2e-5
  /// Voxels become single precision: 10⁻⁷ of each value.
  static let valueTolerance = 3e-7

  @Test(arguments: Golden.cases.filter { $0.error == nil })
  func readsWhatNibabelReads(_ golden: Golden.Case) throws {
    let image = try NIfTI.read(golden.path)
    let (grid, voxels) = (image.volume.grid, image.volume.voxels)
    #expect([grid.shape.x, grid.shape.y, grid.shape.z] == golden.shape)
    #expect(image.header.volumes == golden.volumes)
    #expect(grid.orientation.towards == golden.towards)
    let rows = try #require(golden.affine)
    for row in 0..<3 {
      let found = [grid.affine.x[row], grid.affine.y[row], grid.affine.z[row], grid.affine.origin[row]]
      for (a, b) in zip(found, rows[row]) { #expect(abs(a - b) <= Self.affineTolerance) }
    }
    let scale = voxels.reduce(1) { max($0, abs(Double($1))) }
    for voxel in try #require(golden.voxels) {
      let found = Double(image.volume[Int(voxel[0]), Int(voxel[1]), Int(voxel[2])])
      #expect(abs(found - voxel[3]) <= Self.valueTolerance * scale)
    }
    let limit = Self.valueTolerance * scale * Double(voxels.count)
    #expect(abs(Self.sum(voxels) - golden.sum!) <= limit)
    let last = try NIfTI.read(golden.path, volume: image.header.volumes - 1)
    #expect(abs(Self.sum(last.volume.voxels) - golden.last!) <= limit)
    if let note = golden.note { #expect(image.notes.contains { $0.contains(note) }, "\(image.notes)") }
  }

  static func sum(_ voxels: [Float]) -> Double { voxels.reduce(0) { $0 + Double($1) } }

  @Test func ordinaryFilesGiveNoNotes() throws {
    for name in ["int16-little.nii", "float32-big.nii", "version2-int16-big.nii", "orientation-LAS.nii.gz", "two-members.nii.gz"] {
      #expect(try NIfTI.read(Golden.path(name)).notes == [])
    }
  }

  @Test func headerTellsTheFile() throws {
    let header = try NIfTI.header(of: Golden.path("version2-int16-big.nii"))
    #expect(header.version == .two && header.isBigEndian && !header.isPair)
    #expect(header.dataType == 4 && header.sformCode == 1 && header.qformCode == 1)
    #expect(try NIfTI.header(of: Golden.path("pair-little.img.gz")).isPair)
  }
}
