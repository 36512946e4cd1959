import Networks
import Tensors
import Testing

/// The network against PyTorch (tools/golden/networks.py), and laws of its shape.
struct UNetTests {
  static let tiny = UNetConfiguration(
    features: [3, 4, 5], strides: [[1, 1, 1], [2, 2, 1], [2, 2, 2]], kernels: [[3, 3, 1], [3, 3, 3], [3, 3, 3]])

  /// Float32 sums in another order through a dozen layers.
  static let tolerance: Float = 1e-4

  static func weights(_ golden: [String: Tensor], _ prefix: String = "weight.") -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: golden.filter { $0.key.hasPrefix(prefix) }.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
  }

  @Test(arguments: [false, true]) func oneStepAgreesWithPyTorch(decoupled: Bool) throws {
    let golden = try golden("unet")
    let network = try UNet(Self.tiny, parameters: Self.weights(golden))
    let heads = try network(golden["input"]!)
    #expect(heads.count == 2)
    for (i, head) in heads.enumerated() { #expect(try error(head, golden["head.\(i)"]!) < Self.tolerance) }

    let loss = try DeepSupervision()(heads, golden["target"]!) { try AdaptiveWing()($0, $1) }
    #expect(try error(loss, golden["loss"]!) < Self.tolerance)
    try loss.backward()
    // Biases before a normalization have the gradient zero up to rounding: the floor keeps them comparable.
    for (name, tensor) in network.parameters {
      #expect(try error(#require(tensor.grad), golden["gradient.\(name)"]!, floor: 1e-2) < Self.tolerance, "\(name)")
    }
    let optimizer = try Adam(
      network.parameters, learningRate: 0.01, epsilon: 1e-3, weightDecay: decoupled ? 0.1 : 0.01, decoupled: decoupled)
    try optimizer.step()
    for (name, tensor) in network.parameters {
      #expect(try error(tensor.detached(), golden["\(decoupled ? "adamw" : "adam").\(name)"]!) < Self.tolerance, "\(name)")
    }
  }

  /// A wider network begins where a narrower one ended: it says the same, and its new channels learn.
  @Test(arguments: [[3, 4, 5], [5, 4, 9], [8, 7, 6]]) func aWiderNetworkSaysTheSame(features: [Int]) throws {
    let narrow = try UNet(Self.tiny, seed: 3, on: .cpu)
    for (index, (_, tensor)) in narrow.parameters.enumerated() where tensor.rank == 1 {
      try withoutGradients { try tensor.copy(from: Tensor.normal(shape: tensor.shape, seed: UInt64(index), on: .cpu)) }
    }
    var configuration = Self.tiny
    configuration.features = features
    let stored = Dictionary(uniqueKeysWithValues: narrow.parameters.map { ($0.name, $0.tensor) })
    let wide = try UNet(configuration, widening: stored, seed: 4, on: .cpu)
    let input = try Tensor.normal(shape: [2, 1, 8, 8, 4], seed: 5)
    let (old, new) = (try narrow(input), try wide(input))
    for (a, b) in zip(old, new) { #expect(try error(b.detached(), a.detached()) < Self.tolerance) }
    try new.dropFirst().reduce(new[0].sum()) { try $0 + $1.sum() }.backward()
    for (name, tensor) in wide.parameters where name.contains("seg_layers") && name.hasSuffix(".weight") {
      #expect(try tensor.grad!.floats().allSatisfy { $0 != 0 }, "\(name)")
    }
  }

  @Test func aNetworkDoesNotFitIntoANarrowerOne() throws {
    let stored = Dictionary(uniqueKeysWithValues: try UNet(Self.tiny, seed: 3, on: .cpu).parameters.map { ($0.name, $0.tensor) })
    for (features, kernel) in [([3, 4, 4], [3, 3, 1]), ([3, 4, 6], [3, 3, 3])] {
      var configuration = Self.tiny
      (configuration.features, configuration.kernels[0]) = (features, kernel)
      #expect(throws: NetworkError.self) { try UNet(configuration, widening: stored, seed: 4, on: .cpu) }
    }
  }

  /// Layout in memory and casting ahead change nothing but rounding, and later changes of the weights do not show.
  @Test(arguments: [DType.float32, .bfloat16]) func frozenSaysTheSame(precision: DType) throws {
    try withoutGradients {
      let network = try UNet(Self.tiny, seed: 3, on: .cpu)
      let frozen = try network.frozen(in: precision)
      let x = try Tensor.normal(shape: [1, 1, 12, 8, 6], seed: 4)
      let expected = try network(x, precision: precision)[0]
      // Eight bits of a bfloat16 through seven layers.
      #expect(try error(frozen(x, precision: precision)[0], expected) < (precision == .float32 ? Self.tolerance : 0.1))
      for (_, tensor) in network.parameters { try tensor.fill(0) }
      #expect(try error(frozen(x, precision: precision)[0], expected) < (precision == .float32 ? Self.tolerance : 0.1))
    }
  }

  /// What every logit is moved by is not rounded with the rest: 1.003 is none of the bfloat16 numbers.
  @Test func headsKeepTheirBias() throws {
    try withoutGradients {
      let network = try UNet(Self.tiny, seed: 3, on: .cpu)
      for (name, tensor) in network.parameters where name.contains("seg_layers") { try tensor.fill(name.hasSuffix("bias") ? 1.003 : 0) }
      let x = try Tensor.normal(shape: [1, 1, 12, 8, 6], seed: 4)
      for heads in [try network(x, precision: .bfloat16), try network.frozen(in: .bfloat16)(x, precision: .bfloat16)] {
        for logits in heads { #expect(try logits.floats().allSatisfy { abs($0 - 1.003) < 1e-6 }) }
      }
    }
  }

  @Test func paperNetworkHasItsParameters() throws {
    #expect(UNetConfiguration.paper.parameterCount == 30_785_189)
    #expect(UNetConfiguration.paper.divisor == [16, 32, 32])
    try UNetConfiguration.paper.validate()
  }

  @Test func onlyTheFinestHeadWithoutDeepSupervision() throws {
    var configuration = Self.tiny
    configuration.deepSupervision = false
    let network = try UNet(configuration, seed: 1, on: .cpu)
    let x = try Tensor.normal(shape: [1, 1, 4, 4, 2], seed: 2)
    #expect(try network(x).map(\.shape) == [[1, 1, 4, 4, 2]])
    let heads = network.parameters.map(\.name).filter { $0.contains("seg_layers") }
    #expect(heads == ["decoder.seg_layers.1.weight", "decoder.seg_layers.1.bias"])
  }

  @Test func seedDecidesTheStart() throws {
    let (a, b, c) = (try UNet(Self.tiny, seed: 1, on: .cpu), try UNet(Self.tiny, seed: 1, on: .cpu), try UNet(Self.tiny, seed: 2, on: .cpu))
    for ((x, y), z) in zip(zip(a.parameters, b.parameters), c.parameters) {
      #expect(try x.tensor.floats() == y.tensor.floats())
      if x.tensor.rank == 5 { #expect(try x.tensor.floats() != z.tensor.floats()) }
    }
    #expect(a.parameters.map(\.name) == Self.tiny.parameterShapes.map(\.name))
    #expect(a.parameters.reduce(0) { $0 + $1.tensor.count } == Self.tiny.parameterCount)
  }

  @Test func startsWithHesDeviation() throws {
    let configuration = UNetConfiguration(features: [16, 32], strides: [[1, 1, 1], [2, 2, 2]])
    let network = try UNet(configuration, seed: 3, on: .cpu)
    let weight = try #require(network.parameters.first { $0.name == "encoder.stages.1.0.convs.1.conv.weight" }).tensor.detached()
    let expected = 2 / (1.0001 * Float(32 * 27))
    // 27,648 numbers: the variance is known to 0.9 %; five of that.
    #expect(try abs((weight * weight).mean().item() / expected - 1) < 0.045)
  }

  @Test func sixteenBitsStayCloseAndFillFloat32Gradients() throws {
    let network = try UNet(Self.tiny, seed: 1, on: .cpu)
    let x = try Tensor.normal(shape: [1, 1, 8, 8, 4], seed: 2)
    let (full, half) = (try network(x), try network(x, precision: .bfloat16))
    for (f, h) in zip(full, half) {
      #expect(h.dtype == .float32)
      #expect(try error(h, f) < 0.1)  // 8 bits of mantissa through a dozen layers
      #expect(try error(h, f) > 1e-6)
    }
    try half[0].sum().backward()
    for (name, tensor) in network.parameters where !name.contains("seg_layers.0") {
      #expect(tensor.grad?.dtype == .float32, "\(name)")
    }
  }

  @Test func refusesWhatDoesNotFit() throws {
    var stored = Self.weights(try golden("unet"))
    stored["extra"] = try Tensor(scalar: 1)
    stored["decoder.seg_layers.0.bias"] = nil
    stored["decoder.seg_layers.1.bias"] = try Tensor.zeros(shape: [2])
    #expect(
      throws: NetworkError.parameters(
        missing: ["decoder.seg_layers.0.bias"], unexpected: ["extra"], misshapen: ["decoder.seg_layers.1.bias is [2], not [1]"])
    ) { try UNet(Self.tiny, parameters: stored) }
    let network = try UNet(Self.tiny, seed: 1, on: .cpu)
    for shape in [[1, 1, 6, 8, 8], [1, 2, 8, 8, 8], [8, 8, 8], [1, 1, 0, 4, 4]] {
      #expect(throws: NetworkError.input(shape: shape, channels: 1, divisor: [4, 4, 2])) { try network(Tensor.zeros(shape: shape)) }
    }
  }

  @Test func learnsATinyTask() throws {
    let network = try UNet(Self.tiny, seed: 1, on: .cpu)
    let optimizer = try Adam(network.parameters, learningRate: 0.02)
    let x = try Tensor.normal(shape: [1, 1, 8, 8, 4], seed: 2)
    let target = try x.isGreater(than: 0)
    var losses: [Float] = []
    for _ in 0..<30 {
      let loss = try DeepSupervision()(network(x), target) { try Loss.binaryCrossEntropy(logits: $0, $1) }
      losses.append(try loss.item())
      optimizer.zeroGrad()
      try loss.backward()
      try optimizer.clipGradients(norm: 12)
      try optimizer.step()
    }
    #expect(losses.last! < 0.6 * losses[0])
  }
}

@Test("A network that expects little cord says so before any training")
func priorOccupancy() throws {
  let configuration = UNetConfiguration(features: [2, 3], strides: [[1, 1, 1], [2, 2, 2]], deepSupervision: true)
  let network = try UNet(configuration, seed: 1, on: .cpu)
  try withoutGradients { for (_, tensor) in network.parameters { try tensor.fill(0) } }
  try network.expect(occupancy: 0.02)
  let output = try withoutGradients { try network(Tensor.normal(shape: [1, 1, 4, 4, 4], seed: 2))[0].sigmoid().floats() }
  #expect(output.allSatisfy { abs($0 - 0.02) < 1e-6 })
}
