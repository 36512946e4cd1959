import Foundation
import Levels
import Models
import Networks
import Numerics
import Tensors

/// Trains the network that numbers vertebrae on simulated scans.
struct LevelTraining {
  let settings: LevelTrainingSettings
  let examples: [LevelExample]
  let network: UNet
  let optimizer: Adam
  let average: ExponentialMovingAverage

  init(_ settings: LevelTrainingSettings, examples: [LevelExample]) throws {
    (self.settings, self.examples) = (settings, examples)
    network = try UNet(LevelNetwork.configuration, seed: settings.seed, on: .cpu)
    optimizer = try Adam(network.parameters, learningRate: settings.learningRate, weightDecay: 1e-4, decoupled: true)
    average = try ExponentialMovingAverage(network.parameters, decay: settings.decay)
  }

  /// The averaged weights as a network.
  func averaged() throws -> LevelNetwork {
    LevelNetwork(
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
    var generator = Generator(seed: settings.seed, stream: 3, UInt64(step))
    // Windows of one batch are equally long at most.
    let rows = [64, 96, 128, 192, 256, settings.rows][Int(generator.uniform(0, 6))]
    let windows = (0..<settings.batch).map { _ in
      examples[Int(generator.uniform(0, Double(examples.count)))].changed(rows: rows, generator: &generator)
    }
    let loss = try loss(of: windows, rows: rows)
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

  /// Cross-entropies of boundaries, parts and edges.
  private func loss(of windows: [LevelExample], rows: Int) throws -> Tensor {
    let (logits, edges) = try LevelNetwork(network).outputs(LevelNetwork.input(windows.map(\.strip), rows: rows))
    let target = LevelTarget(windows, rows: rows)
    let count = windows.count
    let events = try logits.narrowed(dim: 1, start: 0, length: 2)
    let seen = try Tensor(target.seen, shape: [count, 1, rows])
    let truth = try Tensor(target.events, shape: [count, 2, rows])
    // max(x, 0) − x t + log(1 + exp(−|x|)), row by row.
    let entropy = try events.relu() - events * truth + (-events.abs()).exp().log1p()
    let total = Float(max(target.seen.reduce(0, +), 1))
    let boundaries = try (entropy * seen).sum() / total * 6
    let parts = try logits.narrowed(dim: 1, start: 2, length: LevelEvidence.parts.count).softmax(dim: 1).clamped(min: 1e-7, max: 1).log()
    let part = try (parts * Tensor(target.parts, shape: [count, LevelEvidence.parts.count, rows])).sum() / -total
    let places = try edges.softmax(dim: 2).clamped(min: 1e-7, max: 1).log()
    let marked = Float(max(target.edges.reduce(0, +), 1))
    let edge = try (places * Tensor(target.edges, shape: [count, rows, SpineStrip.cells])).sum() / -marked
    return try boundaries + part + edge * 0.1
  }
}

/// What the network shall say of windows.
private struct LevelTarget {
  /// Whether a row is in the window: [N, rows].
  var seen: [Float]
  /// Junction and discs, as shares of the two rows beside them: [N, 2, rows].
  var events: [Float]
  /// [N, parts, rows].
  var parts: [Float]
  /// Where the edge is in rows near a boundary: [N, rows, cells].
  var edges: [Float]

  init(_ windows: [LevelExample], rows: Int) {
    let (count, cells, kinds) = (windows.count, SpineStrip.cells, LevelEvidence.parts.count)
    seen = [Float](repeating: 0, count: count * rows)
    events = [Float](repeating: 0, count: count * 2 * rows)
    parts = [Float](repeating: 0, count: count * kinds * rows)
    edges = [Float](repeating: 0, count: count * rows * cells)
    for (n, window) in windows.enumerated() {
      for (row, part) in window.parts.enumerated() {
        seen[n * rows + row] = 1
        // Boundary 0 begins part 0.
        let kind = min(max(part, LevelEvidence.parts.lowerBound), LevelEvidence.parts.upperBound) - LevelEvidence.parts.lowerBound
        parts[(n * kinds + kind) * rows + row] = 1
      }
      for (boundary, (place, cell)) in zip(window.boundaries, window.edges).enumerated() {
        let low = Int(place.rounded(.down))
        let share = Float(place - place.rounded(.down))
        for (row, weight) in [(low, 1 - share), (low + 1, share)] where (0..<window.strip.rows).contains(row) {
          events[(n * 2 + min(boundary, 1)) * rows + row] += weight
        }
        guard cell > 0, cell < Double(cells - 1) else { continue }
        let (first, part) = (Int(cell), Float(cell - cell.rounded(.down)))
        for row in low - 2...low + 3 where (0..<window.strip.rows).contains(row) {
          edges[(n * rows + row) * cells + first] = 1 - part
          edges[(n * rows + row) * cells + first + 1] = part
        }
      }
    }
  }
}
