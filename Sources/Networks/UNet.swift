import Tensors

/// A tensor under the name it is stored by.
public typealias NamedTensor = (name: String, tensor: Tensor)

/// The 3D U-Nets of nnU-Net ("PlainConvUNet", "ResidualEncoderUNet").
///
/// Encoder: stages of convolution, instance normalization, LeakyReLU; the first convolution of a stage has the stride. With a residual encoder
/// each stage is a chain of residual blocks instead. Decoder: a transposed convolution doubles the grid, the encoder's features of that
/// grid are concatenated behind it, convolutions follow. A 1×1×1 convolution (head) turns features into logits.
///
/// Source: Isensee et al. 2021, doi:10.1038/s41592-020-01008-z; Isensee et al. 2024, doi:10.1007/978-3-031-72114-4_47;
/// `dynamic_network_architectures.architectures.unet`.
public final class UNet {
  /// The network's shape.
  public let configuration: UNetConfiguration
  /// The trainable tensors, float32, in a fixed order under nnU-Net's names.
  public let parameters: [NamedTensor]

  /// The tensors that are computed with, by name.
  private let named: [String: Tensor]

  /// A network to be trained: convolutions drawn from He's normal distribution, biases 0, normalization the identity.
  ///
  /// - Parameters:
  ///   - seed: The same seed gives the same weights on every device.
  ///   - device: Where the parameters live and the network runs.
  /// - Throws: ``NetworkError/configuration(field:found:expected:)``.
  ///
  /// Source: He et al. 2015 (gain for the LeakyReLU's slope, fan-in); nnU-Net `InitWeights_He`.
  public init(_ configuration: UNetConfiguration, seed: UInt64, on device: Device) throws {
    try configuration.validate()
    self.configuration = configuration
    let slope = configuration.leakySlope
    parameters = try configuration.parameterShapes.enumerated().map { index, parameter in
      let tensor: Tensor
      if parameter.shape.count == 5 {
        // Fan-in counts the second dimension also for transposed convolutions, as PyTorch does.
        let fanIn = parameter.shape.dropFirst().reduce(1, *)
        let deviation = (2 / ((1 + slope * slope) * Float(fanIn))).squareRoot()
        tensor = try Tensor.normal(shape: parameter.shape, seed: UNet.seed(seed, index), on: device) * deviation
      } else {
        let one = parameter.name.hasSuffix("norm.weight") && !configuration.startsSilent(parameter.name)
        tensor = try Tensor.full(shape: parameter.shape, value: one ? 1 : 0, on: device)
      }
      return (parameter.name, try tensor.requiringGrad())
    }
    named = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor) })
  }

  /// A network of stored parameters, which are copied.
  ///
  /// - Parameter device: Where it runs; where the parameters are, if `nil`.
  /// - Throws: ``NetworkError`` where the configuration is out of range, or a parameter is missing, unexpected or of another shape.
  public init(_ configuration: UNetConfiguration, parameters stored: [String: Tensor], on device: Device? = nil) throws {
    try configuration.validate()
    self.configuration = configuration
    let expected = configuration.parameterShapes
    let unexpected = Set(stored.keys).subtracting(expected.map(\.name)).sorted()
    let missing = expected.map(\.name).filter { stored[$0] == nil }
    let misshapen = expected.compactMap { name, shape in
      stored[name].flatMap { $0.shape == shape ? nil : "\(name) is \($0.shape), not \(shape)" }
    }
    guard unexpected.isEmpty, missing.isEmpty, misshapen.isEmpty else {
      throw NetworkError.parameters(missing: missing, unexpected: unexpected, misshapen: misshapen)
    }
    parameters = try expected.map { name, _ in
      let tensor = try stored[name]!.detached().to(.float32)
      return (name, try tensor.to(device ?? tensor.device).copied().requiringGrad())
    }
    named = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor) })
  }

  /// This network prepared for inference: weights are cast once, and laid out in memory as convolutions on a processor are fastest.
  ///
  /// What it returns is the same but for rounding. Later changes of this network's parameters do not reach it.
  ///
  /// - Parameter precision: What it will be called with.
  public func frozen(in precision: DType) throws -> UNet {
    try UNet(
      configuration, parameters,
      computing: Dictionary(
        uniqueKeysWithValues: parameters.map { name, tensor in
          let cast = try tensor.detached().copied().to(configuration.staysFloat32(name) ? .float32 : precision)
          return (name, cast.rank == 5 && cast.device == .cpu ? try cast.channelsLast() : cast)
        }))
  }

  private init(_ configuration: UNetConfiguration, _ parameters: [NamedTensor], computing named: [String: Tensor]) {
    (self.configuration, self.parameters, self.named) = (configuration, parameters, named)
  }

  /// The logits of every head.
  ///
  /// - Parameters:
  ///   - x: [N, C, X, Y, Z] on the network's device, sizes divisible by ``UNetConfiguration/divisor``.
  ///   - precision: What convolutions compute in. Weights stay float32 and are cast on the way; so do their gradients.
  /// - Returns: Float32 logits [N, classes, X, Y, Z], finest head first; each next one on the grid of the next stage.
  /// - Throws: ``NetworkError/input(shape:channels:divisor:)``.
  public func callAsFunction(_ x: Tensor, precision: DType = .float32) throws -> [Tensor] { try decoded(x, precision: precision).heads }

  /// The logits of every head, and what the finest head looks at.
  ///
  /// - Returns: ``heads`` as of a call; features [N, ``UNetConfiguration/features``[0], X, Y, Z] in the precision.
  /// - Throws: ``NetworkError/input(shape:channels:divisor:)``.
  public func decoded(_ x: Tensor, precision: DType = .float32) throws -> (heads: [Tensor], features: Tensor) {
    try check(x)
    var x = try x.to(precision)
    var skips: [Tensor] = []
    if let blocks = configuration.residualBlocks {
      x = try stack(x, UNetConfiguration.stem, count: 1, kernel: configuration.kernels[0], stride: [1, 1, 1])
      for stage in blocks.indices {
        x = try residualStage(x, stage, blocks: blocks[stage])
        skips.append(x)
      }
    } else {
      for stage in configuration.features.indices {
        x = try stack(
          x, UNetConfiguration.encoderStage(stage), count: configuration.convolutionsPerStage, kernel: configuration.kernels[stage],
          stride: configuration.strides[stage])
        skips.append(x)
      }
    }
    skips.removeLast()
    var heads: [Tensor] = []
    for level in 0..<configuration.levels {
      let stage = configuration.skipStage(level)
      let up = UNetConfiguration.upsampling(level)
      x = try x.convTranspose3d(
        weight: parameter("\(up).weight", precision), bias: parameter("\(up).bias", precision), stride: configuration.strides[stage + 1])
      x = try Tensor.cat([x, skips.removeLast()], dim: 1)
      x = try stack(
        x, UNetConfiguration.decoderStage(level), count: configuration.convolutionsPerDecoderStage, kernel: configuration.kernels[stage],
        stride: [1, 1, 1])
      if configuration.headLevels.contains(level) {
        let head = UNetConfiguration.head(level)
        // A rounded bias would make every cord a little larger or smaller.
        let bias = try parameter("\(head).bias", .float32).reshaped([1, configuration.outputChannels, 1, 1, 1])
        heads.append(try x.conv3d(weight: parameter("\(head).weight", precision)).to(.float32) + bias)
      }
    }
    return (heads.reversed(), x)
  }

  /// Convolution, instance normalization and LeakyReLU, `count` times; the first convolution has the stride.
  private func stack(_ x: Tensor, _ path: String, count: Int, kernel: [Int], stride: [Int]) throws -> Tensor {
    var x = x
    for i in 0..<count {
      x = try activatedConvolution(x, "\(path).convs.\(i)", kernel: kernel, stride: i == 0 ? stride : [1, 1, 1])
    }
    return x
  }

  /// Convolution, instance normalization and LeakyReLU.
  func activatedConvolution(_ x: Tensor, _ path: String, kernel: [Int], stride: [Int]) throws -> Tensor {
    try convolution(x, path, kernel: kernel, stride: stride).instanceNormLeakyReLU(
      weight: parameter("\(path).norm.weight", .float32), bias: parameter("\(path).norm.bias", .float32), eps: configuration.normEpsilon,
      slope: configuration.leakySlope)
  }

  /// Convolution and instance normalization.
  func normalizedConvolution(_ x: Tensor, _ path: String, kernel: [Int], stride: [Int]) throws -> Tensor {
    try convolution(x, path, kernel: kernel, stride: stride).instanceNorm(
      weight: parameter("\(path).norm.weight", .float32), bias: parameter("\(path).norm.bias", .float32), eps: configuration.normEpsilon)
  }

  /// A convolution that keeps the grid, except for its stride; without bias if none is stored.
  private func convolution(_ x: Tensor, _ path: String, kernel: [Int], stride: [Int]) throws -> Tensor {
    let bias = named["\(path).conv.bias"] == nil ? nil : try parameter("\(path).conv.bias", x.dtype)
    return try x.conv3d(weight: parameter("\(path).conv.weight", x.dtype), bias: bias, stride: stride, padding: kernel.map { $0 / 2 })
  }

  private func parameter(_ name: String, _ precision: DType) throws -> Tensor {
    guard let tensor = named[name] else { preconditionFailure("the network has no parameter \(name)") }
    return tensor.dtype == precision ? tensor : try tensor.to(precision)
  }

  private func check(_ x: Tensor) throws(NetworkError) {
    let shape = x.shape
    let divisor = configuration.divisor
    let fits =
      shape.count == 5 && shape[1] == configuration.inputChannels && shape.allSatisfy { $0 > 0 }
      && (0..<3).allSatisfy { shape[2 + $0] % divisor[$0] == 0 }
    guard fits else { throw .input(shape: shape, channels: configuration.inputChannels, divisor: divisor) }
  }

  /// The seed of one parameter: far apart for neighbouring indices (steps of the golden ratio, as in SplitMix64).
  private static func seed(_ seed: UInt64, _ index: Int) -> UInt64 { seed &+ UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15 }
}
