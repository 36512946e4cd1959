import Evaluation
import Foundation
import Testing

@Suite struct DriftTests {
  private let old = try? ComparisonTests.table("old", offsets: ComparisonTests.biased)

  private func scaled(_ factor: Double, noise: Double = 0, without missing: String? = nil) throws -> AreaTable {
    let old = try #require(old)
    let records = old.records.filter { $0.person != missing }.enumerated().map { index, record in
      var record = record
      record.area *= factor * (1 + noise * (index % 2 == 0 ? 1 : -1) * Double(index % 5))
      return record
    }
    return try AreaTable(name: "new", records: records)
  }

  @Test func verdicts() throws {
    let old = try #require(old)
    #expect(Drift(from: old, to: try scaled(1), tolerance: 0.01).passes)
    #expect(Drift(from: old, to: try scaled(1.004, noise: 0.0005), tolerance: 0.01).passes)
    let moved = Drift(from: old, to: try scaled(1.03, noise: 0.0005), tolerance: 0.01)
    #expect(moved.levels.map(\.verdict) == [.drift] && !moved.passes)
    #expect(abs(try moved.levels[0].factor.get() - 1.03) < 2e-3 && moved.levels[0].interval.value?.contains(1.03) == true)
    #expect(Drift(from: old, to: try scaled(1.009, noise: 0.02), tolerance: 0.01).levels[0].verdict == .undecided)
    let part = Drift(from: old, to: try scaled(1, without: "04"), tolerance: 0.01)
    #expect(part.levels[0].verdict == .incomplete && part.levels[0].missing.count == 3)
    let alone = try AreaTable(name: "alone", records: old.records.filter { $0.person == "01" })
    let single = Drift(from: alone, to: alone, tolerance: 0.01)
    #expect(single.levels[0].verdict == .undecided && single.levels[0].interval.reason == "one person only")
    for drift in [moved, part, single] { drift.table.explainsItsGaps() }
  }

  @Test func aBridgeTakesTheDriftAway() throws {
    try withTemporaryFolder { folder in
      let old = try #require(old)
      let new = try scaled(1.03)
      let bridge = Bridge(Drift(from: old, to: new, tolerance: 0.01), fromSHA256: "aa", toSHA256: "bb")
      let (file, table) = (folder + "/bridge.json", folder + "/old.tsv")
      try Data(bridge.fileBytes).write(to: URL(fileURLWithPath: file))
      #expect(try Bridge(contentsOf: file) == bridge)
      let rows = old.records.map { "\($0.person)\t\($0.series ?? "")\t\($0.level)\t\($0.area)\t\($0.area - 2)\t\($0.area + 2)\t7.5" }
      let text =
        (["participant_id\tseries\tlevel\tcsa_mm2\tcsa_mm2_lower\tcsa_mm2_upper\tap_diameter_mm"] + rows + ["01\tT2w\t7\t50\t48\t52\t7"])
      try text.joined(separator: "\n").appending("\n").write(toFile: table, atomically: true, encoding: .utf8)
      let rescaled = try bridge.rescaled(table)
      try rescaled.write(to: folder + "/new.tsv", as: .tsv)
      let again = try AreaTable(contentsOf: folder + "/new.tsv", name: "rescaled")
      for record in new.records { #expect(abs((again.area(record.person, record.series!, level: "2:3") ?? 0) / record.area - 1) < 1e-12) }
      // The row of another level has no factor, and says so; nothing else was touched.
      #expect(again.gaps.count == 1)
      #expect(rescaled.rows.last?.last == .text("no factor for level 7"))
      #expect(rescaled.rows[0][6] == .text("7.5"))
      #expect(rescaled.columns.map(\.name).suffix(3) == ["csa_mm2_unbridged", "bridge_factor", "bridge"])
      #expect(throws: EvaluationError.self) { try bridge.rescaled(folder + "/new.tsv") }
      #expect(throws: EvaluationError.self) { try Bridge(contentsOf: table) }
    }
  }
}
