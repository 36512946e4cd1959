import Cohorts
import Datasets
import Evaluation
import Files
import Foundation
import Inference
import Models
import NIfTI
import Reports
import Simulation
import Study
import Tensors
import Training
import Volumes

/// The stages of a study. Each leaves files behind that the next run of the same study takes up.
struct StudyRun {
  let configuration: StudyConfiguration
  /// The configuration as it was read.
  let text: String
  let configFolder: String
  /// What is written.
  let folder: String
  let device: Device

  func outcome() async throws -> StudyOutcome {
    for part in ["models", "masks", "measures"] { try makeFolder("\(folder)/\(part)") }
    try AtomicFile.write(Array(text.utf8), to: folder + "/study.yaml")
    let root = try cohortFolder()
    let cohort = try StudyCohort(at: root, contrasts: configuration.cohort.contrasts, split: configuration.split)
    for gap in cohort.missing { Console.note(gap) }
    let labels = "\(root)/derivatives/\(configuration.cohort.labels ?? "labels")"
    let truth = "\(root)/derivatives/\(configuration.cohort.truth ?? "truth")"
    let made = try groundTruth(of: cohort, labels: labels)
    let masks = try StudyMasks(
      folders: [.binary: labels, .binarizedMean: made.paper, .softMean: made.paper, .refined: made.refined, .truth: truth],
      discs: [truth, labels])
    try Self.table(of: cohort, masks).write(to: folder + "/scans.tsv", as: .tsv)

    let trainings = try configuration.arms.map { ($0, try $0.trainings(of: cohort, masks: masks, with: configuration.training)) }
    for (_, models) in trainings { for model in models { try await train(model) } }
    for (arm, models) in trainings { try segment(cohort.tested, arm: arm, models) }

    var methods: [MethodResults] = []
    for label in LabelSource.allCases {
      let results = try measure(label.method, of: cohort, masks) { masks.mask(label, of: $0) }
      if !results.scans.isEmpty { methods.append(results) }
    }
    for arm in configuration.arms { methods.append(try measure(arm.name, of: cohort, masks) { maskPath($0, arm.name) }) }
    for peer in configuration.peers ?? [] {
      let place = peer.path.hasPrefix("/") ? peer.path : "\(folder)/\(peer.path)"
      guard FileManager.default.fileExists(atPath: place) else {
        Console.note("\(place): masks of \(peer.name) are not there; it is left out of the report")
        continue
      }
      methods.append(
        try measure(peer.name, of: cohort, masks) { "\(place)/\($0.image.name.folder($0.image.datatype))/\(Self.maskName($0)).nii.gz" })
    }
    return try StudyOutcome(configuration, cohort, methods: methods)
  }

  // MARK: People

  /// Root of the cohort, simulated where the configuration says so.
  private func cohortFolder() throws -> String {
    guard let simulate = configuration.cohort.simulate else {
      let path = configuration.cohort.path!
      return path.hasPrefix("/") || configFolder.isEmpty ? path : "\(configFolder)/\(path)"
    }
    var settings = CohortSettings(seed: simulate.seed)
    settings.raters = true
    if let side = simulate.side { settings.crop = .init(side: side, levels: simulate.levels) }
    if let contrasts = configuration.cohort.contrasts {
      settings.contrasts = try contrasts.map { name in
        guard let contrast = Contrast(rawValue: name) else {
          throw StudyError.missingContrast(name, found: Contrast.named.map(\.rawValue))
        }
        return contrast
      }
    }
    for (name, share) in simulate.pathologies ?? [:] {
      guard settings.simulation.pathologies[name] != nil else {
        throw StudyError.configuration(
          reason: "cohort.simulate.pathologies: there is no \(name); known: "
            + settings.simulation.pathologies.keys.sorted().joined(separator: ", "))
      }
      settings.simulation.pathologies[name] = share
    }
    let cohort = Cohort(folder: folder + "/cohort", settings: settings, program: .init(name: "softcord", version: SoftCord.version))
    let bar = SharedProgress("simulating \(simulate.people) people")
    try cohort.write(people: simulate.people) { bar.update($0) }
    bar.finish("")
    return cohort.folder
  }

  /// Soft labels by both recipes.
  private func groundTruth(of cohort: StudyCohort, labels: String) throws -> (paper: String, refined: String) {
    let reference = cohort.contrasts.contains("T2w") ? "T2w" : cohort.contrasts[0]
    func make(_ method: String) throws -> String {
      let place = "\(folder)/ground-truth/\(method)"
      do {
        try MakeGroundTruth.parse([cohort.dataset.root, place, "--method", method, "--labels", labels, "--reference", reference]).run()
      } catch let failure as Failure where failure.status == .partial {
        Console.note("some contrasts were left out of the \(method) ground truth; \(place)/ground_truth.tsv says why")
      }
      return place
    }
    return (try make("paper"), try make("refined"))
  }

  /// Everybody's files, for programs that shall learn from the same people.
  private static func table(of cohort: StudyCohort, _ masks: StudyMasks) -> Table {
    var columns: [Table.Column] = [
      .init("participant_id", "Person"), .init("contrast", "Scan"), .init("side", "train or test"), .init("image", "Path"),
      .init("derivative", "Name of a mask of it, without extension"),
    ]
    for label in LabelSource.allCases { columns.append(.init("label_\(label.rawValue)", "Path of this label")) }
    var table = Table(columns: columns)
    for scan in cohort.scans {
      var row: [Table.Value] = [
        .text("sub-" + scan.person), .text(scan.contrast), .text(cohort.test.contains(scan.person) ? "test" : "train"),
        .text(scan.image.location), .text("\(scan.image.name.folder(scan.image.datatype))/\(maskName(scan))"),
      ]
      for label in LabelSource.allCases {
        if let path = masks.mask(label, of: scan) { row.append(.text(path)) } else { row.append(.missing) }
      }
      table.append(row)
    }
    return table
  }

  private static func maskName(_ scan: StudyScan) -> String { scan.image.name.derivative([.label: "SC"], suffix: "probseg").description }

  private func maskPath(_ scan: StudyScan, _ method: String) -> String {
    "\(folder)/masks/\(method)/\(scan.image.name.folder(scan.image.datatype))/\(Self.maskName(scan)).nii.gz"
  }

  // MARK: Models

  private func modelPath(_ model: ArmTraining) -> String { "\(folder)/models/\(model.name).safetensors" }

  /// Trains a model unless there is one of the same configuration and people.
  private func train(_ model: ArmTraining) async throws {
    let path = modelPath(model)
    var without = model.configuration
    without.data.scans = []
    let provenance = Provenance(
      name: model.configuration.name, generatedBy: "softcord \(SoftCord.version)", date: ISO8601DateFormatter().string(from: Date()),
      configuration: try Configuration.text(without) + "# \(model.summary)\n")
    if let there = try? SegmentationModel.description(contentsOf: path) {
      if there.provenance.configuration == provenance.configuration { return }
      Console.note("\(path): made with another configuration; it is trained anew")
      try? FileManager.default.removeItem(atPath: path)
      try? FileManager.default.removeItem(atPath: path + ".run")
    }
    if !model.unlabelled.isEmpty { Console.note("\(model.name): \(model.unlabelled.count) scans have no label and are left out") }
    try makeFolder((path as NSString).deletingLastPathComponent)
    let trainer = try Trainer(model.configuration, localizer: nil, root: ".", runFolder: path + ".run", on: device)
    let epochs = model.configuration.schedule.epochs
    var bar = ProgressBar("training \(model.name)")
    let trained = try await trainer.run(resuming: true, provenance: provenance) { event in
      guard case .step(let epoch, let step, let steps, let loss) = event else { return }
      bar.update(Double(epoch * steps + step + 1) / Double(steps * epochs), "loss \(String(format: "%.4f", loss))")
    }
    bar.finish("→ \(path)")
    try trained.save(to: path)
  }

  // MARK: Masks

  /// Segments scans with an arm's models; a scan in which a model finds nothing gets an empty mask.
  private func segment(_ scans: [StudyScan], arm: StudyArm, _ models: [ArmTraining]) throws {
    var bar = ProgressBar("segmenting, \(arm.name)")
    for (number, model) in models.enumerated() {
      let own = scans.filter { model.contrast == nil || $0.contrast == model.contrast }
      let identity = (name: model.configuration.name, sha256: try MaskWriter.checksum(ofFile: modelPath(model)))
      let missing = own.filter { !isMade(maskPath($0, arm.name), by: identity.sha256) }
      guard !missing.isEmpty else { continue }
      let segmenter = Segmenter(try SegmentationModel(contentsOf: modelPath(model), on: device))
      segmenter.precision = ModelOptions.Precision.auto.dtype(on: device, for: segmenter.model)
      for (index, scan) in missing.enumerated() {
        let image = try naming(scan.image.location) { try GroundTruthInput.read(scan.image.location) }
        let mask: Volume
        do {
          mask = try segmenter.segment(image.volume).mask
        } catch is InferenceError {
          Console.note("\(scan.image.path): \(model.name) finds no cord; its mask is empty")
          mask = Volume(repeating: 0, grid: image.volume.grid)
        }
        let path = maskPath(scan, arm.name)
        try makeFolder((path as NSString).deletingLastPathComponent)
        _ = try MaskWriter(model: identity, binarize: nil).write(mask, of: image, source: scan.image.location, to: path)
        bar.update((Double(number) + Double(index + 1) / Double(missing.count)) / Double(models.count))
      }
    }
    bar.finish()
  }

  /// Whether a mask was made by a model.
  private func isMade(_ path: String, by model: String) -> Bool {
    struct Sidecar: Decodable {
      let checksum: String
      enum CodingKeys: String, CodingKey { case checksum = "ModelSHA256" }
    }
    let sidecar = OutputName.withoutExtension(path) + ".json"
    guard FileManager.default.fileExists(atPath: path), let data = FileManager.default.contents(atPath: sidecar) else { return false }
    return (try? JSONDecoder().decode(Sidecar.self, from: data))?.checksum == model
  }

  // MARK: Measures

  /// Measures a method's masks of the tested scans, or takes what was measured of the same files.
  private func measure(
    _ name: String, of cohort: StudyCohort, _ masks: StudyMasks, _ path: (StudyScan) -> String?
  ) throws -> MethodResults {
    var (found, absent): ([(scan: StudyScan, mask: String, reference: String, discs: String)], [String]) = ([], [])
    for scan in cohort.tested {
      guard let mask = path(scan), FileManager.default.fileExists(atPath: mask) else {
        absent.append(scan.image.name.description)
        continue
      }
      guard let reference = masks.mask(.truth, of: scan) ?? masks.mask(.refined, of: scan) else {
        throw StudyError.noReference(scan: scan.image.path)
      }
      guard let discs = masks.discs(of: scan, among: cohort.scans) else { throw StudyError.noDiscs(person: "sub-" + scan.person) }
      found.append((scan, mask, reference, discs.path))
    }
    let signature =
      try ["levels \(configuration.levels) \(SoftCord.version)"]
      + found.flatMap { item in
        try [item.mask, item.reference, item.discs].map { "\($0) \(try MaskWriter.checksum(ofFile: $0))" }
      }
    let stored = "\(folder)/measures/\(name).json"
    if let data = FileManager.default.contents(atPath: stored), let results = try? JSONDecoder().decode(MethodResults.self, from: data),
      results.signature == signature.joined(separator: "\n"), results.absent == absent
    {
      return results
    }
    var bar = ProgressBar("measuring, \(name)")
    var results: [ScanResult] = []
    for (index, item) in found.enumerated() {
      let (mask, reference, discs) = try (
        GroundTruthInput.read(item.mask).volume, GroundTruthInput.read(item.reference).volume, GroundTruthInput.read(item.discs).volume
      )
      guard mask.grid.matches(reference.grid, tolerance: 0.1) else {
        throw Failure(.data, "\(item.mask): its grid differs from that of \(item.reference)")
      }
      results.append(
        ScanResult(
          item.scan, mask: Volume(voxels: mask.voxels, grid: reference.grid), reference: reference, discs: discs,
          levels: configuration.measured))
      bar.update(Double(index + 1) / Double(found.count))
    }
    bar.finish()
    let measured = MethodResults(name: name, signature: signature.joined(separator: "\n"), scans: results, absent: absent)
    try AtomicFile.write([UInt8](JSONEncoder().encode(measured)), to: stored)
    return measured
  }

  // MARK: Report

  func write(_ outcome: StudyOutcome) throws {
    try makeFolder(folder + "/tables")
    for (name, table) in outcome.tables {
      try table.write(to: "\(folder)/tables/\(name).tsv", as: .tsv)
      try AtomicFile.write(Array(table.dataDictionary.utf8), to: "\(folder)/tables/\(name).json")
    }
    let pictures = try outcome.cases().compactMap { shown -> (picture: Picture, caption: String)? in
      guard let scan = outcome.cohort.tested.first(where: { $0.person == shown.person && $0.contrast == shown.contrast }) else {
        return nil
      }
      let title = "sub-\(shown.person) \(shown.contrast)"
      let image = try GroundTruthInput.read(scan.image.location).volume
      let mask = try GroundTruthInput.read(maskPath(scan, shown.method)).volume
      return (Overlay(title: title).picture(of: image, mask: mask), "\(title), \(shown.method), \(shown.why)")
    }
    let models = try configuration.arms.flatMap { arm -> [(name: String, value: String)] in
      let single = "\(folder)/models/\(arm.name).safetensors"
      let paths =
        FileManager.default.fileExists(atPath: single)
        ? [single] : outcome.cohort.contrasts.map { "\(folder)/models/\(arm.name)/\($0).safetensors" }
      return try paths.map { (String($0.dropFirst(folder.count + 1)) + " SHA-256", try MaskWriter.checksum(ofFile: $0)) }
    }
    var facts: [(name: String, value: String)] = [
      ("softcord", SoftCord.version), ("written", ISO8601DateFormatter().string(from: Date())),
      ("seed of the split", "\(configuration.split.seed ?? 0)"), ("seed of training", "\(configuration.training.seed)"),
      ("trained on", outcome.cohort.train.joined(separator: " ")), ("tested", outcome.cohort.test.joined(separator: " ")),
      ("configuration SHA-256", try MaskWriter.checksum(ofFile: folder + "/study.yaml")),
    ]
    if let simulate = configuration.cohort.simulate { facts.insert(("seed of the cohort", "\(simulate.seed)"), at: 2) }
    facts += models
    try outcome.page(pictures: pictures, facts: facts).write(to: folder + "/report.html")
  }
}
