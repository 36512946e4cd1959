import Foundation
import Registration
import Testing
import Volumes

@testable import GroundTruth

@Suite struct RecipeTests {
  /// An upright elliptical cord of half diameters a and b.
  static func mask(_ spacing: SIMD3<Double>, a: Double = 6, b: Double = 4, center: SIMD2<Double> = .zero, length: Double = 60) -> Volume {
    let shape = SIMD3<Int>(Int(30 / spacing.x), Int(30 / spacing.y), Int(length / spacing.z))
    var mask = Volume(
      repeating: 0, grid: Grid(shape: shape, affine: Affine(spacing: spacing, origin: [-15.03, -14.98, spacing.z / 2])))
    for z in 0..<shape.z {
      for y in 0..<shape.y {
        for x in 0..<shape.x {
          let p = mask.grid.world(SIMD3(Double(x), Double(y), Double(z)))
          let (u, v) = ((p.x - center.x) / a, (p.y - center.y) / b)
          if u * u + v * v < 1 { mask[x, y, z] = 1 }
        }
      }
    }
    return mask
  }

  static func scans(_ change: (inout [ContrastScan]) -> Void = { _ in }) -> [ContrastScan] {
    var scans = [
      ContrastScan(name: "T2w", image: nil, mask: mask([0.8, 0.8, 0.8])),
      ContrastScan(name: "T1w", image: nil, mask: mask([1, 1, 1], center: [0.7, -1.1])),
      ContrastScan(name: "T2star", image: nil, mask: mask([0.5, 0.5, 5], center: [-1.3, 0.4])),
      ContrastScan(name: "flip-1_mt-on_MTS", image: nil, mask: mask([0.9, 0.9, 5])),
    ]
    change(&scans)
    return scans
  }

  /// Binary masks of upright cords repeat the same raster in every slice: areas are right to a few tenths of a percent.
  static let raster = 0.015

  @Test func theConsensusKeepsTheAreaOnEveryGrid() throws {
    let scans = Self.scans()
    let person = try Preparation(scans, reference: "T2w")
    #expect(person.contrasts.allSatisfy { $0.disagreement == nil })
    let recipe = try #require(RefinedRecipe(person, norms: ContrastNorms([person])))
    for scan in scans {
      let truth = try #require(recipe.truth(of: scan.name, on: scan.mask.grid))
      let middle = scan.mask.grid.shape.z / 2
      let plane = scan.mask.grid.shape.x * scan.mask.grid.shape.y
      let sum = truth.soft.voxels[middle * plane..<(middle + 1) * plane].reduce(0) { $0 + Double($1) }
      let area = sum * scan.mask.grid.spacing.x * scan.mask.grid.spacing.y
      #expect(abs(area / (.pi * 24) - 1) < Self.raster, "\(scan.name): \(area)")
      #expect(truth.soft.voxels.allSatisfy { (0...1).contains($0) })
    }
  }

  @Test func aLargeMaskIsFoundToBeLarge() throws {
    let scans = Self.scans { $0[1] = ContrastScan(name: "T1w", image: nil, mask: Self.mask([1, 1, 1], a: 6.4, b: 4.4)) }
    let norms = ContrastNorms([try Preparation(scans, reference: "T2w")])
    let offsets = norms.offsets
    // Offsets sum to nothing, so 0.4 mm on one of four is 0.3 above and 0.1 below the mean.
    #expect(abs(offsets["T1w"]! - 0.3) < 0.05)
    #expect(abs(offsets.values.reduce(0, +)) < 1e-9)
  }

  @Test func faultsAreNamed() throws {
    let half = Self.scans {
      let mask = $0[2].mask
      var cut = mask
      mask.forEachVoxel { index, _ in if index.z < 6 { cut[index.x, index.y, index.z] = 0 } }
      $0[2] = ContrastScan(name: "T2star", image: nil, mask: cut)
    }
    let jumped = Self.scans {
      var mask = $0[1].mask
      for z in 20..<32 {
        for y in 0..<mask.grid.shape.y {
          for x in (0..<mask.grid.shape.x).reversed() { mask[x, y, z] = x >= 6 ? $0[1].mask[x - 6, y, z] : 0 }
        }
      }
      $0[1] = ContrastScan(name: "T1w", image: nil, mask: mask)
    }
    let empty = Self.scans { $0[3] = ContrastScan(name: "flip-1_mt-on_MTS", image: nil, mask: $0[3].mask.map { _ in 0 }) }
    for (scans, index) in [(half, 2), (jumped, 1), (empty, 3)] {
      let person = try Preparation(scans, reference: "T2w")
      for (k, contrast) in person.contrasts.enumerated() { #expect((contrast.disagreement != nil) == (k == index), "\(contrast.name)") }
    }
  }

  @Test func anEmptyReferenceIsReplaced() throws {
    let scans = Self.scans { $0[0] = ContrastScan(name: "T2w", image: nil, mask: $0[0].mask.map { _ in 0 }) }
    let person = try Preparation(scans, reference: "T2w")
    #expect(person.reference == "T1w")
    #expect(person.contrasts[0].disagreement == .empty)
  }
}

@Suite struct PaperRecipeTests {
  @Test func equalMasksComeBackUnchanged() {
    let mask = RecipeTests.mask([0.8, 0.8, 0.8])
    let scans = ["T2w", "T1w"].map { ContrastScan(name: $0, image: nil, mask: mask) }
    // Positions round to a millionth of a voxel.
    for truth in PaperRecipe()(scans, reference: 0) {
      #expect(zip(truth.soft.voxels, mask.voxels).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  @Test func aShiftedMaskIsShiftedBack() {
    let scans = RecipeTests.scans()
    let truths = PaperRecipe()(scans, reference: 0)
    // T1w lies 0.7 mm to the right and 1.1 mm behind.
    let shift = truths[1].alignment.shifts[30]
    // Rounding the resampled mask costs up to half a voxel of the reference.
    #expect(abs(shift.x + 0.7) < 0.4)
    #expect(abs(shift.y - 1.1) < 0.4)
  }

  @Test func trimmingIsAsDescribedOrAsRun() {
    #expect(["T1w", "T2w", "T2star", "rec-average_dwi", "flip-1_mt-on_MTS"].map(PaperRecipe.Trim.described.slices) == [0, 0, 8, 8, 10])
    #expect(["T1w", "T2w", "T2star", "rec-average_dwi", "flip-1_mt-on_MTS"].map(PaperRecipe.Trim.asRun.slices) == [0, 0, 10, 10, 10])
  }

  @Test func whatNobodyCoversIsEmptyOrTakesItsNeighboursAlong() {
    let short = RecipeTests.mask([0.8, 0.8, 0.8], length: 40)
    let padded = short.box(lower: [0, 0, -5], shape: short.grid.shape &+ [0, 0, 10])
    let scans = [
      ContrastScan(name: "T2w", image: nil, mask: padded),
      ContrastScan(name: "T1w", image: nil, mask: RecipeTests.mask([1, 1, 1], length: 40)),
    ]
    let (clean, asRun) = (PaperRecipe()(scans, reference: 0), PaperRecipe(gaps: .asRun)(scans, reference: 0))
    func sum(_ truth: SoftTruth) -> Double { truth.soft.voxels.reduce(0) { $0 + Double($1) } }
    #expect(clean[1].soft.voxels.allSatisfy { $0.isFinite } && asRun[1].soft.voxels.allSatisfy { $0.isFinite })
    #expect(sum(asRun[1]) <= sum(clean[1]))
  }
}
