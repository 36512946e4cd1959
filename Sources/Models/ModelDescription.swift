import Levels
import Networks
import Preprocessing
import Tensors

/// What turns a network's raw output into occupancy in 0…1.
public enum Activation: String, Sendable, Codable, CaseIterable {
  /// 1 / (1 + exp(−x)): each voxel stands for itself.
  case sigmoid
  /// The output itself, cut to 0…1.
  case clamp
  /// What is positive of the output, divided by its maximum over the whole scan: the paper's choice. One bright voxel rescales the mask.
  case normalizedReLU
  /// The share of one channel, or of several together, in exp(x) over all channels: each voxel belongs to one class.
  case softmax

  /// Whether the result still has to be divided by its maximum over the scan.
  public var isRelative: Bool { self == .normalizedReLU }

  /// Occupancy of raw outputs, up to the division that ``isRelative`` speaks of.
  ///
  /// - Parameter output: [N, C, X, Y, Z].
  public func callAsFunction(_ output: Tensor) throws -> Tensor {
    switch self {
    case .sigmoid: try output.sigmoid()
    case .clamp: try output.clamped(min: 0, max: 1)
    case .normalizedReLU: try output.relu()
    case .softmax: try output.softmax(dim: 1)
    }
  }
}

/// What is averaged where windows overlap.
public enum Blending: String, Sendable, Codable {
  /// Occupancies, which then go back to the scan's grid by the mean over each voxel.
  case occupancies
  /// Raw outputs, which go back to the scan's own voxels and only there become occupancies, as in nnU-Net; every voxel is looked at.
  case outputs
}

/// One network with all it needs to see a scan: everything but the weights.
public struct StageDescription: Sendable, Hashable, Codable {
  public var preprocessing: Preprocessing
  public var network: UNetConfiguration
  public var activation: Activation
  /// Voxels of the working grid that the network sees at once, [x, y, z]; a multiple of the network's divisor.
  public var patch: [Int]
  /// For each of the network's three axes, the axis of the working grid that lies along it.
  public var axes: [Int]
  /// Output channels that are cord; several only of a softmax.
  public var classes: [Int]
  public var blending: Blending

  public init(
    preprocessing: Preprocessing, network: UNetConfiguration, activation: Activation, patch: [Int], axes: [Int] = [0, 1, 2],
    classes: [Int] = [0], blending: Blending = .occupancies
  ) {
    (self.preprocessing, self.network, self.activation, self.patch) = (preprocessing, network, activation, patch)
    (self.axes, self.classes, self.blending) = (axes, classes, blending)
  }

  /// Reads a description; keys that older files lack have the values that those files meant.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      preprocessing: try keys.decode(Preprocessing.self, forKey: .preprocessing),
      network: try keys.decode(UNetConfiguration.self, forKey: .network), activation: try keys.decode(Activation.self, forKey: .activation),
      patch: try keys.decode([Int].self, forKey: .patch), axes: try keys.decodeIfPresent([Int].self, forKey: .axes) ?? [0, 1, 2],
      classes: try keys.decodeIfPresent([Int].self, forKey: .classes) ?? [0],
      blending: try keys.decodeIfPresent(Blending.self, forKey: .blending) ?? .occupancies)
  }
}

/// The network that numbers vertebrae: everything but its weights.
public struct LevelStageDescription: Sendable, Hashable, Codable {
  public var network: UNetConfiguration
  public var trust: LevelTrust
  /// How it was trained, as text.
  public var configuration: String

  public init(network: UNetConfiguration, trust: LevelTrust, configuration: String) {
    (self.network, self.trust, self.configuration) = (network, trust, configuration)
  }
}

/// The head that sees the canal: everything but its weights.
public struct CanalStageDescription: Sendable, Hashable, Codable {
  public var network: UNetConfiguration
  /// How it was trained, as text.
  public var configuration: String

  public init(network: UNetConfiguration, configuration: String) { (self.network, self.configuration) = (network, configuration) }
}

/// Where a model comes from; free facts for its users.
public struct Provenance: Sendable, Hashable, Codable {
  public var name: String
  /// Program and version that wrote the file.
  public var generatedBy: String
  public var date: String
  /// Steps that the optimizer took.
  public var steps: Int
  /// The training configuration, as text.
  public var configuration: String
  /// What the model was trained on, in words.
  public var trainingData: String
  /// Scores on scans that training never saw, by name.
  public var validation: [String: Double]

  public init(
    name: String, generatedBy: String, date: String, steps: Int = 0, configuration: String = "", trainingData: String = "",
    validation: [String: Double] = [:]
  ) {
    (self.name, self.generatedBy, self.date, self.steps) = (name, generatedBy, date, steps)
    (self.configuration, self.trainingData, self.validation) = (configuration, trainingData, validation)
  }
}

/// Everything a model file says beside its weights.
public struct ModelDescription: Sendable, Hashable, Codable {
  /// Raised when older programs could misread a file.
  public static let currentVersion = 2
  public var version = ModelDescription.currentVersion
  /// Finds the cord in the whole field of view, at coarse resolution.
  public var localizer: StageDescription?
  /// Segments near the cord.
  public var segmenter: StageDescription
  /// What of their answers counts as cord.
  public var postProcessing: PostProcessing
  /// Numbers the vertebrae beside the cord; `nil` in a model that does not.
  public var levels: LevelStageDescription?
  /// Sees the canal in the segmenter's features; `nil` in a model that does not.
  public var canal: CanalStageDescription?
  public var provenance: Provenance

  public init(
    localizer: StageDescription?, segmenter: StageDescription, postProcessing: PostProcessing = PostProcessing(),
    levels: LevelStageDescription? = nil, canal: CanalStageDescription? = nil, provenance: Provenance
  ) {
    (self.localizer, self.segmenter, self.postProcessing, self.levels) = (localizer, segmenter, postProcessing, levels)
    (self.canal, self.provenance) = (canal, provenance)
  }

  /// Reads a description; a file without figures for post-processing has those that programs had when it was written.
  public init(from decoder: any Decoder) throws {
    let keys = try decoder.container(keyedBy: CodingKeys.self)
    version = try keys.decode(Int.self, forKey: .version)
    localizer = try keys.decodeIfPresent(StageDescription.self, forKey: .localizer)
    segmenter = try keys.decode(StageDescription.self, forKey: .segmenter)
    postProcessing = try keys.decodeIfPresent(PostProcessing.self, forKey: .postProcessing) ?? .ofOlderFiles
    levels = try keys.decodeIfPresent(LevelStageDescription.self, forKey: .levels)
    canal = try keys.decodeIfPresent(CanalStageDescription.self, forKey: .canal)
    provenance = try keys.decode(Provenance.self, forKey: .provenance)
  }
}
