import Models
import Networks
import Tensors

/// Weights that a run starts from instead of random ones: for going on with other data, or another schedule.
public struct StartingWeights {
  let path: String
  private let parameters: [String: Tensor]

  /// The averaged weights of a run's checkpoint, or of a model's segmenter.
  ///
  /// - Throws: `ModelError` where the file is neither.
  public init(contentsOf path: String) throws {
    self.path = path
    let average = try Checkpoint.average(in: path)
    parameters = try average ?? Self.named(SegmentationModel(contentsOf: path).segmenter.network.parameters)
  }

  /// A network of these weights.
  ///
  /// - Throws: ``TrainingError/checkpoint(path:reason:)`` where the weights belong to another network.
  func network(_ configuration: UNetConfiguration, on device: Device) throws -> UNet {
    do {
      return try UNet(configuration, parameters: parameters, on: device)
    } catch let error as NetworkError {
      throw TrainingError.checkpoint(path: path, reason: "the configuration's network cannot start from it: \(error)")
    }
  }

  private static func named(_ parameters: [NamedTensor]) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor) })
  }
}
