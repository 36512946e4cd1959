import Foundation
import NIfTI
import Testing
import Volumes

@Suite struct EvaluateToolTests {
  /// An upright soft cylinder.
  private func cord(radius: Double, shape: SIMD3<Int> = SIMD3(24, 24, 30)) -> Volume {
    var mask = Volume(repeating: 0, grid: Grid(shape: shape, affine: Affine(spacing: .one)))
    for z in 0..<shape.z {
      for y in 0..<shape.y {
        for x in 0..<shape.x {
          let place = SIMD2(Double(x) - 12, Double(y) - 12)
          mask[x, y, z] = Float(min(max(radius + 0.5 - (place * place).sum().squareRoot(), 0), 1))
        }
      }
    }
    return mask
  }

  /// Predictions a tenth too wide for two people in two contrasts, one of them without prediction, one prediction on another grid.
  private func write(to folder: String) throws {
    for part in ["p", "r"] { try FileManager.default.createDirectory(atPath: "\(folder)/\(part)", withIntermediateDirectories: true) }
    for (index, scan) in ["sub-01_T1w", "sub-01_T2w", "sub-02_T1w", "sub-02_T2w"].enumerated() {
      let radius = 5 + 0.2 * Double(index)
      try NIfTI.write(cord(radius: radius), to: "\(folder)/r/\(scan)_label-SC_seg.nii.gz")
      if index < 3 {
        try NIfTI.write(cord(radius: radius * 1.1), to: "\(folder)/p/\(scan.replacing("_", with: "_space-"))_label-SC_probseg.nii.gz")
      }
    }
  }

  @Test func foldersAreEvaluatedWithTablesAndAReport() throws {
    try withTemporaryFolder { folder in
      try write(to: folder)
      try "participant_id\tsite\nsub-01\tA\nsub-02\tB\n".write(toFile: folder + "/participants.tsv", atomically: true, encoding: .utf8)
      let result = try Tool.run("evaluate", folder + "/p", folder + "/r", "--group", "site", "--output-dir", folder + "/out")
      // A reference that nothing was predicted for is not forgotten.
      #expect(result.status == 1 && result.error.contains("sub-02_T2w_label-SC_seg.nii.gz: has no prediction"))
      let scans = try WrittenTable(String(contentsOfFile: folder + "/out/scans.tsv", encoding: .utf8))
      #expect(scans.rows.count == 3)
      for error in scans.numbers("area_error_percent") { #expect(abs((error ?? 0) - 21) < 1) }
      let summary = try WrittenTable(String(contentsOfFile: folder + "/out/summary.tsv", encoding: .utf8))
      #expect(Set(summary.texts("name")) == ["all", "T1w", "T2w", "A", "B"])
      for file in ["scans.json", "summary.json", "evaluation.json", "calibration.json"] {
        #expect(try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/out/\(file)"))) is [String: Any])
      }
      #expect(try String(contentsOfFile: folder + "/out/report.html", encoding: .utf8).contains("Reliability of soft values"))
    }
  }

  @Test func whatCannotBeEvaluatedIsSaidInOneLine() throws {
    try withTemporaryFolder { folder in
      let (one, other, empty) = (folder + "/one.nii.gz", folder + "/other.nii.gz", folder + "/empty.nii.gz")
      try NIfTI.write(cord(radius: 5), to: one)
      try NIfTI.write(cord(radius: 5, shape: SIMD3(24, 24, 31)), to: other)
      try NIfTI.write(cord(radius: -9), to: empty)
      let grids = try Tool.run("evaluate", one, other)
      #expect(grids.status == 65 && grids.error.contains("24 × 24 × 30 and 24 × 24 × 31"))
      #expect(try Tool.run("evaluate", one, folder + "/none.nii.gz").status == 66)
      let nothing = try WrittenTable(Tool.run("evaluate", empty, one).output)
      #expect(nothing.texts("assd_mm") == ["n/a"] && nothing.texts("dice") == ["0.0"])
      #expect(nothing.texts("not_computable")[0].contains("assd_mm, hd95_mm: no voxel of the prediction is above 0.5"))
    }
  }

  @Test func methodsAreComparedAndIdenticalOnesNamed() throws {
    try withTemporaryFolder { folder in
      try write(to: folder)
      let same = try Tool.run("compare", "a=\(folder)/r", "b=\(folder)/r", "--margin", "1")
      #expect(same.status == 0 && same.error.contains("no labels were given"))
      let rows = WrittenTable(same.output).rows
      let test = rows.first { $0["analysis"] == "wilcoxon" && $0["quantity"] == "area" }
      #expect(test?["value"] == "n/a" && test?["not_computable"] == "all differences are zero: the two are identical")
      #expect(!same.output.contains("nan") && !same.output.contains("inf"))
      let part = try Tool.run("compare", "p=\(folder)/p", "r=\(folder)/r", "--output-dir", folder + "/out")
      #expect(part.status == 0 && part.error.contains("left out: 02 T2w level all: missing in p"))
      #expect(try String(contentsOfFile: folder + "/out/report.html", encoding: .utf8).contains("SD across contrasts"))
      #expect(try Tool.run("compare", "p=\(folder)/p", "p=\(folder)/r").status == 64)
    }
  }

  @Test func driftEndsWithAStatusAndABridgeMendsIt() throws {
    try withTemporaryFolder { folder in
      func table(_ name: String, _ factor: Double) throws -> String {
        let rows = (1...6).flatMap { person in
          ["T1w", "T2w"].map { "sub-0\(person)\t\($0)\t3\t\(factor * (60 + Double(person)) * (1 + 0.0004 * Double(person % 3 - 1)))" }
        }
        let path = "\(folder)/\(name).tsv"
        try (["participant_id\tseries\tlevel\tcsa_mm2"] + rows).joined(separator: "\n").appending("\n")
          .write(toFile: path, atomically: true, encoding: .utf8)
        return path
      }
      let (old, near, far) = (try table("old", 1), try table("near", 1.003), try table("far", 1.04))
      #expect(try Tool.run("compare", "drift", old, near).status == 0)
      let bridge = folder + "/bridge.json"
      let drifted = try Tool.run("compare", "drift", old, far, "--bridge", bridge)
      #expect(drifted.status == 3 && drifted.error.contains("3 drift"))
      let mended = folder + "/mended.tsv"
      #expect(try Tool.run("compare", "bridge", bridge, old, "-o", mended).status == 0)
      #expect(try Tool.run("compare", "drift", mended, far).status == 0)
      #expect(try Tool.run("compare", "bridge", bridge, mended).status == 65)
      #expect(try Tool.run("compare", "drift", folder, far).status == 64)
    }
  }

  /// Tables that measure writes are compared, whatever their format; levels are taken together.
  @Test func measuredTablesAreCompared() throws {
    try withTemporaryFolder { folder in
      try write(to: folder)
      let masks = try ["01_T1w", "01_T2w", "02_T1w", "02_T2w"].map { name in
        let path = "\(folder)/r/sub-\(name)_label-SC_seg.nii.gz"
        var levels = try NIfTI.read(path).volume
        for z in 0..<levels.grid.shape.z {
          for y in 0..<24 { for x in 0..<24 { levels[x, y, z] = z < 4 ? 4 : z < 14 ? 3 : z < 26 ? 2 : 1 } }
        }
        try NIfTI.write(levels, to: folder + "/levels.nii.gz")
        return path
      }
      for name in ["by-level.csv", "by-level.tsv"] {
        let measured = try Tool.run(
          arguments: ["measure"] + masks + ["--levels", folder + "/levels.nii.gz", "--per", "level", "-o", "\(folder)/\(name)"])
        #expect(measured.status == 0, "\(measured.error)")
      }
      let range = try Tool.run(
        arguments: ["measure"] + masks + [
          "--levels", folder + "/levels.nii.gz", "--per", "range", "--vertebrae", "2:3", "-o", folder + "/range.csv",
        ])
      #expect(range.status == 0, "\(range.error)")
      for (first, second) in [("by-level.csv", "by-level.tsv"), ("by-level.csv", "range.csv")] {
        let result = try Tool.run("compare", "a=\(folder)/\(first)", "b=\(folder)/\(second)", "--vertebrae", "2:3")
        #expect(result.status == 0, "\(result.error)")
        let bias = WrittenTable(result.output).rows.first { $0["analysis"] == "bland_altman_bias" && $0["quantity"] == "area" }
        #expect(abs(Double(bias?["value"] ?? "") ?? 1) < 0.001, "\(String(describing: bias))")
      }
    }
  }

  @Test func tablesUnderTheEndingOfASpreadsheetAreRefused() throws {
    try withTemporaryFolder { folder in
      try write(to: folder)
      let mask = folder + "/r/sub-01_T1w_label-SC_seg.nii.gz"
      for arguments in [["measure", mask], ["compare", "a=\(folder)/r", "b=\(folder)/r"], ["evaluate", mask, mask]] {
        let result = try Tool.run(arguments: arguments + ["-o", folder + "/x.xlsx"])
        #expect(result.status == 64 && result.error.contains("x.xlsx: tables are written as .tsv"), "\(result.error)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/x.xlsx"))
      }
    }
  }
}
