import Foundation
import Inference
import Models
import NIfTI
import Tensors
import Testing
import Training
import Yams

/// Trains as a configuration says, segments a scan with the new model, and returns the volume of its cord in mm³.
func trainAndSegment(configuration path: String, data folder: String, scan: String, results: String) async throws -> Double {
  let text = try String(contentsOfFile: path, encoding: .utf8)
  let configuration = try YAMLDecoder().decode(TrainingConfiguration.self, from: text)
  let trainer = try Trainer(configuration, localizer: nil, root: folder, runFolder: results + "/run", on: .best())
  let provenance = Provenance(name: configuration.name, generatedBy: "my program", date: "2026", configuration: text)
  let model = try await trainer.run(resuming: true, provenance: provenance) { event in
    if case .epoch(let record) = event { print("epoch \(record.epoch + 1): loss \(record.loss)") }
  }
  try model.save(to: results + "/model.safetensors")
  let mask = try Segmenter(model).segment(NIfTI.read(scan).volume).mask
  try NIfTI.write(mask, to: results + "/mask.nii.gz")
  return Double(mask.voxels.reduce(0, +)) * mask.grid.voxelVolume
}

@Suite struct DocumentationTests {
  /// The documentation's example is the function above, line by line, and it works.
  @Test func theExampleIsCompiledAndRuns() async throws {
    let file = URL(fileURLWithPath: #filePath)
    let page = file.appendingPathComponent("../../../Sources/Training/Training.docc/Training.md").standardized
    let shown = try #require(String(contentsOf: page, encoding: .utf8).split(separator: "```swift\n").last?.split(separator: "```").first)
    let compiled = try String(contentsOf: file, encoding: .utf8)
    for line in shown.split(separator: "\n") { #expect(compiled.contains(line), "\(line)") }

    let data = try TinyData()
    defer { data.remove() }
    var configuration = TinyData.configuration(epochs: 10)
    configuration.augmentation = .none
    configuration.schedule.stepsPerEpoch = 8
    let path = data.folder + "/run.yaml"
    try YAMLEncoder().encode(configuration).write(toFile: path, atomically: true, encoding: .utf8)
    let volume = try await trainAndSegment(configuration: path, data: data.folder, scan: data.folder + "/b.nii.gz", results: data.folder)
    let truth = try NIfTI.read(data.folder + "/b_mask.nii.gz").volume.voxels.reduce(0, +)
    #expect(abs(volume / Double(truth) - 1) < 0.3)
  }
}
