import Foundation
import Models
import Networks
import Numerics
import Tensors

/// Trains the head that sees the canal; the segmenter it looks at stays as it is.
struct CanalTraining {
  let settings: CanalTrainingSettings
  let segmenter: LoadedNetwork
  let examples: [CanalExample]
  let network: UNet
  let optimizer: Adam
  let average: ExponentialMovingAverage

  init(_ settings: CanalTrainingSettings, on segmenter: LoadedNetwork, examples: [CanalExample]) throws {
    (self.settings, self.examples) = (settings, examples)
    self.segmenter = try segmenter.frozen(in: .float32)
    network = try UNet(CanalHead.configuration(for: segmenter.description.network), seed: settings.seed, on: .cpu)
    optimizer = try Adam(network.parameters, learningRate: settings.learningRate, weightDecay: 1e-4, decoupled: true)
    average = try ExponentialMovingAverage(network.parameters, decay: settings.decay)
  }

  /// The averaged weights as a head.
  func averaged() throws -> CanalHead {
    CanalHead(
      try UNet(network.configuration, parameters: Dictionary(uniqueKeysWithValues: average.parameters.map { ($0.name, $0.tensor) })))
  }

  /// Writes all that a run needs to go on, atomically.
  func save(_ path: String, step: Int) throws {
    var tensors: [String: Tensor] = [:]
    for (part, named) in [("weights", network.parameters), ("average", average.parameters), ("optimizer", optimizer.state.tensors)] {
      for (name, tensor) in named { tensors["\(part).\(name)"] = try tensor.detached() }
    }
    let metadata = ["step": "\(step)", "updates": "\(average.updates)", "settings": settings.text]
    try Safetensors.write(Safetensors.Contents(tensors: tensors, metadata: metadata), to: path)
  }

  /// Goes on from a checkpoint, if there is one.
  ///
  /// - Returns: Steps that are done.
  /// - Throws: ``TrainingError/checkpoint(path:reason:)`` for one of other settings.
  func restore(_ path: String) throws -> Int {
    guard FileManager.default.fileExists(atPath: path) else { return 0 }
    let contents = try Safetensors.read(path)
    guard contents.metadata["settings"] == settings.text, let step = contents.metadata["step"].flatMap(Int.init),
      let updates = contents.metadata["updates"].flatMap(Int.init)
    else { throw TrainingError.checkpoint(path: path, reason: "it is of other settings; take another folder or remove it") }
    func part(_ name: String) -> [NamedTensor] {
      contents.tensors.filter { $0.key.hasPrefix(name + ".") }.map { (String($0.key.dropFirst(name.count + 1)), $0.value) }
    }
    let weights = Dictionary(uniqueKeysWithValues: part("weights").map { ($0.name, $0.tensor) })
    try withoutGradients {
      for (name, tensor) in network.parameters {
        guard let stored = weights[name], stored.shape == tensor.shape else {
          throw TrainingError.checkpoint(path: path, reason: "it is of another network")
        }
        try tensor.copy(from: stored)
      }
    }
    try average.restore(part("average"), updates: updates)
    try optimizer.restore(OptimizerState(stepCount: step, tensors: part("optimizer")))
    return step
  }

  /// One change of the weights.
  ///
  /// - Returns: The loss.
  func step(_ step: Int) throws -> Double {
    var generator = Generator(seed: settings.seed, stream: 31, UInt64(step))
    let sample = try Sample(
      (0..<settings.batch).map { _ in
        try examples[Int(generator.uniform(0, Double(examples.count)))].sample(changed: settings.changed, generator: &generator)
      })
    let seen = try withoutGradients { try segmenter.network.decoded(sample.image) }
    let logits = try CanalHead(network).logits(features: seen.features, cord: seen.heads[0])
    let loss = try Self.loss(logits, sample)
    optimizer.learningRate = Schedule.cosine(
      step: step, steps: settings.steps, peak: settings.learningRate, floor: settings.learningRate * 0.01, warmUp: settings.warmUp)
    try loss.backward()
    let value = Double(try loss.item())
    guard value.isFinite else { throw TrainingError.diverged(epoch: step, loss: value, checkpoint: nil) }
    try optimizer.clipGradients(norm: 5)
    try optimizer.step()
    optimizer.zeroGrad()
    try average.update()
    return value
  }

  /// Cross-entropy, and how far the areas of slices are off as a share of them: both are smallest where occupancy is right.
  static func loss(_ logits: Tensor, _ sample: Sample) throws -> Tensor {
    let entropy = try logits.relu() - logits * sample.label + (-logits.abs()).exp().log1p()
    let total = Float(max(try sample.trust.sum().item(), 1))
    let areas = try (logits.sigmoid() * sample.trust).sum(dims: [2, 3])
    let truth = try (sample.label * sample.trust).sum(dims: [2, 3])
    return try (entropy * sample.trust).sum() / total * 4 + ((areas - truth).abs() / (truth + 50)).mean()
  }
}
