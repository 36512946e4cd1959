import Foundation
import Models
import Testing
import Yams

/// What documents say of the shipped model is what its file says.
struct ShippedModelTests {
  private static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized

  private static func shipped() throws -> SegmentationModel {
    try SegmentationModel(contentsOf: root.appendingPathComponent("Sources/Models/Resources/softcord.safetensors").path)
  }

  /// A document of the package, without line breaks, so that a sentence may go over several lines.
  private func document(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8).replacing("\n", with: " ")
  }

  /// Asserts without printing the whole document.
  private func check(_ path: String, says text: String) throws {
    let isThere = try document(path).contains(text)
    #expect(isThere, "\(path) does not say \(text)")
  }

  private func grouped(_ count: Int) -> String {
    let digits = Array(String(count))
    return digits.indices.map { ((digits.count - $0) % 3 == 0 && $0 > 0 ? "," : "") + String(digits[$0]) }.joined()
  }

  @Test func documentsNameTheShippedModel() throws {
    let name = try Self.shipped().provenance.name
    for path in ["docs/model.md", "docs/model-card.md"] { try check(path, says: ": \(name) ") }
  }

  /// Sizes of networks, windows and voxels.
  @Test func documentsStateTheShippedSizes() throws {
    let model = try Self.shipped()
    for stage in [model.localizer, model.segmenter].compactMap({ $0 }) {
      try check("docs/model.md", says: grouped(stage.description.network.parameterCount))
      try check("docs/model.md", says: stage.description.network.features.map(String.init).joined(separator: "-"))
      try check("docs/model.md", says: stage.description.patch.map(String.init).joined(separator: " × ") + " voxels")
    }
    let millions = String(format: "%.1f million", Double(model.segmenter.description.network.parameterCount) / 1e6)
    // Sizes of other networks that these pages may name.
    let others = ["30.8 million"]
    for path in ["README.md", "docs/model.md", "docs/model-card.md", "docs/differences.md", "docs/architecture.md"] {
      for size in try document(path).matches(of: try Regex("[0-9.]+ million")).map({ String($0.output[0].substring ?? "") }) {
        #expect(size == millions || others.contains(size), "\(path): \(size)")
      }
    }
    try check("docs/differences.md", says: "\(millions) parameters")
  }

  /// The loss, as the configuration in the file has it: `a` + 2 · `b`.
  @Test func documentsStateTheShippedLoss() throws {
    let text = try Self.shipped().provenance.configuration
    let configuration = try #require(try Yams.load(yaml: text) as? [String: Any])
    let terms = try #require(configuration["loss"] as? [[String: Any]]).map { term in
      let weight = (term["weight"] as? Double) ?? (term["weight"] as? Int).map(Double.init) ?? 1
      return (weight == 1 ? "" : "\(weight.formatted()) · ") + "`\(term["kind"] as? String ?? "?")`"
    }
    let loss = terms.joined(separator: " + ")
    for path in ["docs/model.md", "docs/differences.md", "docs/architecture.md"] { try check(path, says: loss) }
  }
}
