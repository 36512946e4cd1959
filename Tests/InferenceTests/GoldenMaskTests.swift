import Foundation
import Inference
import Models
import Morphometry
import NIfTI
import Simulation
import Tensors
import Testing
import Volumes

/// What the shipped model says of small simulated scans, kept in `Golden/masks` (255 for all cord): a change of it is seen everywhere.
///
/// `SOFTCORD_GOLDEN_MASKS=Tests/InferenceTests/Golden/masks make test` writes them anew, after a change that is meant.
@Suite("Golden masks", .serialized) struct GoldenMaskTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let seed: UInt64
    let contrast: Contrast
    let levels: ClosedRange<Int>
    let spacing: SIMD3<Double>
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "T1w-C2-C4", seed: 41, contrast: .t1w, levels: 2...4, spacing: [1, 1, 1]),
    Case(name: "T1w-T1-T3", seed: 42, contrast: .t1w, levels: 8...10, spacing: [1, 1, 1]),
    Case(name: "T2w-C2-C4", seed: 43, contrast: .t2w, levels: 2...4, spacing: [0.8, 0.8, 0.8]),
    Case(name: "T2w-C5-C7", seed: 44, contrast: .t2w, levels: 5...7, spacing: [0.8, 0.8, 0.8]),
    Case(name: "T2w-sagittal", seed: 45, contrast: .t2w, levels: 3...6, spacing: [3.3, 0.7, 0.7]),
    Case(name: "T2star-C3-C5", seed: 46, contrast: .t2star, levels: 3...5, spacing: [0.5, 0.5, 5]),
    Case(name: "T2star-C6-T1", seed: 47, contrast: .t2star, levels: 6...8, spacing: [0.7, 0.7, 4]),
    Case(name: "MTon-C2-C4", seed: 48, contrast: .mtOn, levels: 2...4, spacing: [0.9, 0.9, 5]),
    Case(name: "MToff-C3-C5", seed: 49, contrast: .mtOff, levels: 3...5, spacing: [0.9, 0.9, 5]),
    Case(name: "DWI-C2-C4", seed: 50, contrast: .dwi, levels: 2...4, spacing: [0.9, 0.9, 5]),
    Case(name: "random-C4-C6", seed: 51, contrast: .random, levels: 4...6, spacing: [1, 1, 2]),
    Case(name: "T1w-T8-T9", seed: 52, contrast: .t1w, levels: 15...16, spacing: [1, 1, 1.5]),
  ]

  static func scan(_ item: Case) -> SimulatedScan {
    SimulatedNecks.scan(seed: item.seed, item.contrast, levels: item.levels, spacing: item.spacing)
  }

  static func mask(_ image: Volume, _ precision: Precision) throws -> Volume {
    try Segmenter(try SegmentationModel(contentsOf: ShippedModel.path), precision: precision).segment(image).mask
  }

  static func total(_ volume: Volume) -> Double { volume.voxels.reduce(0) { $0 + Double($1) } }

  /// Least Dice and most difference in volume: what rounding on other processors, bfloat16 and 8 bits a voxel come to, twice.
  static let (dice, volume) = (0.995, 0.003)

  @Test(arguments: cases) func theShippedModelSaysTheSame(item: Case) throws {
    let scan = Self.scan(item)
    let mask = try Self.mask(scan.image, .automatic)
    if let folder = ProcessInfo.processInfo.environment["SOFTCORD_GOLDEN_MASKS"] {
      try NIfTI.write(mask.map { 255 * $0 }, to: "\(folder)/\(item.name).nii.gz", as: .uint8)
      print("\(item.name): Dice with the truth \(Agreement(of: mask, with: scan.cord).dice)")
      return
    }
    let path = try #require(Bundle.module.url(forResource: "Golden/masks/\(item.name)", withExtension: "nii.gz")).path
    let golden = try NIfTI.read(path).volume.map { $0 / 255 }
    #expect(golden.grid.shape == mask.grid.shape)
    #expect(Agreement(of: mask, with: golden).dice >= Self.dice)
    #expect(abs(Self.total(mask) / Self.total(golden) - 1) <= Self.volume)
    // And it is right, too.
    #expect(Agreement(of: mask, with: scan.cord).dice >= (item.contrast == .random ? 0.85 : 0.95))
  }

  /// Where the processor has bfloat16, the volume, and so the mean area, differs by less than this from float32's; in a contrast that no
  /// scanner makes by twice as much.
  static let precisionTolerance = 0.001

  @Test(.enabled(if: Device.cpu.hasFastBFloat16, "skipped: this processor only imitates bfloat16"), arguments: cases)
  func bfloat16MeasuresTheSame(item: Case) throws {
    let image = Self.scan(item).image
    let (exact, fast) = (try Self.mask(image, .float32), try Self.mask(image, .bfloat16))
    let difference = Self.total(fast) / Self.total(exact) - 1
    print("\(item.name): bfloat16 against float32 \(100 * difference) %")
    #expect(abs(difference) <= (item.contrast == .random ? 2 : 1) * Self.precisionTolerance)
  }

  /// The same bits again: after other scans, and from another segmenter.
  @Test func aWarmSegmenterSaysTheSame() throws {
    let segmenter = Segmenter(try SegmentationModel(contentsOf: ShippedModel.path))
    let (first, other) = (Self.scan(Self.cases[10]).image, Self.scan(Self.cases[0]).image)
    let cold = try segmenter.segment(first).mask.voxels
    _ = try segmenter.segment(other)
    #expect(try segmenter.segment(first).mask.voxels == cold)
    #expect(try Self.mask(first, .automatic).voxels == cold)
  }
}
