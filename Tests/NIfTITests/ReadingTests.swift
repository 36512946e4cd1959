import Foundation
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

  /// Several volumes are averaged where they are finite; one that is not finite anywhere is left out and named.
  @Test func meansLeaveOutWhatIsNotFinite() throws {
    let count = 60_000  // more than one chunk
    let folder = try Scratch()
    func read(_ volumes: [[Float]]) throws -> NIfTIImage {
      let grid = Grid(shape: [200, 100, 3], affine: .identity)
      let path = folder.path("series.nii")
      try NIfTI.write(Volume(repeating: 0, grid: grid), to: path)
      var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)).prefix(352))
      withUnsafeBytes(of: Int16(4).littleEndian) { bytes.replaceSubrange(40..<42, with: $0) }
      withUnsafeBytes(of: Int16(volumes.count).littleEndian) { bytes.replaceSubrange(48..<50, with: $0) }
      for volume in volumes { volume.withUnsafeBytes { bytes += $0 } }
      return try NIfTI.read(try folder.file("series.nii", bytes))
    }
    let (a, b) = ((0..<count).map { Float($0) }, (0..<count).map { Float(3 * $0) })
    let none = [Float](repeating: .nan, count: count)
    let plain = try read([a, b])
    #expect(plain.notes == ["mean of 2 volumes"])
    for series in [[a, none, b], [none, a, b]] {
      let image = try read(series)
      #expect(image.volume.voxels == plain.volume.voxels)
      let empty = series[1][0].isNaN ? 1 : 0
      #expect(image.notes == ["mean of 2 volumes", "volume \(empty) (from 0) holds no finite number and is left out"])
    }
    var holes = a
    (holes[5], holes[50_000]) = (.nan, -.infinity)
    var others = b
    others[5] = .nan
    let image = try read([holes, others])
    #expect(image.volume.voxels[50_000] == 150_000 && image.volume.voxels[5] == 0 && image.volume.voxels[6] == 12)
    #expect(image.notes.contains("1 voxels are NaN or infinite in some volumes; their mean is over the others"))
    #expect(image.notes.contains { $0.hasPrefix("1 voxels are NaN or infinite; 0 is used") })
    #expect(throws: NIfTIError.self) { try read([none, none]) }
  }
}
