import Augmentation
import Models
import Networks
import Simulation

extension TrainingConfiguration {
  /// What is made small.
  var objective: Objective { Objective(terms: loss, activation: stage.activation, heads: heads ?? DeepSupervision()) }

  /// Steps of one epoch.
  ///
  /// - Parameter processes: How many train together.
  func stepsPerEpoch(_ data: TrainingData, processes: Int = 1) -> Int {
    guard schedule.stepsPerEpoch == 0 else { return schedule.stepsPerEpoch }
    let samples = schedule.samplesPerStep * processes
    return max(1, (data.training.count + samples - 1) / samples)
  }

  /// Checks what decoding cannot.
  ///
  /// - Throws: ``TrainingError/configuration(path:reason:)``, ``TrainingError/noData(name:)``, ``TrainingError/personOnBothSides(person:)``.
  func validate() throws {
    func require(_ holds: Bool, _ reason: String) throws {
      guard holds else { throw TrainingError.configuration(path: name, reason: reason) }
    }
    do { try stage.validate() } catch { throw TrainingError.configuration(path: name, reason: "\(error)") }
    try require(
      stage.network.outputChannels == 1 && stage.activation != .softmax,
      "a network of one output is trained; activation must not be softmax")
    try require(
      stage.preprocessing.normalization.zScoresWindows && stage.axes == [0, 1, 2] && stage.blending == .occupancies,
      "patches are z-scored: stage.preprocessing.normalization must be quantiles or windows, and axes and blending as they are by default")
    try require(!loss.isEmpty, "loss is empty")
    guard !data.scans.isEmpty || !(data.sources ?? []).isEmpty || data.simulation.scans > 0 else { throw TrainingError.noData(name: name) }
    try require(schedule.epochs > 0 && schedule.epochs <= 1_000_000, "schedule.epochs must lie between 1 and a million")
    try require((0...1_000_000).contains(schedule.stepsPerEpoch), "schedule.stepsPerEpoch must lie between 0 and a million")
    try require(
      schedule.stepsPerEpoch > 0 || !data.scans.isEmpty || !(data.sources ?? []).isEmpty,
      "schedule.stepsPerEpoch must be positive where there are no labelled scans to count")
    try require(schedule.batch > 0 && (schedule.accumulation ?? 1) > 0, "schedule.batch and accumulation must be positive")
    try require(schedule.warmUpSteps >= 0, "schedule.warmUpSteps must not be negative")
    try require(schedule.patience ?? 1 > 0, "schedule.patience must be positive")
    try require(data.simulation.scans >= 0 && data.simulation.lifetime >= 1, "simulation.scans must not be negative, lifetime at least 1")
    try require((0...1).contains(data.simulation.backdrops?.share ?? 0), "data.simulation.backdrops.share must lie in 0…1")
    try require((0...1).contains(data.nearTop ?? 0), "data.nearTop must lie in 0…1")
    try require((0...1).contains(data.nearTip ?? 0), "data.nearTip must lie in 0…1")
    try require((0...1).contains(data.simulation.cordless ?? 0), "data.simulation.cordless must lie in 0…1")
    try require((0...1).contains(data.simulation.whole ?? 0), "data.simulation.whole must lie in 0…1")
    try require((0...1).contains(data.simulation.unchanged ?? 0), "data.simulation.unchanged must lie in 0…1")
    try require((0...0.3).contains(data.simulation.sizes ?? 0), "data.simulation.sizes must lie in 0…0.3")
    if let fault = data.simulation.mixture?.fault { try require(false, "data.simulation.mixture.\(fault)") }
    try require(validation.simulated >= 0 && validation.every >= 1, "validation.simulated must not be negative, every at least 1")
    try require(optimizer.clip ?? 1 > 0 && optimizer.learningRate > 0, "optimizer.clip and learningRate must be positive")
    try require((0..<1).contains(optimizer.average), "optimizer.average must lie in 0…1 and below 1")
    try require(data.memory ?? 1 > 0, "data.memory must be positive")
    if let contrasts = data.contrasts, data.simulation.scans > 0 {
      let known = Contrast.allCases.map(\.rawValue)
      try require(
        contrasts.contains(where: known.contains), "data.contrasts names none that can be simulated (\(known.joined(separator: ", ")))")
    }
    try require(
      ![.paper, .paperAsRun].contains(augmentation.set) || stage.preprocessing.spacing == .one,
      "augmentation.set \(augmentation.set.rawValue) counts in voxels of 1 mm; stage.preprocessing.spacing is another")
    let trained = Set(data.scans.map(\.person))
    if let both = validation.scans.map(\.person).first(where: trained.contains) { throw TrainingError.personOnBothSides(person: both) }
  }
}

extension DataSettings {
  /// How many voxels of a label lie in one of the image along each axis: across the cord its edge needs them where patches are moved by
  /// parts of a voxel. Centered ones are the scan's own voxels.
  var labelParts: SIMD3<Int> { placement == .centered ? .one : SIMD3(2, 2, 1) }
}
