import Datasets
import Derivatives
import Files
import Foundation
import GroundTruth
import Inference
import Models
import NIfTI
import Settings
import Training
import Volumes

extension StudyRun {
  /// Trains a model unless there is one of the same configuration, people and files.
  func train(_ model: ArmTraining) async throws {
    let path = modelPath(model)
    var without = model.configuration
    without.data.scans = []
    // Names of files do not matter, what is in them does.
    let files = try checksums.sha256(ofFiles: model.configuration.data.scans.flatMap { [$0.image, $0.mask] })
    let provenance = Provenance(
      name: model.configuration.name, generatedBy: DatasetDescription.Program.softcord.title,
      date: WrittenDate.text,
      configuration: try Settings.text(without) + "# \(model.summary)\n# SHA-256 of their images and labels: \(files)\n")
    if let there = try? SegmentationModel.description(contentsOf: path) {
      if there.provenance.configuration == provenance.configuration { return }
      observer(.note("\(path): made with another configuration or from other scans; it is trained anew"))
      try? FileManager.default.removeItem(atPath: path)
      try? FileManager.default.removeItem(atPath: path + ".run")
    }
    if !model.unlabelled.isEmpty { observer(.note("\(model.name): \(model.unlabelled.count) scans have no label and are left out")) }
    try Folder.make(path.deletingLastPathComponent)
    let trainer = try Trainer(model.configuration, localizer: nil, root: ".", runFolder: path + ".run", on: device)
    let (epochs, task) = (model.configuration.schedule.epochs, "training \(model.name)")
    observer(.started(task: task))
    let trained = try await trainer.run(resuming: true, provenance: provenance) { event in
      guard case .step(let epoch, let step, let steps, let loss) = event else { return }
      let fraction = Double(epoch * steps + step + 1) / Double(steps * epochs)
      observer(.progress(task: task, fraction: fraction, remark: "loss \(String(format: "%.4f", loss))"))
    }
    observer(.finished(task: task, remark: "→ \(path)"))
    try trained.save(to: path)
  }

  /// Segments scans with an arm's models; a scan in which a model finds nothing gets an empty mask.
  func segment(_ scans: [StudyScan], arm: StudyArm, _ models: [ArmTraining]) throws {
    let task = "segmenting, \(arm.name)"
    observer(.started(task: task))
    for (number, model) in models.enumerated() {
      let own = scans.filter { model.contrast == nil || $0.contrast == model.contrast }
      let writer = MaskWriter(model: (model.configuration.name, try Checksum.sha256(ofFile: modelPath(model))))
      var segmenter: Segmenter?
      for (index, scan) in own.enumerated() {
        let path = maskPath(scan, arm.name)
        let image = try naming(scan.image.location) { try NIfTI.scan(scan.image.location) }
        guard !writer.hasWritten(path, of: image) else { continue }
        let network = try segmenter ?? loaded(model)
        segmenter = network
        var mask = Volume(repeating: 0, grid: image.volume.grid)
        do {
          mask = try network.segment(image.volume).mask
        } catch is InferenceError {
          observer(.note("\(scan.image.path): \(model.name) finds no cord; its mask is empty"))
        }
        try Folder.make(path.deletingLastPathComponent)
        try writer.write(mask, of: image, source: scan.image.location, to: path)
        observer(.progress(task: task, fraction: (Double(number) + Double(index + 1) / Double(own.count)) / Double(models.count)))
      }
    }
    observer(.finished(task: task))
  }

  private func loaded(_ model: ArmTraining) throws -> Segmenter {
    Segmenter(try SegmentationModel(contentsOf: modelPath(model), on: device), precision: .automatic)
  }
}
