/// What fixes the shape of a ``UNet``: everything but the weights.
public struct UNetConfiguration: Codable, Sendable, Hashable {
  /// Channels of the image.
  public var inputChannels: Int
  /// Channels of the logits.
  public var outputChannels: Int
  /// Channels of each stage, from the finest.
  public var features: [Int]
  /// Step of each stage's first convolution along [x, y, z]; the first stage usually steps by [1, 1, 1].
  public var strides: [[Int]]
  /// Kernel of each stage's convolutions along [x, y, z]; odd.
  public var kernels: [[Int]]
  /// Convolutions in each stage of the encoder.
  public var convolutionsPerStage: Int
  /// Convolutions in each stage of the decoder.
  public var convolutionsPerDecoderStage: Int
  /// Whether every level of the decoder has a head; else only the finest.
  public var deepSupervision: Bool
  /// Slope of the LeakyReLU below zero.
  public var leakySlope: Float
  /// What instance normalization adds to the variance.
  public var normEpsilon: Float
  /// Residual blocks in each stage of the encoder (nnU-Net's "ResidualEncoderUNet"); `nil` for plain convolutions ("PlainConvUNet").
  public var residualBlocks: [Int]?

  /// A configuration; kernels are 3×3×3 where missing.
  public init(
    inputChannels: Int = 1, outputChannels: Int = 1, features: [Int], strides: [[Int]], kernels: [[Int]]? = nil,
    convolutionsPerStage: Int = 2, convolutionsPerDecoderStage: Int = 2, deepSupervision: Bool = true, leakySlope: Float = 0.01,
    normEpsilon: Float = 1e-5, residualBlocks: [Int]? = nil
  ) {
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.features = features
    self.strides = strides
    self.kernels = kernels ?? features.map { _ in [3, 3, 3] }
    self.convolutionsPerStage = convolutionsPerStage
    self.convolutionsPerDecoderStage = convolutionsPerDecoderStage
    self.deepSupervision = deepSupervision
    self.leakySlope = leakySlope
    self.normEpsilon = normEpsilon
    self.residualBlocks = residualBlocks
  }

  /// The network of Bédard et al. 2025 (contrast-agnostic spinal cord segmentation): six stages, 30,785,189 parameters.
  public static let paper = UNetConfiguration(
    features: [32, 64, 128, 256, 320, 320],
    strides: [[1, 1, 1], [2, 2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2], [1, 2, 2]])

  /// What each spatial size of the input must be divisible by: the product of the strides along [x, y, z].
  public var divisor: [Int] {
    (0..<3).map { axis in strides.reduce(1) { $0 * $1[axis] } }
  }

  /// The number of trainable numbers.
  public var parameterCount: Int { parameterShapes.reduce(0) { $0 + $1.shape.reduce(1, *) } }

  /// Checks every field; a configuration read from a file may hold anything.
  ///
  /// - Throws: ``NetworkError/configuration(field:found:expected:)`` for the first field out of its range.
  public func validate() throws(NetworkError) {
    func require(_ holds: Bool, _ field: String, _ found: Any, _ expected: String) throws(NetworkError) {
      guard holds else { throw .configuration(field: field, found: "\(found)", expected: expected) }
    }
    let stages = features.count
    try require((1...1024).contains(inputChannels), "inputChannels", inputChannels, "1 to 1024")
    try require((1...1024).contains(outputChannels), "outputChannels", outputChannels, "1 to 1024")
    try require((2...12).contains(stages), "features", features, "2 to 12 stages")
    try require(features.allSatisfy { (1...4096).contains($0) }, "features", features, "1 to 4096 channels each")
    try require(strides.count == stages, "strides", strides, "one per stage (\(stages))")
    try require(kernels.count == stages, "kernels", kernels, "one per stage (\(stages))")
    try require(
      strides.allSatisfy { $0.count == 3 && $0.allSatisfy { (1...8).contains($0) } }, "strides", strides, "three numbers from 1 to 8 each")
    try require(
      kernels.allSatisfy { $0.count == 3 && $0.allSatisfy { (1...15).contains($0) && $0 % 2 == 1 } }, "kernels", kernels,
      "three odd numbers from 1 to 15 each")
    let blocks = residualBlocks ?? features.map { _ in 1 }
    try require(
      blocks.count == stages && blocks.allSatisfy { (1...64).contains($0) }, "residualBlocks", blocks, "1 to 64 per stage (\(stages))")
    try require((1...16).contains(convolutionsPerStage), "convolutionsPerStage", convolutionsPerStage, "1 to 16")
    try require((1...16).contains(convolutionsPerDecoderStage), "convolutionsPerDecoderStage", convolutionsPerDecoderStage, "1 to 16")
    try require(leakySlope.isFinite && leakySlope >= 0, "leakySlope", leakySlope, "a number from 0 up")
    try require(normEpsilon.isFinite && normEpsilon > 0, "normEpsilon", normEpsilon, "a positive number")
  }
}
