import Tensors

/// The processes of a run: this one, or several that each see a part of every batch and take the same steps.
///
/// They start from the same seed and add up their gradients, so that all hold the same weights without ever sending them. The first one
/// writes the log and the checkpoint, validates, and says when the run is over.
struct Peers {
  let group: ProcessGroup?

  var count: Int { group?.size ?? 1 }
  var rank: Int { group?.rank ?? 0 }
  /// Whether this one writes and validates.
  var leads: Bool { rank == 0 }

  /// Replaces gradients by those of the whole batch.
  ///
  /// - Parameter isSum: Whether the loss is summed over a batch, not averaged.
  func average(_ gradients: [Tensor], isSum: Bool) throws {
    guard let group else { return }
    try group.sum(gradients)
    if !isSum { for gradient in gradients { try gradient.scale(by: 1 / Float(group.size)) } }
  }

  /// The loss of the whole batch.
  func average(_ value: Double, isSum: Bool) throws -> Double {
    guard let group else { return value }
    let sum = try Tensor(scalar: Float(value))
    try group.sum(sum)
    return Double(try sum.item()) / (isSum ? 1 : Double(group.size))
  }

  /// Whether it holds for any of them.
  func any(_ condition: Bool) throws -> Bool {
    guard let group else { return condition }
    let count = try Tensor(scalar: condition ? 1 : 0)
    try group.sum(count)
    return try count.item() > 0
  }
}
