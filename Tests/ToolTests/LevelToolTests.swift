import Datasets
import Files
import Foundation
import Morphometry
import NIfTI
import Numerics
import Simulation
import Testing

/// `softcord label` and `softcord area`, on a person whose discs are known.
@Suite(.serialized) struct LevelToolTests {
  /// A neck in T2w, from the skull to the chest.
  private func scan(in folder: String) throws -> (path: String, truth: [Int: SIMD3<Double>], neck: Neck) {
    var generator = Generator(seed: 77)
    let neck = Neck(generator: &generator)
    var settings = SimulationSettings.standard
    settings.protocols["T2w"]!.matrix = [32, 112, 160]
    settings.protocols["T2w"]!.spacing = [1.6, 1.2, 1.2]
    settings.protocols["T2w"]!.front = 14
    settings.protocols["T2w"]!.offset = 0
    let acquisition = Acquisition.standard(.t2w, for: neck, settings: settings, generator: &generator)
    let sight = Sight(of: neck, by: acquisition)
    let path = folder + "/sub-01_T2w.nii.gz"
    try NIfTI.write(acquire(neck, acquisition).image, to: path)
    let truth = neck.discs.indices.map { ($0 + 1, sight.world(ofPerson: neck.discEdge($0 + 1))) }
    return (path, Dictionary(uniqueKeysWithValues: truth), neck)
  }

  /// The rows of a table in JSON.
  private func rows(of result: Tool.Result) throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    return try #require(object?["rows"] as? [[String: Any]])
  }

  @Test func discsHaveTheirNumbersAndMeasureTakesThem() throws {
    try withTemporaryFolder { folder in
      let (path, truth, neck) = try scan(in: folder)
      let done = try Tool.run("segment", path)
      #expect(done.status == 0, "\(done)")
      let labelled = try Tool.run("label", path, "--mask", folder + "/sub-01_space-T2w_label-SC_probseg.nii.gz")
      #expect(labelled.status == 0, "\(labelled)")
      let discs = folder + "/sub-01_space-T2w_seg-discs_dseg.nii.gz"
      let sidecar = try #require(DiscSidecar(beside: discs))
      let marks = try #require(sidecar.marks).filter { $0.label < 50 }
      #expect(marks.count >= 6)
      for mark in marks {
        let (place, own) = (SIMD3(mark.position[0], mark.position[1], mark.position[2]), truth[mark.label]!)
        // Nearer to its own disc than to any other, by far.
        #expect((place - own).length < 6, "\(mark)")
        #expect(mark.interval[0] <= 0 && mark.interval[1] >= 0)
      }
      // Each label is a voxel of the image.
      let labels = try Labels(in: NIfTI.labels(discs).volume)
      #expect(Set(labels.points.keys).subtracting([50]) == Set(marks.map(\.label)))
      let table = try Tool.run(
        "measure", folder + "/sub-01_space-T2w_label-SC_probseg.nii.gz", "--discs", "auto", "--per", "level", "--vertebrae", "3:4",
        "--format", "json")
      #expect(table.status == 0, "\(table)")
      let found = try rows(of: table)
      #expect(found.count == 2)
      for (row, level) in zip(found, [3, 4]) {
        let area = try #require(row["csa_mm2"] as? Double)
        #expect(abs(area / neck.trueArea(level: level) - 1) < 0.06)
        #expect((row["numbering_probability"] as? Double).map { $0 > 0.8 } == true)
      }
    }
  }

  @Test func areaIsOneRowAndSaysWhyWhereItIsNotKnown() throws {
    try withTemporaryFolder { folder in
      let (path, _, neck) = try scan(in: folder)
      let done = try Tool.run("area", path, "--vertebrae", "C3:C4", "--format", "json", "--qc", folder + "/qc")
      #expect(done.status == 0, "\(done)")
      let found = try rows(of: done)
      let area = try #require(found.first?["csa_mm2"] as? Double)
      let truth = neck.cord.meanArea(from: neck.discs[2], to: neck.discs[4])
      #expect(abs(area / truth - 1) < 0.05)
      let bounds = try (#require(found[0]["csa_lower_mm2"] as? Double), #require(found[0]["csa_upper_mm2"] as? Double))
      #expect(bounds.0 < area && area < bounds.1)
      #expect(FileManager.default.fileExists(atPath: folder + "/qc/sub-01_T2w_levels.png"))
      // Lumbar vertebrae are not in it; and nothing is sure enough for somebody who asks for certainty.
      for arguments in [["--vertebrae", "L1"], ["--least", "1"]] {
        let refused = try Tool.run(arguments: ["area", path, "--format", "json"] + arguments)
        #expect(refused.status == 5, "\(refused)")
        let row = try rows(of: refused)
        #expect(row.count == 1 && row[0]["csa_mm2"] as? Double == nil && (row[0]["remark"] as? String)?.isEmpty == false)
      }
      #expect(try Tool.run("label", path, "--least", "1").status == 5)
      #expect(!FileManager.default.fileExists(atPath: folder + "/sub-01_space-T2w_seg-discs_dseg.nii.gz"))
      for wrong in [["--label", "C3"], ["--label", "Q3@1"], ["--least", "0"], ["--label", "C3@1", "--labels", "x.nii"]] {
        #expect(try Tool.run(arguments: ["label", path] + wrong).status == 64)
      }
      #expect(try Tool.run("label", path, "--label", "C3@900").status == 65)
    }
  }
}
