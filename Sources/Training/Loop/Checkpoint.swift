import Foundation
import Models
import Networks
import Tensors

/// All that a run needs to go on: weights, averaged weights, optimizer state, epoch. One safetensors file, replaced atomically.
struct Checkpoint {
  let path: String
  let configuration: TrainingConfiguration

  private enum Part: String, CaseIterable { case weights, average, optimizer }
  private enum Key { static let epoch = "epoch", steps = "steps", configuration = "configuration", stopping = "stopping" }

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Replaces the checkpoint; the old one stays whole until the new one is.
  ///
  /// - Throws: `ModelError.unwritable` as for a full disk.
  func save(_ state: TrainingState, epoch: Int) throws {
    let (network, average, optimizer) = (state.network, state.average, state.optimizer)
    var tensors: [String: Tensor] = [:]
    for (part, named) in [(Part.weights, network.parameters), (.average, average.parameters), (.optimizer, optimizer.state.tensors)] {
      for (name, tensor) in named { tensors["\(part.rawValue).\(name)"] = try tensor.detached().to(.cpu) }
    }
    let metadata = [
      Key.epoch: "\(epoch)", Key.steps: "\(optimizer.state.stepCount)", Key.configuration: try fingerprint(),
      Key.stopping: String(decoding: try JSONEncoder().encode(state.stopping), as: UTF8.self),
    ]
    try Safetensors.write(Safetensors.Contents(tensors: tensors, metadata: metadata), to: path)
  }

  /// Brings a run's state back.
  ///
  /// - Returns: The epoch that was finished when the checkpoint was written, and what of the configuration was changed since.
  /// - Throws: ``TrainingError/checkpoint(path:reason:)``, as for a configuration that cannot go on with this state.
  func restore(_ state: TrainingState) throws -> (epoch: Int, changes: [String]) {
    let (network, average, optimizer) = (state.network, state.average, state.optimizer)
    let contents = try Safetensors.read(path)
    guard let epoch = contents.metadata[Key.epoch].flatMap(Int.init), let steps = contents.metadata[Key.steps].flatMap(Int.init) else {
      throw TrainingError.checkpoint(path: path, reason: "it does not say its epoch")
    }
    guard epoch >= 0, steps >= 0 else {
      throw TrainingError.checkpoint(path: path, reason: "its epoch \(epoch) or step \(steps) is negative")
    }
    let changes = try changes(since: contents.metadata[Key.configuration] ?? "")
    guard epoch < configuration.schedule.epochs else {
      throw TrainingError.checkpoint(
        path: path,
        reason: "\(epoch + 1) epochs are finished; schedule.epochs must be at least as many, and is \(configuration.schedule.epochs)")
    }
    func part(_ part: Part) -> [NamedTensor] {
      let prefix = part.rawValue + "."
      return contents.tensors.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value) }
    }
    do {
      let stored = Dictionary(part(.weights).map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
      let weights = try UNet(network.configuration, parameters: stored)
      try withoutGradients {
        for (own, other) in zip(network.parameters, weights.parameters) { try own.tensor.copy(from: other.tensor) }
      }
      try average.restore(part(.average), updates: steps)
      try optimizer.restore(OptimizerState(stepCount: steps, tensors: part(.optimizer)))
    } catch let error as NetworkError {
      throw TrainingError.checkpoint(path: path, reason: "\(error)")
    }
    if let text = contents.metadata[Key.stopping], let stopping = try? JSONDecoder().decode(EarlyStopping.self, from: Data(text.utf8)) {
      // Losses of other scans cannot be compared with the best so far, nor is there a best model where it was not kept.
      let judgesAnew = changes.contains { $0.key.hasPrefix("validation.") && $0.key != "validation.every" }
      state.stopping = judgesAnew ? EarlyStopping() : stopping
    }
    return (epoch, changes.map(\.description))
  }

  /// What differs from the configuration that the checkpoint was written under.
  ///
  /// - Throws: ``TrainingError/checkpoint(path:reason:)`` where the state depends on it.
  private func changes(since stored: String) throws -> [ConfigurationChange] {
    guard stored != (try fingerprint()) else { return [] }
    guard let changes = ConfigurationChange.all(from: stored, to: try fingerprint()) else {
      throw TrainingError.checkpoint(path: path, reason: "it does not say its configuration")
    }
    let decisive = changes.filter { !$0.isHarmless }
    guard decisive.isEmpty else {
      throw TrainingError.checkpoint(
        path: path,
        reason: "it belongs to another configuration: \(decisive.map(\.description).joined(separator: ", ")); "
          + "use the one it was started with (\(ConfigurationChange.harmless.joined(separator: ", ")) may change)")
    }
    return changes
  }

  /// The averaged weights in a checkpoint; `nil` where the file is none.
  static func average(in path: String) throws -> [String: Tensor]? {
    let contents = try Safetensors.read(path)
    guard contents.metadata[Key.configuration] != nil, contents.metadata[Key.epoch] != nil else { return nil }
    let prefix = Part.average.rawValue + "."
    return Dictionary(
      uniqueKeysWithValues: contents.tensors.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
  }

  /// What must be equal for a run to go on as if it had not stopped.
  private func fingerprint() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(configuration), as: UTF8.self)
  }
}
