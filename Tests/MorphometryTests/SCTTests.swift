import Foundation
import NIfTI
import Testing
import Volumes

@testable import Morphometry

/// `method: .sct` against tools/golden/morphometry_sct.py, and one slice against SCT's own figures.
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
      (.orientation, 5.435920797812814 * .pi / 180), (.eccentricity, 0.7678714078545043), (.solidity, 0.9691052891744933),
    ]
    for (metric, value) in expected {
      let found = try #require(section[metric]).value
      print(metric, found / value - 1)
      #expect(abs(found / value - 1) < 0.001, "\(metric)")
    }
  }

  /// Relative tolerance of area and diameters, and that of angles in degrees.
  static let (tolerance, angleTolerance) = (0.005, 0.2)

  @Test(.enabled(if: hasData, "no scans at $SOFTCORD_DATA or ../shared/data")) func wholeTables() throws {
    let url = try #require(Bundle.module.url(forResource: "Golden/sct", withExtension: "json"))
    let golden = try JSONDecoder().decode([String: [String: [String: Double]]].self, from: Data(contentsOf: url))
    #expect(golden.count == 5)
    for (file, rows) in golden {
      let all = try table(file)
      let slicing = all.centerline.slicing
      #expect(all.compactMap(\.section).count == rows.count)
      var worst: [Metric: Double] = [:]
      for (level, row) in rows {
        let section = try #require(all[slicing.slice(ofLevel: Int(level)!)].section)
        for (name, value) in row {
          // SCT names angles by the axis of the turn, and turns the other way.
          let own: [String: (Metric, Double)] = ["apAngle": (.rlAngle, -1), "rlAngle": (.apAngle, 1), "orientation": (.orientation, -1)]
          let (metric, sign) = try own[name] ?? (#require(Metric(rawValue: name)), 1)
          let found = sign * (try #require(section[metric]).value)
          worst[metric] = max(worst[metric] ?? 0, metric.isAngle ? abs(found * 180 / .pi - value) : abs(found / value - 1))
        }
      }
      print(file, worst.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
      for (metric, error) in worst { #expect(error < (metric.isAngle ? Self.angleTolerance : Self.tolerance), "\(file) \(metric)") }
    }
  }
}
