import Models
import Networks
import Tensors

/// Weights that a run starts from instead of random ones: for going on with other data, or another schedule.
public struct StartingWeights {
  let path: String
  /// Those of each network in the file.
  private let networks: [[String: Tensor]]

  /// The averaged weights of a run's checkpoint, or those of a model: of its segmenter, or of its localizer where that is what fits.
  ///
  /// - Throws: `ModelError` where the file is neither.
  public init(contentsOf path: String) throws {
    self.path = path
    if let average = try Checkpoint.average(in: path) {
      networks = [average]
    } else {
      let model = try SegmentationModel(contentsOf: path)
      networks = [model.segmenter, model.localizer].compactMap { $0.map { Self.named($0.network.parameters) } }
    }
  }

  /// A network of these weights; one with more features computes what the stored one does, and has room to learn more.
  ///
  /// - Parameter seed: Of what a wider network has more.
  /// - Throws: ``TrainingError/checkpoint(path:reason:)`` where the weights belong to another network.
  func network(_ configuration: UNetConfiguration, seed: UInt64, on device: Device) throws -> UNet {
    var failure: NetworkError?
    for parameters in networks {
      do {
        return try UNet(configuration, parameters: parameters, on: device)
      } catch let error as NetworkError {
        failure = failure ?? error
      }
    }
    for parameters in networks {
      if let wider = try? UNet(configuration, widening: parameters, seed: seed, on: device) { return wider }
    }
    throw TrainingError.checkpoint(
      path: path, reason: "the configuration's network cannot start from it" + (failure.map { ": \($0)" } ?? ""))
  }

  private static func named(_ parameters: [NamedTensor]) -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.tensor) })
  }
}
