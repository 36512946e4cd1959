import Datasets
import Foundation
import Morphometry
import Numerics
import Testing
import Volumes

@testable import Evaluation

@Suite struct MetricTests {
  /// Distances against a search over all pairs.
  @Test func distancesAreExact() {
    var generator = Generator(seed: 3)
    let (shape, spacing) = (SIMD3(7, 5, 6), SIMD3(0.5, 1.2, 3))
    for share in [0.02, 0.2, 0.9] {
      let features = (0..<shape.x * shape.y * shape.z).map { _ in generator.uniform(0, 1) < share }
      func place(_ offset: Int) -> SIMD3<Double> {
        SIMD3(Double(offset % shape.x), Double(offset / shape.x % shape.y), Double(offset / (shape.x * shape.y))) * spacing
      }
      let found = DistanceMap(to: features, shape: shape, spacing: spacing).distances
      for offset in features.indices {
        let expected = features.indices.filter { features[$0] }.map { (place($0) - place(offset)).length }.min() ?? .infinity
        #expect(found[offset] == expected || abs(found[offset] - expected) < 1e-12)
      }
    }
  }

  @Test func equalMasksAreAtNoDistance() throws {
    let mask = Phantom.cord()
    let surface = try SurfaceDistances(of: mask, from: mask)
    #expect(surface.average == 0 && surface.percentile95 == 0 && surface.maximum == 0)
    let line = try CenterlineDistance(of: mask, from: mask)
    #expect(line.mean < 1e-9 && line.slices == 40)
    let calibration = try Calibration(of: mask, with: mask)
    #expect(calibration.expectedError == 0 && calibration.bias == 0 && calibration.edgeBias == 0)
  }

  @Test func shiftedCordsAreAsFarAsTheyWereShifted() throws {
    let (mask, moved) = (Phantom.cord(), Phantom.cord(center: SIMD2(17, 15)))
    let surface = try SurfaceDistances(of: moved, from: mask)
    #expect(surface.maximum == 2 && surface.average > 0.5 && surface.average < 2)
    #expect(abs(try CenterlineDistance(of: moved, from: mask).mean - 2) < 0.02)
    // Distances are in mm, not in voxels.
    let coarse = Phantom.cord(spacing: SIMD3(0.5, 0.5, 5))
    #expect(throws: NotComputable.self) { try SurfaceDistances(of: coarse.map { $0 * 0.4 }, from: coarse) }
  }

  @Test func calibrationSeesWhatIsTooFaint() throws {
    let mask = Phantom.cord()
    let faint = try Calibration(of: mask.map { $0 * 0.8 }, with: mask)
    // All that is lost is a fifth of the occupancy.
    let lost = 0.2 * mask.voxels.reduce(0) { $0 + Double($1) } / Double(faint.voxels)
    #expect(abs(faint.bias + lost) < 1e-6)
    #expect(abs(faint.expectedError - lost) < 1e-6)
    #expect(faint.bins[9].count == 0 && faint.bins[9].meanPrediction == nil)
    var twice = faint
    twice.merge(faint)
    #expect(twice.voxels == 2 * faint.voxels && abs(twice.expectedError - faint.expectedError) < 1e-12)
    // Too generous by half a voxel all round: the edge's bias is positive.
    #expect((try Calibration(of: Phantom.cord(radius: 5.5), with: mask).edgeBias ?? 0) > 0.1)
  }

  @Test func levelsHaveTheirAreas() throws {
    let mask = Phantom.cord(radius: 5)
    let labels = LevelLabels.discs(Phantom.discs([3: 35, 4: 20, 5: 5], like: mask))
    let areas = try CordAreas(of: mask, labels: labels)
    #expect(areas.completeLevels == [3, 4])
    // The cord is upright and its voxels have 1 mm: a slice's sum is its area.
    let expected = mask.voxels[..<900].reduce(0) { $0 + Double($1) }
    #expect(abs(try areas.area(of: 3...4).get().value / expected - 1) < 2e-3)
    #expect(areas.area(of: 3...7).reason?.contains("C3–C7") == true)
    #expect(try CordAreas(of: mask).area(of: 3...3).reason == "no labels of discs or levels were given")
    #expect(abs(try areas.wholeArea.get().value / expected - 1) < 2e-3)
  }

  private static let pair = MaskPair(scan: ScanIdentity(person: "1", contrast: "T2w"), prediction: "p.nii", reference: "r.nii")

  private func evaluate(_ prediction: Volume, _ reference: Volume, _ companions: ScanEvaluation.Companions = .init()) throws
    -> ScanEvaluation
  {
    try ScanEvaluation(of: prediction, with: reference, pair: Self.pair, companions: companions)
  }

  @Test func lesionsAndCompressions() throws {
    let shape = SIMD3(30, 30, 120)
    let truth = Phantom.cord(shape: shape)
    // In the lesion the prediction holds half of the cord.
    var (lesion, prediction) = (truth.map { _ in 0 }, truth)
    for offset in lesion.voxels.indices where (50..<70).contains(offset / 900) && truth.voxels[offset] > 0 {
      lesion.voxels[offset] = 1
      prediction.voxels[offset] *= 0.5
    }
    let scan = try evaluate(prediction, truth, .init(regions: [Region(.lesion, mask: lesion), Region(.compression, mask: lesion)]))
    let score = scan.regions[0]
    #expect(abs(try score.sensitivity.get() - 0.5) < 1e-6)
    #expect(abs(try score.elsewhere.get() - 1) < 1e-6)
    #expect(abs(try score.area.get().relative + 0.5) < 1e-3)
    #expect(abs(try scan.regions[1].compression.get().reference) < 0.5)
    #expect(scan.regions[0].kind == .lesion)
    let table = Evaluation([scan]).scanTable
    #expect(
      table.columns.contains { $0.name == "lesion_sensitivity" } && table.columns.contains { $0.name == "compression_mscc_error_percent" })
  }

  @Test func whatIsMissingIsExplained() throws {
    let (mask, empty) = (Phantom.cord(), Phantom.cord().map { _ in 0 })
    let nothing = try evaluate(empty, mask)
    #expect(nothing.dice.value == 0 && nothing.volumeError.value == -1)
    #expect(
      nothing.surface.reason == "no voxel of the prediction is above 0.5" && nothing.area.reason != nil && nothing.centerline.reason != nil)
    let untrue = try evaluate(mask, empty)
    #expect(untrue.volumeError.reason == "the reference is empty" && untrue.dice.value == 0)
    let neither = try evaluate(empty, empty)
    #expect(neither.dice.reason == "both masks are empty" && neither.calibration.reason == "both masks are empty")
    for table in [Evaluation([nothing, untrue, neither]), Evaluation([neither])].flatMap(\.tables) { table.table.explainsItsGaps() }
  }

  @Test func otherGridsAndValuesAreRefused() throws {
    let mask = Phantom.cord()
    #expect(throws: EvaluationError.self) { try evaluate(Phantom.cord(shape: SIMD3(30, 30, 41)), mask) }
    #expect(throws: EvaluationError.self) { try evaluate(Phantom.cord(spacing: SIMD3(1, 1, 2)), mask) }
    #expect(throws: EvaluationError.self) { try evaluate(mask.map { $0 * 255 }, mask) }
    #expect(throws: EvaluationError.self) { try evaluate(mask.map { _ in .nan }, mask) }
    // The same voxels in another order are the same mask.
    #expect(try evaluate(mask.reoriented(to: .init(towards: "LIP")!), mask).dice.value == 1)
  }

  @Test func partialReferencesJudgeTheirOwnSlices() throws {
    let (mask, part) = (Phantom.cord(), Phantom.cord(levels: 10..<20))
    #expect(try evaluate(mask, part, .init(partial: true)).surface.value?.maximum == 0)
    #expect((try evaluate(mask, part).surface.value?.maximum ?? 0) >= 10)
  }

  @Test func onePersonHasNoInterval() throws {
    let evaluation = Evaluation([try evaluate(Phantom.cord(radius: 5.2), Phantom.cord())], groups: ["1": "well"])
    let summary = evaluation.summaries[0]
    #expect(summary.mean.value != nil && summary.interval.reason == "one person only")
    #expect(evaluation.parts.map(\.kind) == ["all", "contrast", "group"])
    for table in evaluation.tables { table.table.explainsItsGaps() }
  }
}
