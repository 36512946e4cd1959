import Foundation
import Training

extension Train {
  /// An epoch in a few lines.
  static func line(_ record: EpochRecord, of epochs: Int) -> String {
    var line =
      "epoch \(record.epoch + 1)/\(epochs)  loss \(String(format: "%.4f", record.loss))  \(String(format: "%.0f", record.seconds)) s"
    if let computing = record.computing { line += ", \(Int((computing * 100).rounded(.down))) % computing" }
    if let loss = record.validationLoss { line += "  validation loss \(String(format: "%.4f", loss))" }
    for score in record.scores ?? [] {
      line += "\n  \(score.name): Dice \(String(format: "%.3f", score.dice)), soft \(String(format: "%.3f", score.softDice))"
      if let error = score.softError { line += ", soft error \(String(format: "%.1f", error * 100)) %" }
      line += ", volume \(String(format: "%+.1f", score.volumeError * 100)) %"
      if let error = score.areaError { line += ", area \(String(format: "%+.1f", error * 100)) %" }
    }
    return line
  }

  /// What a dry run found.
  static func report(_ rehearsal: Rehearsal, _ configuration: TrainingConfiguration, picture: String) -> String {
    let contrasts = rehearsal.contrasts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    let hours = rehearsal.seconds(epochs: configuration.schedule.epochs) / 3600
    return [
      "training on    \(rehearsal.trainingScans) labelled scans of \(rehearsal.trainingPeople) people\(contrasts.isEmpty ? "" : " (\(contrasts))"), "
        + "\(configuration.data.simulation.scans) simulated ones at a time",
      "validation     \(rehearsal.validationScans) labelled scans of \(rehearsal.validationPeople) people, \(configuration.validation.simulated) simulated",
      "test           \(rehearsal.testedScans) labelled scans left alone",
      "network        \(rehearsal.parameters) parameters",
      "first loss     \(String(format: "%.6g", rehearsal.loss))",
      "a step         \(String(format: "%.3f", rehearsal.sampling)) s to make samples, \(String(format: "%.3f", rehearsal.computing)) s to train on them "
        + "(\(String(format: "%.3f", rehearsal.processors)) s of processors)",
      simulation(rehearsal),
      "the run        \(configuration.schedule.epochs) epochs of \(rehearsal.stepsPerEpoch) steps, about \(String(format: "%.1f", hours)) h without validations",
      "memory         \(String(format: "%.1f", Double(rehearsal.peakMemory) / 1e9)) GB at most so far",
      "samples        \(picture)",
    ].compactMap(\.self).joined(separator: "\n")
  }

  private static func simulation(_ rehearsal: Rehearsal) -> String? {
    let (scans, perEpoch) = rehearsal.simulated
    guard scans > 0, rehearsal.simulating > 0 else { return nil }
    return "simulation     \(String(format: "%.1f", rehearsal.simulating)) s a scan; \(scans) at first and "
      + "\(String(format: "%.1f", perEpoch)) an epoch, beside the training"
  }
}
