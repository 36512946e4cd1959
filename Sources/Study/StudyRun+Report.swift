import Datasets
import Files
import Foundation
import NIfTI
import Reports

extension StudyRun {
  /// Writes tables and the report.
  func write(_ outcome: StudyOutcome) throws {
    try Folder.make(folder + "/tables")
    for (name, table) in outcome.tables {
      try table.write(to: "\(folder)/tables/\(name).tsv", as: .tsv, dictionary: "\(folder)/tables/\(name).json")
    }
    let pictures = try outcome.cases().compactMap { shown -> (picture: Picture, caption: String)? in
      guard let scan = outcome.cohort.tested.first(where: { $0.person == shown.person && $0.contrast == shown.contrast }) else {
        return nil
      }
      let title = "sub-\(shown.person) \(shown.contrast)"
      let image = try NIfTI.read(scan.image.location).volume
      let mask = try NIfTI.read(maskPath(scan, shown.method)).volume
      return (Overlay(title: title).picture(of: image, mask: mask), "\(title), \(shown.method), \(shown.why)")
    }
    let models = try configuration.arms.flatMap { arm -> [(name: String, value: String)] in
      let single = "\(folder)/models/\(arm.name).safetensors"
      let paths =
        FileManager.default.fileExists(atPath: single)
        ? [single] : outcome.cohort.contrasts.map { "\(folder)/models/\(arm.name)/\($0).safetensors" }
      return try paths.map { (String($0.dropFirst(folder.count + 1)) + " SHA-256", try checksums.sha256(ofFile: $0)) }
    }
    var facts: [(name: String, value: String)] = [
      ("softcord", DatasetDescription.Program.softcord.version ?? ""), ("written", WrittenDate.text),
      ("seed of the split", "\(configuration.split.seed ?? 0)"), ("seed of training", "\(configuration.training.seed)"),
      ("trained on", outcome.cohort.train.joined(separator: " ")), ("tested", outcome.cohort.test.joined(separator: " ")),
      ("configuration SHA-256", try checksums.sha256(ofFile: folder + "/study.yaml")),
    ]
    if let simulate = configuration.cohort.simulate { facts.insert(("seed of the cohort", "\(simulate.seed)"), at: 2) }
    facts += models
    try outcome.page(pictures: pictures, facts: facts).write(to: folder + "/report.html")
  }
}
