import Networks
import Tensors
import Testing

/// Losses against PyTorch (tools/golden/networks.py) and against their own laws.
struct LossTests {
  /// A few float32 operations in another order.
  static let tolerance: Float = 2e-5

  func check(_ name: String, _ golden: [String: Tensor], _ prediction: String, _ loss: (Tensor) throws -> Tensor) throws {
    let prediction = try golden[prediction]!.requiringGrad()
    let value = try loss(prediction)
    #expect(try error(value.detached(), golden["\(name).value"]!) < Self.tolerance, "\(name)")
    try value.backward()
    #expect(try error(#require(prediction.grad), golden["\(name).gradient"]!) < Self.tolerance, "\(name)")
  }

  @Test func agreeWithPyTorch() throws {
    let golden = try golden("losses")
    let (wing, target) = (golden["wing.target"]!, golden["target"]!)
    try check("wing.sum", golden, "wing.prediction") { try AdaptiveWing(reduction: .sum)($0, wing) }
    try check("wing.mean", golden, "wing.prediction") { try AdaptiveWing()($0, wing) }
    try check("wing.other", golden, "wing.prediction") {
      try AdaptiveWing(theta: 0.4, omega: 14, alpha: 2.2, epsilon: 0.8, reduction: .sum)($0, wing)
    }
    try check("softDice", golden, "probability") { try Loss.softDice($0, target) }
    try check("squaredDice", golden, "probability") { try Loss.squaredDice($0, target) }
    try check("binaryCrossEntropy", golden, "logits") { try Loss.binaryCrossEntropy(logits: $0, target) }
    try check("meanSquaredError", golden, "probability") { try Loss.meanSquaredError($0, target) }
  }

  /// Worked by hand from the formula; three decimals.
  @Test(arguments: [(0, 0.1, 0.063), (0, 1, 4.855), (1, 0.1, 0.612), (1, 1, 5.863)] as [(Float, Float, Float)])
  func adaptiveWingByHand(target: Float, difference: Float, expected: Float) throws {
    let prediction = target == 0 ? difference : 1 - difference
    let loss = try AdaptiveWing()(Tensor(scalar: prediction), Tensor(scalar: target)).item()
    #expect(abs(loss - expected) < 6e-4)
  }

  @Test func adaptiveWingJoinsSmoothly() throws {
    for target in [0, 0.5, 1] as [Float] {
      let sides = try [0.4999, 0.5001].map { difference in
        let p = try Tensor(scalar: target + Float(difference)).requiringGrad()
        let loss = try AdaptiveWing()(p, Tensor(scalar: target))
        try loss.backward()
        return (value: try loss.item(), slope: try p.grad!.item())
      }
      #expect(abs(sides[0].value - sides[1].value) < 3e-3)  // slope up to 12 over 2e-4
      #expect(abs(sides[0].slope - sides[1].slope) < 1e-2)
    }
  }

  /// The gradient at p = g: zero for the squared form, also where g is soft; not for the plain form.
  @Test func squaredDiceIsLeastAtTheTarget() throws {
    let target = try Tensor.uniform(shape: [2, 1, 3, 3, 3], seed: 4)
    let (p, q) = (try target.copied().requiringGrad(), try target.copied().requiringGrad())
    let loss = try Loss.squaredDice(p, target)
    #expect(try abs(loss.item()) < 1e-6)
    try loss.backward()
    #expect(try p.grad!.abs().max().item() < 1e-6)
    try Loss.softDice(q, target).backward()
    #expect(try q.grad!.abs().max().item() > 1e-3)
  }

  /// Worked by hand: 4 × 5 voxels a slice, so that a twentieth of it is one voxel.
  @Test func sliceAreaCountsAreaAlone() throws {
    func mask(_ areas: [Float]) throws -> Tensor {
      try Tensor((0..<20).flatMap { voxel in areas.map { min(max($0 - Float(voxel), 0), 1) } }, shape: [1, 1, 4, 5, areas.count])
    }
    let target = try mask([6, 3.5, 0])
    let moved = try target.flipped(dims: [2, 3])
    #expect(try Loss.sliceArea(moved, target).item() == 0)
    let expected = (2 * (Float(2).squareRoot() - 1) + (Float(9 + 1).squareRoot() - 1)) / 3
    #expect(try abs(Loss.sliceArea(mask([7, 2.5, 3]), target).item() - expected) < 1e-5)
    // All voxels of a slice are pulled alike, by no more than an error without bound would.
    let prediction = try mask([7, 3.5, 20]).requiringGrad()
    try Loss.sliceArea(prediction, target).backward()
    let gradient = try prediction.grad!.floats()
    #expect((0..<20).allSatisfy { abs(gradient[3 * $0] - 1 / Float(2).squareRoot() / 3) < 1e-5 && gradient[3 * $0 + 1] == 0 })
    #expect(gradient.max()! < 1.0 / 3)
  }

  @Test func deepSupervisionKeepsAreaAndWeights() throws {
    let target = try Tensor.uniform(shape: [1, 1, 4, 4, 4], seed: 1)
    let outputs = try [[4, 4, 4], [2, 2, 4], [1, 1, 2]].map { try Tensor.zeros(shape: [1, 1] + $0) }
    var means: [Float] = []
    let loss = try DeepSupervision(division: .heads)(outputs, target) { output, reduced in
      #expect(output.shape == reduced.shape)
      means.append(try reduced.mean().item())
      return try Tensor(scalar: 1)
    }
    for mean in means { #expect(abs(mean - means[0]) < 1e-6) }
    #expect(abs(try loss.item() - 1.75 / 3) < 1e-6)
    #expect(try DeepSupervision()(outputs, target) { _, _ in try Tensor(scalar: 3) }.item() == 3)
  }
}
