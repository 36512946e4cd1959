import Cohorts
import Foundation
import Settings
import Simulation

/// Settings in YAML: of simulated data sets, and as parts of a recipe that are laid over each other. What is read is written so that it reads as
/// the same.
@Sendable func readSettings(_ bytes: Data) {
  let text = String(decoding: bytes, as: UTF8.self)
  guard let tree = try? SettingsTree(text, path: "settings.yaml") else { return }
  _ = try? tree["stages"].items.first?["configuration"].over(tree["base"]).decoded(ScanMixture.self)
  _ = try? tree.decoded(ScanMixture.self)
  guard !tree.isEmpty, let settings = try? tree.decoded(over: defaults), let written = try? Settings.text(settings) else { return }
  let again: CohortSettings? = (try? Settings.readableText(settings)).flatMap { try? Settings.decode($0, path: "settings.yaml") }
  precondition(again.flatMap { try? Settings.text($0) } == written, "settings are read as other ones")
  try? settings.validate()
}

/// One protocol and one tissue are as good as all, and many times as fast.
private let defaults: CohortSettings = {
  var simulation = SimulationSettings.standard
  simulation.protocols = simulation.protocols.filter { $0.key == Contrast.t2w.rawValue }
  simulation.tissues = simulation.tissues.filter { $0.key == "csf" }
  return CohortSettings(contrasts: [.t2w], simulation: simulation)
}()
