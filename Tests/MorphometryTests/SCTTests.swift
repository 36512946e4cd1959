import Foundation
import NIfTI
import Testing
import Volumes

@testable import Morphometry

/// `method: .sct` against figures that SCT itself has published. ``SCTGoldenTests`` has whole tables.
struct SCTTests {
  static let data = ProcessInfo.processInfo.environment["SOFTCORD_DATA"] ?? "../shared/data"
  static let hasData = FileManager.default.fileExists(atPath: data + "/sct_testing_data/t2/t2_seg-deepseg_sc-2d.nii.gz")

  private func table(_ file: String) throws -> CordMeasurements {
    try Morphometry.measure(mask: NIfTI.read(Self.data + "/" + file).volume, settings: MeasurementSettings(method: .sct))
  }

  /// Area, AP, RL, orientation, eccentricity and solidity that SCT itself prints for slice 10 from the feet.
  @Test(.enabled(if: hasData, "no scans at $SOFTCORD_DATA or ../shared/data")) func oneSliceOfSCTItself() throws {
    let all = try table("sct_testing_data/t2/t2_seg-deepseg_sc-2d.nii.gz")
    let slicing = all.centerline.slicing
    let section = try #require(all[slicing.slice(ofLevel: 10)].section)
    let expected: [(Metric, Double)] = [
      (.area, 78.58643257836141), (.apDiameter, 7.842507960401277), (.rlDiameter, 12.537767663676533),
      (.orientation, -5.435920797812814 * .pi / 180), (.eccentricity, 0.7678714078545043), (.solidity, 0.9691052891744933),
    ]
    for (metric, value) in expected {
      let found = try #require(section[metric]).value
      #expect(abs(found / value - 1) < Self.digits, "\(metric)")
    }
  }

  /// Two more slices that SCT itself has published: its test of the normalization to PAM50 has this area, which is that of slice 1 and needs
  /// no interpolation; and its issue 3976 shows the first row of a table that git-master-812a8e0 made.
  @Test(.enabled(if: hasData, "no scans at $SOFTCORD_DATA or ../shared/data")) func twoMoreSlicesOfSCTItself() throws {
    let t2 = try table("sct_testing_data/t2/t2_seg-deepseg_sc-2d.nii.gz")
    let second = try #require(t2[t2.centerline.slicing.slice(ofLevel: 1)].section)
    #expect(abs(second.area / 71.96880493869594 - 1) < Self.digits)
    let t1 = try table("sct_testing_data/t1/t1w_seg-manual.nii.gz")
    let first = try #require(t1[t1.centerline.slicing.slice(ofLevel: 0)].section)
    #expect(abs(first.area / 70.18783267281653 - 1) < Self.digits)
    // SCT names angles by the axis that the cord turns about.
    #expect(abs(-(try #require(first[.rlAngle]).value) * 180 / .pi - 2.759028956254652) < Self.digits)
    #expect(abs(try #require(first[.apAngle]).value * 180 / .pi - 13.426794943347216) < Self.digits)
  }

  /// What two orders of summing and two spline fits differ by, with room.
  static let digits = 1e-6
}
