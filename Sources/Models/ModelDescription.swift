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
    }
  }
}

/// One network with all it needs to see a scan: everything but the weights.
public struct StageDescription: Sendable, Hashable, Codable {
  public var preprocessing: Preprocessing
  public var network: UNetConfiguration
  public var activation: Activation
  /// Voxels of the working grid that the network sees at once, [x, y, z]; a multiple of the network's divisor.
  public var patch: [Int]

  public init(preprocessing: Preprocessing, network: UNetConfiguration, activation: Activation, patch: [Int]) {
    (self.preprocessing, self.network, self.activation, self.patch) = (preprocessing, network, activation, patch)
  }
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
  public static let currentVersion = 1
  public var version = ModelDescription.currentVersion
  /// Finds the cord in the whole field of view, at coarse resolution.
  public var localizer: StageDescription?
  /// Segments near the cord.
  public var segmenter: StageDescription
  public var provenance: Provenance

  public init(localizer: StageDescription?, segmenter: StageDescription, provenance: Provenance) {
    (self.localizer, self.segmenter, self.provenance) = (localizer, segmenter, provenance)
  }
}
