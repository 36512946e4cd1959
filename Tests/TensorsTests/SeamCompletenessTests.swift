import Foundation
import Testing

/// Every C function of the seam has its test.
struct SeamCompletenessTests {
  /// Functions that no golden case can name, and the test of this folder that fails without them.
  static let testedByLaw = [
    "ct_last_error": "errorsSayWhatAndOnWhichShapes",
    "ct_live_tensors": "handlesAreFreed",
    "ct_free": "handlesAreFreed",
    "ct_device_available": "devices",
    "ct_device_kind": "valuesComeBackAsTheyWent",
    "ct_device_index": "cudaTensorsSayWhereTheyAre",
    "ct_fast_bfloat16": "devices",
    "ct_tune_convolutions": "aGPUExpectsEqualShapes",
    "ct_threads": "threads",
    "ct_set_threads": "threads",
    "ct_wait_asleep": "waitingThreadsSleepUnlessToldOtherwise",
    "ct_dtype": "bytesComeBackAsTheyWent",
    "ct_rank": "agreesWithPyTorch",
    "ct_size": "agreesWithPyTorch",
    "ct_set_requires_grad": "agreesWithPyTorch",
    "ct_backward": "agreesWithPyTorch",
    "ct_grad": "agreesWithPyTorch",
    "ct_has_grad": "gradientsGatherUntilCleared",
    "ct_clear_grad": "gradientsGatherUntilCleared",
    "ct_requires_grad": "nothingIsRecordedWithoutGradients",
    "ct_group_join": "aGroupAddsUp",
    "ct_group_leave": "aGroupAddsUp",
    "ct_all_reduce": "aGroupAddsUp",
    "ct_grad_enabled": "nothingIsRecordedWithoutGradients",
    "ct_set_grad_enabled": "nothingIsRecordedWithoutGradients",
  ]

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  @Test func everyFunctionOfTheHeaderIsTested() throws {
    let header = Self.folder.appendingPathComponent("../../Sources/CTorch/include/CTorch.h").standardized
    let declared = try Set(String(contentsOf: header, encoding: .utf8).matches(of: /\b(ct_\w+)\(/).map { String($0.1) })
    let golden = seamOperations.values.reduce(into: Set<String>()) { $0.formUnion($1.covered) }
    let tested = golden.union(Self.testedByLaw.keys)
    #expect(declared.subtracting(tested).sorted() == [], "functions without a test")
    #expect(tested.subtracting(declared).sorted() == [], "tests of functions that are gone")
    #expect(golden.intersection(Self.testedByLaw.keys).sorted() == [], "functions that a golden case tests already")
  }

  @Test func theNamedTestsExist() throws {
    let files = try FileManager.default.contentsOfDirectory(at: Self.folder, includingPropertiesForKeys: nil)
    let sources = try files.filter { $0.pathExtension == "swift" }.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
    let missing = Set(Self.testedByLaw.values).filter { !sources.contains("func \($0)(") }
    #expect(missing.sorted() == [])
  }
}
