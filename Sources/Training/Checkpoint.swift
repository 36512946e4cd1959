import Foundation
import Models
import Networks
import Tensors

/// All that a run needs to go on: weights, averaged weights, optimizer state, epoch. One safetensors file, replaced atomically.
struct Checkpoint {
  let path: String

  private enum Prefix { static let weights = "weights.", average = "average.", optimizer = "optimizer." }

  func save(network: UNet, average: UNet, optimizer: Adam, epoch: Int, configuration: TrainingConfiguration) throws {
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in network.parameters { tensors[Prefix.weights + name] = try tensor.detached() }
    for (name, tensor) in average.parameters { tensors[Prefix.average + name] = try tensor.detached() }
    for (name, tensor) in optimizer.state { tensors[Prefix.optimizer + name] = tensor }
    let metadata = [
      "epoch": "\(epoch)", "steps": "\(optimizer.steps)", "configuration": try configuration.fingerprint(),
    ]
    try Safetensors.write(Safetensors.Contents(tensors: try tensors.mapValues { try $0.to(.cpu) }, metadata: metadata), to: path)
  }

  /// - Returns: The epoch that was finished when the checkpoint was written.
  func restore(network: UNet, average: UNet, optimizer: Adam, configuration: TrainingConfiguration) throws -> Int {
    let contents = try Safetensors.read(path)
    guard let epoch = contents.metadata["epoch"].flatMap(Int.init), let steps = contents.metadata["steps"].flatMap(Int.init) else {
      throw TrainingError.checkpoint(path: path, reason: "it does not say its epoch")
    }
    guard contents.metadata["configuration"] == (try configuration.fingerprint()) else {
      throw TrainingError.checkpoint(path: path, reason: "it belongs to another configuration; use the one it was started with")
    }
    func load(_ prefix: String, into parameters: [(name: String, tensor: Tensor)]) throws {
      for (name, tensor) in parameters {
        guard let stored = contents.tensors[prefix + name], stored.shape == tensor.shape else {
          throw TrainingError.checkpoint(path: path, reason: "\(prefix + name) is missing or has another shape")
        }
        try withoutGradients { try tensor.copy(from: stored) }
      }
    }
    try load(Prefix.weights, into: network.parameters)
    try load(Prefix.average, into: average.parameters)
    try load(Prefix.optimizer, into: optimizer.state.map { ($0.key, $0.value) })
    optimizer.steps = steps
    return epoch
  }
}

extension TrainingConfiguration {
  /// What must be equal for a run to go on as if it had not stopped.
  func fingerprint() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
