extension UNetConfiguration {
  /// The network that parameters of these names and shapes belong to, as far as shapes can tell: the first stage is taken not to step.
  ///
  /// - Parameter shapes: By nnU-Net's names, without aliases.
  /// - Throws: ``NetworkError`` where they are no such network's.
  public init(
    shapes: [String: [Int]], leakySlope: Float = 0.01, normEpsilon: Float = 1e-5
  ) throws(NetworkError) {
    func count(_ name: (Int) -> String) -> Int {
      var count = 0
      while shapes[name(count)] != nil { count += 1 }
      return count
    }
    func shape(_ name: String) throws(NetworkError) -> [Int] {
      guard let shape = shapes[name] else { throw .parameters(missing: [name], unexpected: [], misshapen: []) }
      guard shape.count == 5 else {
        throw .configuration(field: name, found: "\(shape)", expected: "the five dimensions of a 3D convolution")
      }
      return shape
    }
    let residual = shapes["\(Self.stem).convs.0.conv.weight"] != nil
    let first = { (stage: Int) in
      residual ? Self.residualBlock(stage, 0) + ".conv1.conv.weight" : Self.encoderStage(stage) + ".convs.0.conv.weight"
    }
    let stages = count(first)
    guard (2...12).contains(stages) else {
      throw .configuration(
        field: "features", found: "\(stages) stages", expected: "2 to 12 stages of a PlainConvUNet or ResidualEncoderUNet")
    }
    var (features, strides, kernels): ([Int], [[Int]], [[Int]]) = ([], [[1, 1, 1]], [])
    for stage in 0..<stages {
      let weight = try shape(first(stage))
      features.append(weight[0])
      kernels.append(Array(weight[2...]))
      // A transposed convolution's kernel is the step that it undoes.
      if stage > 0 { strides.append(Array(try shape(Self.upsampling(stages - 1 - stage) + ".weight")[2...])) }
    }
    let input = try shape(residual ? "\(Self.stem).convs.0.conv.weight" : first(0))[1]
    let output = try shape(Self.head(stages - 2) + ".weight")[0]
    self.init(
      inputChannels: input, outputChannels: output, features: features, strides: strides, kernels: kernels,
      convolutionsPerStage: residual ? 1 : count { Self.encoderStage(0) + ".convs.\($0).conv.weight" },
      convolutionsPerDecoderStage: count { Self.decoderStage(0) + ".convs.\($0).conv.weight" },
      deepSupervision: shapes[Self.head(0) + ".weight"] != nil, leakySlope: leakySlope, normEpsilon: normEpsilon,
      residualBlocks: residual ? (0..<stages).map { stage in count { Self.residualBlock(stage, $0) + ".conv1.conv.weight" } } : nil)
    try validate()
    // What the shapes could not say must fit as well.
    let expected = Dictionary(uniqueKeysWithValues: parameterShapes.map { ($0.name, $0.shape) })
    let missing = expected.keys.filter { shapes[$0] == nil }.sorted()
    let unexpected = shapes.keys.filter { expected[$0] == nil }.sorted()
    let misshapen = expected.filter { shapes[$0.key].map { [shape = $0.value] in $0 != shape } ?? false }
      .map { "\($0.key) is \(shapes[$0.key]!), not \($0.value)" }.sorted()
    guard missing.isEmpty, unexpected.isEmpty, misshapen.isEmpty else {
      throw .parameters(missing: missing, unexpected: unexpected, misshapen: misshapen)
    }
  }
}
