import Tensors

extension UNet {
  /// A network of more features that computes what a narrower one does: a wider training can begin where a narrower one ended.
  ///
  /// The first channels are the narrow network's and see nothing of the new ones, which are drawn as in ``init(_:seed:on:)`` and see all.
  /// Heads do not listen to the new channels yet, but their gradients do.
  ///
  /// - Parameters:
  ///   - configuration: As the narrow network's but for ``UNetConfiguration/features``, none of which is less; its encoder is plain.
  ///   - narrow: Parameters by name.
  ///   - seed: Of the new channels.
  /// - Throws: ``NetworkError/parameters(missing:unexpected:misshapen:)`` where the narrow network does not fit in, and what the
  ///   configuration throws.
  ///
  /// Source: Chen et al. 2016, "Net2Net", arXiv:1511.05641 (there new channels are copies of old ones).
  public convenience init(_ configuration: UNetConfiguration, widening narrow: [String: Tensor], seed: UInt64, on device: Device) throws {
    let parameters = try UNet(configuration, seed: seed, on: .cpu).parameters
    let misshapen = parameters.compactMap { name, tensor -> String? in
      guard let old = narrow[name]?.shape else { return nil }
      let (new, fits) = (tensor.shape, zip(old, tensor.shape).allSatisfy(<=))
      return fits && old.count == new.count && old.dropFirst(2) == new.dropFirst(2) ? nil : "\(name) is \(old), too much for \(new)"
    }
    let missing = parameters.map(\.name).filter { narrow[$0] == nil }
    let unexpected = Set(narrow.keys).subtracting(parameters.map(\.name)).sorted()
    guard configuration.residualBlocks == nil, missing.isEmpty, unexpected.isEmpty, misshapen.isEmpty else {
      throw NetworkError.parameters(missing: missing, unexpected: unexpected, misshapen: misshapen)
    }
    let upsampling = Set((0..<configuration.levels).map { UNetConfiguration.upsampling($0) + ".weight" })
    let joining = Set((0..<configuration.levels).map { UNetConfiguration.decoderStage($0) + ".convs.0.conv.weight" })
    let wide = try parameters.map { name, tensor in
      let isUpsampling = upsampling.contains(name)
      return (name, try Self.widened(narrow[name]!, into: tensor.detached(), isUpsampling: isUpsampling, joins: joining.contains(name)))
    }
    try self.init(configuration, parameters: Dictionary(uniqueKeysWithValues: wide), on: device)
  }

  /// Old values at their places among new ones.
  ///
  /// - Parameters:
  ///   - isUpsampling: Whether channels go in along the first dimension and come out along the second, not the other way round.
  ///   - joins: Whether what goes in is of two origins, half and half: what comes from below, then the encoder's features.
  private static func widened(_ old: Tensor, into new: Tensor, isUpsampling: Bool, joins: Bool) throws -> Tensor {
    var values = try new.contiguous().floats()
    let stored = try old.detached().to(.cpu).to(.float32).contiguous().floats()
    guard old.rank == 5 else {
      values.replaceSubrange(0..<stored.count, with: stored)
      return try Tensor(values, shape: new.shape)
    }
    let kernel = old.shape[2] * old.shape[3] * old.shape[4]
    // Dimensions of channels that come out, and that go in.
    let (out, in_) = isUpsampling ? (1, 0) : (0, 1)
    func offset(_ o: Int, _ i: Int, in shape: [Int]) -> Int { (isUpsampling ? i * shape[1] + o : o * shape[1] + i) * kernel }
    for o in 0..<old.shape[out] {
      for i in 0..<new.shape[in_] {
        let start = offset(o, i, in: new.shape)
        values.replaceSubrange(start..<start + kernel, with: repeatElement(0, count: kernel))
      }
      for i in 0..<old.shape[in_] {
        let isSecond = joins && i >= old.shape[in_] / 2
        let place = isSecond ? i - old.shape[in_] / 2 + new.shape[in_] / 2 : i
        let (start, source) = (offset(o, place, in: new.shape), offset(o, i, in: old.shape))
        values.replaceSubrange(start..<start + kernel, with: stored[source..<source + kernel])
      }
    }
    return try Tensor(values, shape: new.shape)
  }
}
