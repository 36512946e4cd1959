import Foundation
import Tensors
import Testing

/// Every operation against PyTorch's values and gradients; the file is made by tools/golden/seam.py.
struct SeamGoldenTests {
  /// One operation of the golden file.
  struct Case: Decodable, CustomStringConvertible {
    struct Input: Decodable {
      let shape: [Int]
      let dtype: String
      let values: [Float]
      let gradient: [Float]?
    }
    let name: String
    let inputs: [Input]
    let shape: [Int]
    let output: [Float]
    var description: String { name }
  }

  /// Both sides run the same kernels in float32; sums may be ordered differently on another processor.
  static let tolerance: Float = 2e-5

  static let cases: [Case] = {
    let url = Bundle.module.url(forResource: "Golden/seam", withExtension: "json")!
    return try! JSONDecoder().decode([Case].self, from: Data(contentsOf: url))
  }()

  @Test(arguments: cases) func agreesWithPyTorch(_ golden: Case) throws {
    let operation = try #require(seamOperations[golden.name])
    let inputs = try golden.inputs.map { input in
      let tensor = try Tensor(input.values, shape: input.shape).to(input.dtype == "int64" ? .int64 : .float32)
      return input.gradient == nil ? tensor : try tensor.requiringGrad()
    }
    let output = try operation.run(inputs)
    #expect(output.shape == golden.shape)
    try expectClose(output.floats(), golden.output, golden.name)

    guard golden.inputs.contains(where: { $0.gradient != nil }) else { return }
    let weights = (0..<golden.output.count).map { Float(($0 * 7) % 11 - 5) / 5 }
    try (output * Tensor(weights, shape: output.shape)).sum().backward()
    for (input, expected) in zip(inputs, golden.inputs) {
      guard let expected = expected.gradient else { continue }
      try expectClose(#require(input.grad).floats(), expected, "\(golden.name): gradient")
    }
  }

  @Test func everyOperationHasItsCase() {
    #expect(Set(Self.cases.map(\.name)) == Set(seamOperations.keys))
  }

  func expectClose(_ found: [Float], _ expected: [Float], _ what: String) {
    #expect(found.count == expected.count)
    for (f, e) in zip(found, expected) {
      // Negated, so that a NaN fails too.
      if !(abs(f - e) <= Self.tolerance * max(1, abs(e))) { Issue.record("\(what): \(f), PyTorch \(e)") }
    }
  }
}
