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

  /// - Returns: The epoch that was finished when the checkpoint was written.
  func restore(_ state: TrainingState) throws -> Int {
    let (network, average, optimizer) = (state.network, state.average, state.optimizer)
    let contents = try Safetensors.read(path)
    guard let epoch = contents.metadata[Key.epoch].flatMap(Int.init), let steps = contents.metadata[Key.steps].flatMap(Int.init) else {
      throw TrainingError.checkpoint(path: path, reason: "it does not say its epoch")
    }
    guard (0..<configuration.schedule.epochs).contains(epoch), steps >= 0 else {
      throw TrainingError.checkpoint(path: path, reason: "its epoch \(epoch) lies outside the configuration's")
    }
    guard contents.metadata[Key.configuration] == (try fingerprint()) else {
      throw TrainingError.checkpoint(path: path, reason: "it belongs to another configuration; use the one it was started with")
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
      state.stopping = stopping
    }
    return epoch
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
