import Foundation
import NIfTI
import Testing
import Volumes

/// Masks that are no plain cord: a clear message or a flagged row, never a silent number.
@Suite struct MeasureBadMaskTests {
  /// Measures a changed mask of a short straight cord.
  private func measure(_ change: (inout Volume) -> Void) throws -> (Tool.Result, WrittenTable) {
    try withTemporaryFolder { folder in
      var mask = MeasureOutputTests.short.cord
      change(&mask)
      try NIfTI.write(mask, to: folder + "/mask.nii.gz")
      let result = try Tool.run("measure", "mask.nii.gz", "--format", "tsv", in: folder)
      return (result, WrittenTable(result.output))
    }
  }

  @Test(arguments: [("values to 255", "divide it by 255"), ("below zero", "0 to 1, was expected"), ("all NaN", "NaN")])
  func areRefused(kind: String, message: String) throws {
    let (result, _) = try measure { mask in
      switch kind {
      case "values to 255": for i in mask.voxels.indices { mask.voxels[i] *= 255 }
      case "below zero": mask[3, 3, 3] = -0.5
      default: for i in mask.voxels.indices { mask.voxels[i] = .nan }
      }
    }
    #expect(result.status == 65 && result.output.isEmpty)
    #expect(result.error.contains("mask.nii.gz") && result.error.contains(message), "\(result.error)")
  }

  @Test func someThatAreNoNumbersAreTakenForNothingAndSaid() throws {
    let (result, table) = try measure { $0[15, 15, 30] = .nan }
    #expect(result.status == 0 && result.error.contains("1 voxels are NaN or infinite"))
    let areas = table.numbers("csa_mm2").compactMap { $0 }
    // One voxel of 1 mm² within the cord.
    #expect(abs(areas[29] - areas[30] - 1) < 0.1)
  }

  @Test func aCordThatForksAndStopsIsFlagged() throws {
    let (result, table) = try measure { mask in
      for z in 20..<26 { for y in 0..<32 { for x in 15..<17 { mask[x, y, z] = 0 } } }
      for z in 50..<70 { for y in 0..<32 { for x in 0..<32 { mask[x, y, z] = 0 } } }
    }
    #expect(result.status == 0, "\(result.error)")
    #expect(table.rows.count == 50)
    let flags = table.texts("flags")
    for slice in 20..<26 { #expect(flags[slice].contains("fork"), "slice \(slice)") }
    #expect(flags[49].contains("end_of_cord"))
  }
}
