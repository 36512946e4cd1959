import Foundation
import NIfTI
import Testing

@Suite struct ThreadTests {
  /// In float32 LibTorch's own layers add in another order where there are more threads; rounding is all that may differ.
  @Test(arguments: [("bfloat16", 0), ("float32", 1e-6)]) func masksDoNotDependOnThreads(precision: String, rounding: Float) throws {
    try withTemporaryFolder { folder in
      try NIfTI.write(MeasureOutputTests.short.image, to: folder + "/scan.nii.gz")
      let masks = try ["1", "2", "5"].map { threads in
        let result = try Tool.run("segment", "scan.nii.gz", "-o", "mask.nii", "--precision", precision, "--threads", threads, in: folder)
        #expect(result.status == 0, "\(result.error)")
        return try NIfTI.read(folder + "/mask.nii").volume.voxels
      }
      for other in masks.dropFirst() {
        // Where rounding brings a value below 0.001, it becomes 0.
        let pairs = zip(masks[0], other).filter { abs($0 - $1) > rounding && (rounding == 0 || max($0, $1) > 0.001 + rounding) }
        #expect(pairs.isEmpty, "\(pairs.prefix(3))")
      }
    }
  }
}
