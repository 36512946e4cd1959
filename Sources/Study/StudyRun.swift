import Cohorts
import Datasets
import Files
import Foundation
import GroundTruth
import Simulation
import Tensors

/// The stages of a study: soft ground truth, models, masks, measures, the report.
///
/// Each leaves files behind that the next run of the same study takes up. What was made from other files, settings or models than the present
/// ones is made anew.
public struct StudyRun {
  public let configuration: StudyConfiguration
  /// The configuration as it was read.
  public let text: String
  /// Folder that the cohort's path begins at.
  public let configFolder: String
  /// What is written.
  public let folder: String
  public let device: Device
  let observer: WorkObserver
  let checksums = KnownChecksums()

  /// - Parameters:
  ///   - text: The configuration as it was read, which is kept in the folder.
  ///   - configFolder: Folder of the configuration; paths in it begin there.
  ///   - folder: What is written, or gone on with.
  ///   - device: Where networks are trained and run.
  ///   - observer: Is told of progress and of what to know.
  public init(
    configuration: StudyConfiguration, text: String, configFolder: String, folder: String, on device: Device,
    observer: @escaping WorkObserver = { _ in }
  ) {
    (self.configuration, self.text, self.configFolder, self.folder) = (configuration, text, configFolder, folder)
    (self.device, self.observer) = (device, observer)
  }

  /// Runs what is not made yet, and writes tables and report.html.
  ///
  /// - Throws: ``StudyError``, and what the stages throw: the files of finished stages stay.
  public func run() async throws -> StudyOutcome {
    ProcessTuning.apply()
    let outcome = try await outcome()
    try write(outcome)
    return outcome
  }

  private func outcome() async throws -> StudyOutcome {
    for part in ["models", "masks", "measures"] { try Folder.make("\(folder)/\(part)") }
    try AtomicFile.write(Array(text.utf8), to: folder + "/study.yaml")
    let root = try cohortFolder()
    let cohort = try StudyCohort(at: root, contrasts: configuration.cohort.contrasts, split: configuration.split)
    for gap in cohort.missing { observer(.note(gap)) }
    let labels = "\(root)/derivatives/\(configuration.cohort.labels ?? "labels")"
    let truth = "\(root)/derivatives/\(configuration.cohort.truth ?? "truth")"
    let (paper, refined) = (
      try groundTruth(.paper, of: cohort, labels: labels), try groundTruth(.refined, of: cohort, labels: labels)
    )
    let masks = try StudyMasks(
      folders: [.binary: labels, .binarizedMean: paper, .softMean: paper, .refined: refined, .truth: truth], discs: [truth, labels])
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
        observer(.note("\(place): masks of \(peer.name) are not there; it is left out of the report"))
        continue
      }
      methods.append(
        try measure(peer.name, of: cohort, masks) { "\(place)/\($0.image.name.folder($0.image.datatype))/\(Self.maskName($0)).nii.gz" })
    }
    return try StudyOutcome(configuration, cohort, methods: methods)
  }

  /// Root of the cohort, simulated where the configuration says so.
  private func cohortFolder() throws -> String {
    guard let simulate = configuration.cohort.simulate else {
      let path = configuration.cohort.path!
      return path.hasPrefix("/") || configFolder.isEmpty ? path : "\(configFolder)/\(path)"
    }
    let cohort = Cohort(
      folder: folder + "/cohort", settings: try simulate.settings(contrasts: configuration.cohort.contrasts), program: .softcord)
    let (task, observer) = ("simulating \(simulate.people) people", observer)
    observer(.started(task: task))
    try cohort.write(people: simulate.people) { observer(.progress(task: task, fraction: $0)) }
    observer(.finished(task: task))
    return cohort.folder
  }

  /// Soft labels by one recipe; the folder that holds them.
  private func groundTruth(_ method: GroundTruthMaker.Method, of cohort: StudyCohort, labels: String) throws -> String {
    let place = "\(folder)/ground-truth/\(method.rawValue)"
    var maker = GroundTruthMaker()
    (maker.method, maker.labels) = (method, labels)
    maker.reference = cohort.contrasts.contains("T2w") ? "T2w" : cohort.contrasts[0]
    let result = try maker.make(from: cohort.dataset.root, to: place, observer: observer)
    try result.requireSomebody()
    if !result.isComplete { observer(.note("\(method.rawValue) ground truth: \(result.summary)")) }
    return place
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

  static func maskName(_ scan: StudyScan) -> String { scan.image.name.derivative([.label: "SC"], suffix: "probseg").description }

  func maskPath(_ scan: StudyScan, _ method: String) -> String {
    "\(folder)/masks/\(method)/\(scan.image.name.folder(scan.image.datatype))/\(Self.maskName(scan)).nii.gz"
  }

  func modelPath(_ model: ArmTraining) -> String { "\(folder)/models/\(model.name).safetensors" }
}

extension SimulatedCohort {
  /// Settings of the simulator.
  ///
  /// - Throws: ``StudyError`` where a contrast or a pathology is not known.
  func settings(contrasts: [String]?) throws(StudyError) -> CohortSettings {
    var settings = CohortSettings(seed: seed)
    settings.raters = true
    if let side { settings.crop = .init(side: side, levels: levels) }
    if let contrasts {
      settings.contrasts = []
      for name in contrasts {
        guard let contrast = Contrast(rawValue: name) else { throw .missingContrast(name, found: Contrast.named.map(\.rawValue)) }
        settings.contrasts.append(contrast)
      }
    }
    for (name, share) in pathologies ?? [:] {
      guard settings.simulation.pathologies[name] != nil else {
        let known = settings.simulation.pathologies.keys.sorted().joined(separator: ", ")
        throw .configuration(reason: "cohort.simulate.pathologies: there is no \(name); known: \(known)")
      }
      settings.simulation.pathologies[name] = share
    }
    return settings
  }
}
