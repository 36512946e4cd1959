import Cohorts
import NIfTI
import Simulation
import Volumes

/// The labelled scans of a run: who is trained on and who is validated on.
struct TrainingData: Sendable {
  let root: String
  let training: [LabelledScan]
  let validation: [LabelledScan]
  /// Scans of people that are kept for a test: nothing looks at them.
  let tested: Int
  /// What is painted around simulated cords.
  let backdrops: [Backdrop]
  private let kind: LabelKind
  private let byPerson: [String: [LabelledScan]]

  /// Finds the scans that a configuration names.
  ///
  /// - Throws: ``TrainingError``: a source that is not what it should be, a person on both sides, nothing to train on; and errors of backdrops.
  init(_ configuration: TrainingConfiguration, root: String) throws {
    let settings = configuration.data
    let found = try (settings.sources ?? []).flatMap { try $0.scans(root: root) }
    if settings.simulation.scans == 0 { try settings.checkContrasts(of: found + settings.scans) }
    var sides = try (settings.split ?? Split()).sides(of: found.filter(settings.includes))
    sides[.train, default: []] += settings.scans.filter(settings.includes)
    sides[.validation, default: []] += configuration.validation.scans
    let trained = Set(sides[.train]!.map(\.person))
    if let both = (sides[.validation]! + (sides[.test] ?? [])).map(\.person).first(where: trained.contains) {
      throw TrainingError.personOnBothSides(person: both)
    }
    (self.root, training, validation, tested) = (root, sides[.train]!, sides[.validation]!, sides[.test]?.count ?? 0)
    backdrops = try settings.simulation.backdrops.map { try Backdrop.all(in: located($0.folder, root: root)) } ?? []
    kind = settings.label ?? .exact
    byPerson = Dictionary(grouping: training + validation, by: \.person)
    if training.isEmpty && settings.simulation.scans == 0 { throw TrainingError.noData(name: configuration.name) }
  }

  /// One line on what is learned from, without file names.
  func summary(simulatedShare: Double) -> String {
    let labelled = "\(training.count) scans of \(Set(training.map(\.person)).count) people"
    let share = training.isEmpty ? 1 : simulatedShare
    return share > 0 ? "\(labelled) and scans of simulated necks (\(Int(share * 100)) % of samples)" : labelled
  }

  /// A scan and its label of the run's kind, once ``check(progress:)`` has found it in order.
  ///
  /// - Throws: ``TrainingError/vanished(path:reason:)``.
  func read(_ scan: LabelledScan) throws -> (image: Volume, label: Volume) {
    do {
      let (image, mask, _) = try scan.read(root: root)
      let label = try kind.label(mask) {
        try byPerson[scan.person]!.filter { $0.mask != scan.mask }.map { try $0.readMask(root: root) }
      }
      return (image, label)
    } catch let error as NIfTIError {
      throw TrainingError.vanished(path: scan.image, reason: "\(error)")
    }
  }

  /// Opens every scan once: what is damaged, empty, or comes under two names is told before hours are spent.
  ///
  /// - Parameter observer: Told of the fraction done, and of files that are not taken as they stand.
  func check(observer: (TrainingEvent) throws -> Void = { _ in }) throws {
    var people = PeopleByVoxels()
    let all = training + validation
    for (index, scan) in all.enumerated() {
      let (image, _, notes) = try scan.read(root: root)
      try people.take(image, of: scan)
      for note in notes { try observer(.preparing("\(scan.image): \(note)")) }
      try observer(.reading(Double(index + 1) / Double(all.count)))
    }
  }
}

extension DataSettings {
  /// Whether a scan is of a contrast that is asked for.
  func includes(_ scan: LabelledScan) -> Bool { contrasts.map { list in scan.contrast.map(list.contains) ?? false } ?? true }

  /// - Throws: ``TrainingError/source(path:reason:)`` where contrasts are asked for of which there is no scan.
  func checkContrasts(of scans: [LabelledScan]) throws {
    guard let contrasts, !scans.isEmpty, !scans.contains(where: includes) else { return }
    let known = Set(scans.compactMap(\.contrast)).sorted()
    throw TrainingError.source(
      path: "data.contrasts",
      reason: "no scan is of \(contrasts.joined(separator: ", ")); found: \(known.isEmpty ? "none" : known.joined(separator: ", "))")
  }
}
