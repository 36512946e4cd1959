import Training

/// One model that a study trains.
public struct ArmTraining: Sendable {
  /// Name of the model's file, without extension.
  public let name: String
  /// The contrast that it is for; `nil` is all.
  public let contrast: String?
  public let configuration: TrainingConfiguration
  /// Scans that had no label of the arm's kind.
  public let unlabelled: [String]

  /// What the model says of its training, without names of files: a model that says the same need not be trained again.
  public var summary: String {
    let people = Set(configuration.data.scans.map(\.person)).sorted().joined(separator: " ")
    return "\(configuration.data.scans.count) scans of \(people)"
  }
}

extension StudyArm {
  /// The models of an arm.
  ///
  /// - Throws: ``StudyError/noLabel(_:folder:)``.
  public func trainings(of cohort: StudyCohort, masks: StudyMasks, with base: TrainingConfiguration) throws(StudyError) -> [ArmTraining] {
    var trainings: [ArmTraining] = []
    for contrast in specific == true ? cohort.contrasts.map(Optional.some) : [nil] {
      var (scans, unlabelled): ([LabelledScan], [String]) = ([], [])
      for scan in cohort.trained where contrast == nil || scan.contrast == contrast {
        guard let mask = masks.mask(label, of: scan) else {
          unlabelled.append(scan.image.name.description)
          continue
        }
        // Slices that a mask leaves out are not known: the published recipe covers fewer than the others.
        scans.append(
          LabelledScan(
            image: scan.image.location, mask: mask, name: scan.image.name.description, person: "sub-" + scan.person, partial: true,
            contrast: scan.contrast))
      }
      guard !scans.isEmpty else { throw .noLabel(label, folder: masks.folder(of: label)) }
      var configuration = base
      configuration.name = contrast.map { "\(name), \($0)" } ?? name
      configuration.data.scans = scans
      // What a binary or soft label says of the edge is what the arms differ in: all of it is learned from.
      (configuration.data.edgeTolerance, configuration.data.label) = (nil, .exact)
      if let loss { configuration.loss = loss }
      if let augmentation { configuration.augmentation = augmentation }
      if contrast != nil {
        configuration.schedule.stepsPerEpoch = max(1, configuration.schedule.stepsPerEpoch / cohort.contrasts.count)
      }
      trainings.append(
        .init(
          name: contrast.map { "\(name)/\($0)" } ?? name, contrast: contrast, configuration: configuration, unlabelled: unlabelled))
    }
    return trainings
  }
}
