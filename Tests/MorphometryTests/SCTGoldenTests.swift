import Foundation
import NIfTI
import Testing
import Volumes

@testable import Morphometry

/// Tables that Spinal Cord Toolbox itself wrote, row by row: `sct_process_segmentation`, 7.4.dev0 of 2026-08-19.
///
/// They lie beside the masks, outside this repository. `tools/sct_agreement.py` compares the tool's own tables with them, those of simulated masks
/// as well.
struct SCTGoldenTests {
  /// |ours − SCT's| / max(1, |SCT's|) in every column.
  private static let tolerance = 1e-5
  static let folder = SCTTests.data + "/sct_golden"
  static let hasTables = FileManager.default.fileExists(atPath: folder)

  private static let columns: [(name: String, metric: Metric, scale: Double)] = [
    ("area", .area, 1), ("angle_AP", .rlAngle, -180 / .pi), ("angle_RL", .apAngle, 180 / .pi), ("diameter_AP", .apDiameter, 1),
    ("diameter_AP_ellipse", .apDiameterEllipse, 1), ("diameter_RL", .rlDiameter, 1), ("length_anterior", .anteriorLength, 1),
    ("length_posterior", .posteriorLength, 1), ("eccentricity", .eccentricity, 1), ("orientation", .orientation, 180 / .pi),
    ("solidity", .solidity, 1),
  ]

  /// The table's rows by column.
  private static func rows(_ path: String) throws -> [[String: String]] {
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    func fields(_ line: Substring) -> [String] {
      line.split(separator: ",", omittingEmptySubsequences: false).map { $0.replacingOccurrences(of: "\"", with: "") }
    }
    let head = fields(lines[0])
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(head, fields($0))) }
  }

  /// Largest difference of a table's rows, and where.
  private static func worst(_ table: String, mask path: String, levels: ((Volume) throws -> SliceLevels)? = nil) throws -> (Double, String)
  {
    let mask = try NIfTI.read(path).volume
    let found = try Morphometry.measure(mask: mask, settings: MeasurementSettings(method: .sct))
    let slicing = found.centerline.slicing
    let map = try levels?(mask)
    var worst = (0.0, "")
    for row in try rows(table) {
      let slices: [Int]
      if let level = row["VertLevel"], !level.isEmpty {
        let ends = level.split(separator: ":").map { Int($0)! }
        slices = try #require(map).slices(of: ends[0]...ends.last!)
        let fromFeet = slices.map(slicing.slice(ofLevel:)).sorted()
        let name = fromFeet.count == 1 ? "\(fromFeet[0])" : "\(fromFeet.first!):\(fromFeet.last!)"
        #expect(name == row["Slice (I->S)"], "\(table) level \(level)")
      } else {
        slices = [slicing.slice(ofLevel: Int(row["Slice (I->S)"]!)!)]
      }
      let summary = found.summary(over: slices.map { ($0, 1) })
      func compare(_ column: String, _ ours: Double?) {
        guard let theirs = Double(row[column]!) else { return #expect(ours == nil, "\(table) \(column)") }
        let difference = ours.map { abs($0 - theirs) / max(1, abs(theirs)) } ?? .infinity
        if !(difference <= worst.0) { worst = (difference, "\(column) of slice \(row["Slice (I->S)"]!)") }
      }
      for (name, metric, scale) in columns {
        let spread = summary?.spreads[metric]
        let count = Double(summary?.slices.count ?? 1)
        compare("MEAN(\(name))", spread.map { $0.mean * scale })
        compare("STD(\(name))", spread.map { ($0.standardDeviation ?? 0) * ((count - 1) / count).squareRoot() * abs(scale) })
      }
      compare("SUM(length)", summary?[.length]?.value)
    }
    return worst
  }

  private static func tables(_ folder: String, ending: String) throws -> [(name: String, path: String)] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { $0.hasSuffix(ending) }
      .map { (String($0.dropLast(ending.count)), "\(folder)/\($0)") }
  }

  @Test(.enabled(if: hasTables, "no tables of SCT at $SOFTCORD_DATA or ../shared/data")) func everySlice() throws {
    let masks = try #require(FileManager.default.enumerator(atPath: SCTTests.data)).compactMap { $0 as? String }.filter {
      $0.hasSuffix(".nii.gz")
    }
    let names = Dictionary(
      masks.map { ("real_" + $0.dropLast(7).replacingOccurrences(of: "/", with: "_"), SCTTests.data + "/" + $0) },
      uniquingKeysWith: { a, _ in a })
    var compared = 0
    for (name, table) in try Self.tables(Self.folder + "/sct", ending: "_perslice.csv") {
      let soft = Self.folder + "/masks/" + name.dropFirst("soft_".count) + ".nii.gz"
      guard let mask = name.hasPrefix("soft_") ? soft : names[name] else { continue }
      let (difference, place) = try Self.worst(table, mask: mask)
      #expect(difference < Self.tolerance, "\(name): \(place)")
      compared += 1
    }
    #expect(compared == 43)
  }

  /// Small masks that are unusual. What is no mask is refused instead.
  @Test(.enabled(if: hasTables, "no tables of SCT at $SOFTCORD_DATA or ../shared/data")) func unusualMasks() throws {
    for (name, table) in try Self.tables(Self.folder + "/edge", ending: "_sct.csv") {
      let mask = "\(Self.folder)/edge/masks/\(name).nii.gz"
      if ["negative", "values255"].contains(name) {
        #expect(throws: MorphometryError.self) { try Self.worst(table, mask: mask) }
      } else {
        let (difference, place) = try Self.worst(table, mask: mask)
        #expect(difference < Self.tolerance, "\(name): \(place)")
      }
    }
  }

  @Test(.enabled(if: hasTables, "no tables of SCT at $SOFTCORD_DATA or ../shared/data")) func levels() throws {
    let labels = [
      "PAM50": ("template/PAM50_cord", "template/PAM50_label_disc", "template/PAM50_levels"),
      "PAM50small": ("template/PAM50_small_cord", "template/PAM50_small_label_disc", "template/PAM50_small_levels"),
      "t2": ("sct_testing_data/t2/t2_seg-deepseg_sc-2d", "sct_testing_data/t2/labels", "sct_testing_data/t2/t2_seg-manual_labeled"),
      "errsm_18": ("errsm_18/T2w_seg-manual", "errsm_18/T2w_landmarks_C2_T2", ""),
    ]
    var compared = 0
    for ending in ["_discs_perlevel.csv", "_discs_range23.csv", "_levels_perlevel.csv", "_levels_range23.csv"] {
      for (name, table) in try Self.tables(Self.folder + "/sct", ending: ending) {
        // The disc of T2 lies one slice higher here than where SCT projects it: docs/morphometry.md.
        if name == "errsm_11" { continue }
        guard let (mask, discs, levels) = labels[name] else { continue }
        func path(_ file: String) -> String { "\(SCTTests.data)/\(file).nii.gz" }
        let (difference, place) = try Self.worst(table, mask: path(mask)) { mask in
          try ending.hasPrefix("_discs")
            ? SliceLevels(discs: Labels(in: NIfTI.read(path(discs)).volume), of: mask)
            : SliceLevels(mask: Labels(in: NIfTI.read(path(levels)).volume), of: mask)
        }
        #expect(difference < Self.tolerance, "\(name)\(ending): \(place)")
        compared += 1
      }
    }
    #expect(compared == 13)
  }

  /// Rows of SCT for a column of one voxel in each slice, and of two side by side.
  @Test func oneAndTwoVoxels() throws {
    let grid = Grid(shape: [52, 60, 55], affine: Affine(spacing: .one))
    var mask = Volume(repeating: 0, grid: grid)
    for z in 0..<55 { mask[24, 28, z] = 1 }
    let settings = MeasurementSettings(method: .sct)
    let one = try #require(Morphometry.measure(mask: mask, settings: settings)[30].section)
    for z in 0..<55 { mask[23, 28, z] = 1 }
    let two = try #require(Morphometry.measure(mask: mask, settings: settings)[30].section)
    let expected: [(Metric, Double, Double)] = [
      (.area, 1, 2), (.apDiameter, 0.3332659949494091, 0.6666666666666665), (.apDiameterEllipse, 0.8869423130433381, 1.0583005244258363),
      (.rlDiameter, 0.8869423130433381, 1.9287301521985911), (.anteriorLength, 0.19760536952045699, 0.3966666666666665),
      (.posteriorLength, 0.1356606254289521, 0.2700000000000001), (.eccentricity, 0, 0.8360171835451684), (.orientation, -.pi / 4, 0),
      (.solidity, 1, 1), (.length, 1, 1), (.apAngle, 0, 0), (.rlAngle, 0, 0),
    ]
    for (metric, first, second) in expected {
      #expect(abs(one[metric]!.value - first) < 1e-9, "\(metric)")
      #expect(abs(two[metric]!.value - second) < 1e-9, "\(metric)")
    }
  }
}

/// Against SciPy's splrep: tools/golden/splines.py.
struct FittedSplineTests {
  struct Case: Decodable {
    let x, y, slopes: [Double]
    let bound: Double
    let degree, knots: Int
  }

  @Test func slopesAreThoseOfFITPACK() throws {
    let url = try #require(Bundle.module.url(forResource: "Golden/splines", withExtension: "json"))
    for golden in try JSONDecoder().decode([Case].self, from: Data(contentsOf: url)) {
      let spline = FittedSpline(x: golden.x, y: golden.y, bound: golden.bound, degree: golden.degree)
      for (x, slope) in zip(golden.x, golden.slopes) {
        #expect(abs(spline.derivative(x) - slope) < 1e-9, "\(golden.x.count) points at \(x)")
      }
    }
  }
}
