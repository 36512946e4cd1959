// The names and shapes of a U-Net's parameters: those of nnU-Net's PlainConvUNet, so that its weights can be read as they are.
extension UNetConfiguration {
  /// Every parameter's name and shape, in the order of PyTorch's state dict without its aliases.
  public var parameterShapes: [(name: String, shape: [Int])] {
    var list: [(name: String, shape: [Int])] = []
    func convolution(_ path: String, from input: Int, to output: Int, kernel: [Int]) {
      list.append(("\(path).weight", [output, input] + kernel))
      list.append(("\(path).bias", [output]))
    }
    func stack(_ path: String, from input: Int, to output: Int, kernel: [Int], count: Int) {
      for i in 0..<count {
        convolution("\(path).convs.\(i).conv", from: i == 0 ? input : output, to: output, kernel: kernel)
        list.append(("\(path).convs.\(i).norm.weight", [output]))
        list.append(("\(path).convs.\(i).norm.bias", [output]))
      }
    }
    if let residualBlocks {
      list += residualParameterShapes(residualBlocks)
    } else {
      for stage in features.indices {
        stack(
          Self.encoderStage(stage), from: stage == 0 ? inputChannels : features[stage - 1], to: features[stage], kernel: kernels[stage],
          count: convolutionsPerStage)
      }
    }
    for level in 0..<levels {
      let skip = skipStage(level)
      stack(
        Self.decoderStage(level), from: 2 * features[skip], to: features[skip], kernel: kernels[skip], count: convolutionsPerDecoderStage)
    }
    for level in 0..<levels {
      let below = skipStage(level) + 1
      list.append(("\(Self.upsampling(level)).weight", [features[below], features[below - 1]] + strides[below]))
      list.append(("\(Self.upsampling(level)).bias", [features[below - 1]]))
    }
    for level in headLevels {
      convolution(Self.head(level), from: features[skipStage(level)], to: outputChannels, kernel: [1, 1, 1])
    }
    return list
  }

  /// The decoder's levels, counted from the coarsest as in nnU-Net.
  var levels: Int { features.count - 1 }

  /// The levels that have a head, coarsest first.
  var headLevels: Range<Int> { deepSupervision ? 0..<levels : levels - 1..<levels }

  /// The encoder's stage whose features join at a level.
  func skipStage(_ level: Int) -> Int { features.count - 2 - level }

  static func encoderStage(_ stage: Int) -> String { "encoder.stages.\(stage).0" }
  static func decoderStage(_ level: Int) -> String { "decoder.stages.\(level)" }
  static func upsampling(_ level: Int) -> String { "decoder.transpconvs.\(level)" }
  static func head(_ level: Int) -> String { "decoder.seg_layers.\(level)" }

  /// Whether a parameter is computed with in float32 whatever the precision: those of normalizations, and the heads' biases.
  func staysFloat32(_ name: String) -> Bool {
    name.hasSuffix("norm.weight") || name.hasSuffix("norm.bias") || headLevels.contains { name == "\(Self.head($0)).bias" }
  }
}
