// The names and shapes of the residual encoder: those of nnU-Net's ResidualEncoderUNet.
extension UNetConfiguration {
  static let stem = "encoder.stem"
  static func residualBlock(_ stage: Int, _ index: Int) -> String { "encoder.stages.\(stage).blocks.\(index)" }

  /// Path of the convolution that the first block of a stage leads its input through; `nil` where channels stay as they are.
  func projection(_ stage: Int) -> String? {
    guard stage > 0, features[stage] != features[stage - 1] else { return nil }
    // Behind the averaging, where there is one.
    return Self.residualBlock(stage, 0) + ".skip.\(strides[stage] == [1, 1, 1] ? 0 : 1)"
  }

  /// Whether a normalization's scale begins at zero, so that each block begins as the identity.
  func startsSilent(_ name: String) -> Bool { residualBlocks != nil && name.hasSuffix(".conv2.norm.weight") }

  /// Names and shapes of the residual encoder's parameters.
  func residualParameterShapes(_ blocks: [Int]) -> [(name: String, shape: [Int])] {
    var list: [(name: String, shape: [Int])] = []
    func convolution(_ path: String, from input: Int, to output: Int, kernel: [Int], bias: Bool = true) {
      list.append(("\(path).conv.weight", [output, input] + kernel))
      if bias { list.append(("\(path).conv.bias", [output])) }
      list.append(("\(path).norm.weight", [output]))
      list.append(("\(path).norm.bias", [output]))
    }
    convolution("\(Self.stem).convs.0", from: inputChannels, to: features[0], kernel: kernels[0])
    for (stage, count) in blocks.enumerated() {
      let before = features[max(stage - 1, 0)]
      for index in 0..<count {
        let block = Self.residualBlock(stage, index)
        convolution("\(block).conv1", from: index == 0 ? before : features[stage], to: features[stage], kernel: kernels[stage])
        convolution("\(block).conv2", from: features[stage], to: features[stage], kernel: kernels[stage])
        if index == 0, let path = projection(stage) {
          convolution(path, from: before, to: features[stage], kernel: [1, 1, 1], bias: false)
        }
      }
    }
    return list
  }
}
