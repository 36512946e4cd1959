import Foundation
import Inference
import Models
import Morphometry
import NIfTI
import Tensors
import Testing
import Volumes

/// Real scans of people whom the shipped model never saw, where they are: the folder `shared/data` beside the project, or `$SOFTCORD_DATA`.
enum RealScans {
  static let folder: String? = {
    let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../shared/data").standardized
      .path
    return [ProcessInfo.processInfo.environment["SOFTCORD_DATA"], beside].compactMap { $0 }.first {
      FileManager.default.fileExists(atPath: $0 + "/MANIFEST.tsv")
    }
  }()

  static let skipped = Comment("skipped: the real scans are not here (../shared/data or $SOFTCORD_DATA)")
}

@Suite(.serialized, .enabled(if: RealScans.folder != nil, RealScans.skipped)) struct ShippedModelTests {
  struct Scan: Sendable, CustomTestStringConvertible {
    let image, mask: String
    /// Least Dice of the mask cut at 0.5. Annotations are binary and differ by contrast, so these are floors: the measured value − 0.02.
    let dice: Double
    var partial = false
    var testDescription: String { image }
  }

  static let scans = [
    Scan(image: "errsm_18/T2w", mask: "errsm_18/T2w_seg-manual", dice: 0.905),
    Scan(image: "errsm_18/T2star", mask: "errsm_18/T2star_seg", dice: 0.951),
    Scan(image: "gm-challenge/sub-9604_run-1_T2starw", mask: "gm-challenge/sub-9604_run-1_T2starw_seg-manual", dice: 0.935, partial: true),
    Scan(image: "sct_testing_data/t1/t1w", mask: "sct_testing_data/t1/t1w_seg-manual", dice: 0.906),
    Scan(image: "spinegeneric_unf/sub-05_MTon", mask: "spinegeneric_unf/sub-05_MTon_seg", dice: 0.891),
  ]

  @Test(arguments: scans) func agreesWithAnnotators(scan: Scan) throws {
    let folder = RealScans.folder!
    let segmenter = Segmenter(try SegmentationModel(contentsOf: ShippedModel.path))
    let image = try NIfTI.read("\(folder)/\(scan.image).nii.gz").volume
    let reference = try NIfTI.read("\(folder)/\(scan.mask).nii.gz").volume
    let mask = try segmenter.segment(image).mask
    #expect(mask.grid == image.grid)
    #expect(mask.voxels.allSatisfy { (0...1).contains($0) })
    #expect(mask.voxels.contains { $0 > 0.05 && $0 < 0.95 }, "a soft mask keeps partial volume")
    #expect(Agreement(of: mask, with: reference, partial: scan.partial).dice >= scan.dice)
  }

  /// Below the neck errsm_20's cord leans by 45° and fades, so that the localizer loses it; the segmenter sees it to the scan's end.
  @Test func aLeaningCordIsFollowedToTheEnd() throws {
    let segmenter = Segmenter(try SegmentationModel(contentsOf: ShippedModel.path))
    let image = try NIfTI.read("\(RealScans.folder!)/errsm_20/T2w.nii.gz").volume
    #expect(try segmenter.segment(image).sidesCutByFieldOfView.contains(.inferior))
  }

  /// Padding is not looked at: neither as planes nor as the corners that turning leaves.
  @Test(arguments: ["errsm_18/T2star", "sct_testing_data/t1/t1w"]) func emptyRimsChangeNothing(scan: String) throws {
    let segmenter = Segmenter(try SegmentationModel(contentsOf: ShippedModel.path))
    let image = try NIfTI.read("\(RealScans.folder!)/\(scan).nii.gz").volume
    let padded = image.box(lower: [-9, -4, -3], shape: image.grid.shape &+ [10, 12, 6])
    let (mask, other) = (try segmenter.segment(image).mask, try segmenter.segment(padded).mask)
    let back = other.box(lower: [9, 4, 3], shape: image.grid.shape)
    #expect(zip(mask.voxels, back.voxels).allSatisfy { abs($0 - $1) < 1e-3 })
    #expect(abs(other.voxels.reduce(0, +) - back.voxels.reduce(0, +)) < 1e-3)
  }

  /// A slice alone, or a few, hold the cord that the whole scan shows there.
  @Test(arguments: [("errsm_18/T2w", 1), ("errsm_18/T2w", 15), ("sct_testing_data/t1/t1w", 1), ("spinegeneric_unf/sub-05_MTon", 1)])
  func aFewSlicesAreEnough(scan: String, count: Int) throws {
    let segmenter = Segmenter(try SegmentationModel(contentsOf: ShippedModel.path))
    let image = try NIfTI.read("\(RealScans.folder!)/\(scan).nii.gz").volume
    let whole = try segmenter.segment(image).mask
    let axis = try #require(Orientation(of: image.grid.affine).axes.firstIndex { $0.axis == 2 })
    let size = whole.grid.shape
    let height = { (offset: Int) in [offset % size.x, offset / size.x % size.y, offset / size.x / size.y][axis] }
    let cord = whole.voxels.indices.filter { whole.voxels[$0] > 0.5 }.map(height).sorted()
    for share in [0.3, 0.5, 0.7] {
      var (lower, shape) = (SIMD3<Int>.zero, image.grid.shape)
      (lower[axis], shape[axis]) = (cord[Int(share * Double(cord.count))] - count / 2, count)
      let few = try segmenter.segment(image.box(lower: lower, shape: shape)).mask
      #expect(Agreement(of: few, with: whole.box(lower: lower, shape: shape).binarized(above: 0.5), partial: false).dice > 0.85)
    }
  }
}
