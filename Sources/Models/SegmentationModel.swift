import Files
import Foundation
import Networks
import Tensors

/// A network with its weights on a device, and what it needs to see a scan.
public final class LoadedNetwork {
  public let description: StageDescription
  public let network: UNet
  public let device: Device
  /// Sees the canal in this network's features; `nil` where there is none.
  public let canal: CanalHead?

  public init(_ description: StageDescription, network: UNet, canal: CanalHead? = nil, on device: Device) {
    (self.description, self.network, self.canal, self.device) = (description, network, canal, device)
  }

  /// This network made ready to be applied many times; later changes of its weights do not reach it.
  ///
  /// - Parameter precision: What it will be called with.
  public func frozen(in precision: DType) throws -> LoadedNetwork {
    try withoutGradients {
      LoadedNetwork(
        description, network: try network.frozen(in: precision), canal: try canal.map { CanalHead(try $0.network.frozen(in: precision)) },
        on: device)
    }
  }

  /// Occupancy of cord and canal in a patch; that of the cord is what a call says.
  ///
  /// - Precondition: There is a ``canal``, which models of one channel on the axes of the working grid may have.
  public func cordAndCanal(_ patch: Tensor, precision: DType = .float32) throws -> (cord: Tensor, canal: Tensor) {
    guard let canal else { preconditionFailure("the network sees no canal") }
    let prepared = try description.preprocessing.normalization.zScoresWindows ? patch.zScored() : patch
    let seen = try network.decoded(prepared, precision: precision)
    return (
      try description.activation(seen.heads[0]),
      try canal.logits(features: seen.features, cord: seen.heads[0], precision: precision).sigmoid()
    )
  }

  /// Occupancy in a patch.
  ///
  /// - Parameters:
  ///   - patch: Prepared intensities, [N, 1, X, Y, Z]; each sample is z-scored here where its preprocessing says so.
  ///   - precision: What the convolutions compute in.
  /// - Returns: Occupancy in 0…1, float32, same shape; where the activation is relative, before its division.
  public func callAsFunction(_ patch: Tensor, precision: DType = .float32) throws -> Tensor {
    let shares = try description.activation(outputs(patch, precision: precision))
    guard shares.shape[1] > 1 else { return shares }
    return try description.classes.map { try shares.narrowed(dim: 1, start: $0, length: 1) }.reduce(nil as Tensor?) {
      try $0.map { [next = $1] in try $0 + next } ?? $1
    }!
  }

  /// The network's raw outputs for a patch.
  ///
  /// - Returns: [N, C, X, Y, Z], float32, on the patch's axes.
  public func outputs(_ patch: Tensor, precision: DType = .float32) throws -> Tensor {
    let prepared = try description.preprocessing.normalization.zScoresWindows ? patch.zScored() : patch
    let axes = description.axes
    guard axes != [0, 1, 2] else { return try network(prepared, precision: precision)[0] }
    let output = try network(prepared.permuted([0, 1] + axes.map { $0 + 2 }).contiguous(), precision: precision)[0]
    return try output.permuted([0, 1] + (0..<3).map { axes.firstIndex(of: $0)! + 2 })
  }
}

/// Everything that segments a scan: a localizer (optional) and a segmenter, saved together as one safetensors file.
public final class SegmentationModel {
  /// Key of the description in the file's metadata.
  public static let metadataKey = "softcord"
  /// Of the names of the tensors of ``levels``.
  private static let levelPrefix = "levels."
  /// Of the names of the tensors of the segmenter's canal.
  private static let canalPrefix = "canal."

  public let localizer: LoadedNetwork?
  public let segmenter: LoadedNetwork
  /// What of their answers counts as cord.
  public let postProcessing: PostProcessing
  /// Numbers the vertebrae beside the cord; `nil` where the file has no such network.
  public let levels: LevelNetwork?
  public let provenance: Provenance
  private let levelConfiguration: String
  private let canalConfiguration: String

  public init(
    localizer: LoadedNetwork?, segmenter: LoadedNetwork, postProcessing: PostProcessing = PostProcessing(), levels: LevelNetwork? = nil,
    levelConfiguration: String = "", canalConfiguration: String = "", provenance: Provenance
  ) {
    (self.localizer, self.segmenter, self.postProcessing) = (localizer, segmenter, postProcessing)
    (self.levels, self.levelConfiguration, self.provenance) = (levels, levelConfiguration, provenance)
    self.canalConfiguration = canalConfiguration
  }

  public var description: ModelDescription {
    ModelDescription(
      localizer: localizer?.description, segmenter: segmenter.description, postProcessing: postProcessing,
      levels: levels.map {
        LevelStageDescription(network: $0.network.configuration, trust: $0.trust, configuration: levelConfiguration)
      },
      canal: segmenter.canal.map { CanalStageDescription(network: $0.network.configuration, configuration: canalConfiguration) },
      provenance: provenance)
  }

  /// Reads a model file.
  ///
  /// - Throws: ``ModelError``, always naming the file.
  public convenience init(contentsOf path: String, on device: Device = .cpu) throws {
    let contents = try Safetensors.read(path)
    let description = try Self.description(in: contents, path: path)
    func network(_ configuration: UNetConfiguration, _ prefix: String, on device: Device) throws -> UNet {
      var parameters: [String: Tensor] = [:]
      for (name, tensor) in contents.tensors where name.hasPrefix(prefix) {
        parameters[String(name.dropFirst(prefix.count))] = try tensor.to(.float32).to(device)
      }
      do { return try UNet(configuration, parameters: parameters) } catch { throw ModelError.damaged(path: path, what: "\(error)") }
    }
    func stage(_ description: StageDescription, _ prefix: String) throws -> LoadedNetwork {
      LoadedNetwork(description, network: try network(description.network, prefix, on: device), on: device)
    }
    let canal = try description.canal.map { CanalHead(try network($0.network, Self.canalPrefix, on: device)) }
    let segmenter = LoadedNetwork(
      description.segmenter, network: try network(description.segmenter.network, "segmenter.", on: device), canal: canal, on: device)
    self.init(
      localizer: try description.localizer.map { try stage($0, "localizer.") }, segmenter: segmenter,
      postProcessing: description.postProcessing,
      // Too small for a GPU to be worth the way there.
      levels: try description.levels.map { LevelNetwork(try network($0.network, Self.levelPrefix, on: .cpu), trust: $0.trust) },
      levelConfiguration: description.levels?.configuration ?? "", canalConfiguration: description.canal?.configuration ?? "",
      provenance: description.provenance)
  }

  /// What a file says about itself, without building its networks.
  public static func description(contentsOf path: String) throws -> ModelDescription {
    try description(in: Safetensors.read(path), path: path)
  }

  private static func description(in contents: Safetensors.Contents, path: String) throws -> ModelDescription {
    guard let text = contents.metadata[metadataKey] else { throw ModelError.foreign(path: path) }
    struct Version: Decodable { let version: Int }
    let json = Data(text.utf8)
    if let version = try? JSONDecoder().decode(Version.self, from: json).version, version > ModelDescription.currentVersion {
      throw ModelError.newer(path: path, version: version, supported: ModelDescription.currentVersion)
    }
    let description: ModelDescription
    do {
      description = try JSONDecoder().decode(ModelDescription.self, from: json)
      try description.validate()
    } catch {
      throw ModelError.damaged(path: path, what: "its description is not understood (\(error))")
    }
    return description
  }

  /// This model with other figures for what of its answers counts as cord.
  ///
  /// - Throws: ``StageDescription/Invalid`` for a name that is none, or a value that makes no sense.
  public func adjusted(_ changes: [String: Double]) throws -> SegmentationModel {
    SegmentationModel(
      localizer: localizer, segmenter: segmenter, postProcessing: try postProcessing.changing(changes), levels: levels,
      levelConfiguration: levelConfiguration, canalConfiguration: canalConfiguration, provenance: provenance)
  }

  /// This model with another localizer.
  public func localizing(with localizer: LoadedNetwork) -> SegmentationModel {
    SegmentationModel(
      localizer: localizer, segmenter: segmenter, postProcessing: postProcessing, levels: levels, levelConfiguration: levelConfiguration,
      canalConfiguration: canalConfiguration, provenance: provenance)
  }

  /// This model with a network that numbers vertebrae.
  ///
  /// - Parameters:
  ///   - levels: The network.
  ///   - configuration: How it was trained, as text.
  public func numbering(with levels: LevelNetwork, configuration: String) -> SegmentationModel {
    SegmentationModel(
      localizer: localizer, segmenter: segmenter, postProcessing: postProcessing, levels: levels, levelConfiguration: configuration,
      canalConfiguration: canalConfiguration, provenance: provenance)
  }

  /// This model with a head that sees the canal; what it says of the cord stays the same.
  ///
  /// - Parameters:
  ///   - canal: Trained on this model's segmenter.
  ///   - configuration: How it was trained, as text.
  public func seeing(_ canal: CanalHead, configuration: String) -> SegmentationModel {
    SegmentationModel(
      localizer: localizer,
      segmenter: LoadedNetwork(segmenter.description, network: segmenter.network, canal: canal, on: segmenter.device),
      postProcessing: postProcessing, levels: levels, levelConfiguration: levelConfiguration, canalConfiguration: configuration,
      provenance: provenance)
  }

  /// Writes the model as one file, atomically.
  ///
  /// - Parameter dtype: What weights are stored in; float16 halves the file at a relative error below 0.05 % a weight.
  public func save(to path: String, dtype: DType = .float16) throws {
    var tensors: [String: Tensor] = [:]
    for (prefix, network) in [
      ("localizer.", localizer?.network), ("segmenter.", segmenter.network), (Self.levelPrefix, levels?.network),
      (Self.canalPrefix, segmenter.canal?.network),
    ] {
      for (name, tensor) in network?.parameters ?? [] { tensors[prefix + name] = try tensor.detached().to(.cpu).to(dtype) }
    }
    let text = String(decoding: try JSONEncoder.compact.encode(description), as: UTF8.self)
    try Safetensors.write(Safetensors.Contents(tensors: tensors, metadata: [Self.metadataKey: text]), to: path)
  }
}
