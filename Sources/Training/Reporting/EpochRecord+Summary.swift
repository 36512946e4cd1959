import Foundation

extension EpochRecord {
  /// The epoch in a few lines.
  func summary(of epochs: Int) -> String {
    var line =
      "epoch \(epoch + 1)/\(epochs)  loss \(String(format: "%.4f", loss))  \(String(format: "%.0f", seconds)) s"
    if let computing = computing { line += ", \(Int((computing * 100).rounded(.down))) % computing" }
    if let loss = validationLoss { line += "  validation loss \(String(format: "%.4f", loss))" }
    for score in scores ?? [] {
      line += "\n  \(score.name): Dice \(String(format: "%.3f", score.dice)), soft \(String(format: "%.3f", score.softDice))"
      if let error = score.softError { line += ", soft error \(String(format: "%.1f", error * 100)) %" }
      line += ", volume \(String(format: "%+.1f", score.volumeError * 100)) %"
      if let error = score.areaError { line += ", area \(String(format: "%+.1f", error * 100)) %" }
    }
    return line
  }
}

extension Rehearsal {
  /// What a dry run found, in a few lines.
  ///
  /// - Parameter path: Of the picture of samples.
  public func report(_ configuration: TrainingConfiguration, picture path: String) -> String {
    let contrasts = self.contrasts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    let hours = seconds(epochs: configuration.schedule.epochs) / 3600
    return [
      "training on    \(trainingScans) labelled scans of \(trainingPeople) people\(contrasts.isEmpty ? "" : " (\(contrasts))"), "
        + "\(configuration.data.simulation.scans) simulated ones at a time",
      "validation     \(validationScans) labelled scans of \(validationPeople) people, \(configuration.validation.simulated) simulated",
      "test           \(testedScans) labelled scans left alone",
      "network        \(parameters) parameters",
      "first loss     \(String(format: "%.6g", loss))",
      "a step         \(String(format: "%.3f", sampling)) s to make samples, \(String(format: "%.3f", computing)) s to train on them "
        + "(\(String(format: "%.3f", processors)) s of processors)",
      simulation,
      "the run        \(configuration.schedule.epochs) epochs of \(stepsPerEpoch) steps, about \(String(format: "%.1f", hours)) h without validations",
      "memory         \(String(format: "%.1f", Double(peakMemory) / 1e9)) GB at most so far",
      "samples        \(path)",
    ].compactMap(\.self).joined(separator: "\n")
  }

  private var simulation: String? {
    let (scans, perEpoch) = simulated
    guard scans > 0, simulating > 0 else { return nil }
    return "simulation     \(String(format: "%.1f", simulating)) s a scan; \(scans) at first and "
      + "\(String(format: "%.1f", perEpoch)) an epoch, beside the training"
  }
}
