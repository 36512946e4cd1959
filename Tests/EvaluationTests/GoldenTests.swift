import Evaluation
import Foundation
import Morphometry
import Testing
import Volumes

/// Values of MONAI, medpy, SimpleITK and by the definitions of nnU-Net and SCT; `tools/golden/overlap_metrics.py` makes them.
private struct Golden: Decodable {
  struct Case: Decodable {
    let shape: [Int], spacing: [Double], prediction, reference: [[Int]]
    let nnunetDice, sctDice, monaiDice, medpyDice, sitkDice, medpyVolume: Double
    let monaiAverage, monai95, monaiMaximum, medpyToReference, medpyToPrediction, medpyMaximum: Double

    func mask(_ runs: [[Int]]) -> Volume {
      let grid = Grid(
        shape: SIMD3(shape[0], shape[1], shape[2]), affine: Affine(spacing: SIMD3(spacing[0], spacing[1], spacing[2])))
      var volume = Volume(repeating: 0, grid: grid)
      for run in runs { for offset in run[0]..<run[0] + run[1] { volume.voxels[offset] = 1 } }
      return volume
    }
  }

  let cases: [Case]

  static let values = try! JSONDecoder().decode(
    Golden.self, from: Data(contentsOf: Bundle.module.url(forResource: "Golden/metrics", withExtension: "json")!))
}

@Suite struct GoldenTests {
  /// Both count in whole numbers or in doubles.
  static let exact = 1e-12
  /// MONAI computes in 32 bits.
  static let single = 2e-6

  @Test func overlapAndVolume() {
    for c in Golden.values.cases {
      let agreement = Agreement(of: c.mask(c.prediction), with: c.mask(c.reference))
      for expected in [c.nnunetDice, c.sctDice, c.medpyDice, c.sitkDice] { #expect(abs(agreement.dice - expected) < Self.exact) }
      #expect(abs(agreement.dice - c.monaiDice) < Self.single)
      // On binary masks both kinds of Dice are one.
      #expect(abs(agreement.softDice - agreement.dice) < Self.exact)
      #expect(abs(agreement.volumeError - c.medpyVolume) < Self.exact)
    }
  }

  @Test func distancesOfSurfaces() throws {
    for c in Golden.values.cases {
      let found = try SurfaceDistances(of: c.mask(c.prediction), from: c.mask(c.reference))
      func close(_ value: Double, _ expected: Double, _ tolerance: Double) -> Bool { abs(value - expected) <= tolerance * max(1, expected) }
      #expect(close(found.average, c.monaiAverage, Self.single) && close(found.percentile95, c.monai95, Self.single))
      #expect(close(found.maximum, c.monaiMaximum, Self.single) && close(found.maximum, c.medpyMaximum, Self.exact))
      #expect(close(found.toReference, c.medpyToReference, Self.exact) && close(found.toPrediction, c.medpyToPrediction, Self.exact))
    }
  }
}
