import Models
import Networks
import Tensors

/// All that changes while a run trains: what a checkpoint keeps.
final class TrainingState {
  let network: UNet
  /// Where the network runs.
  let device: Device
  let average: ExponentialMovingAverage
  let optimizer: any Optimizer
  var stopping = EarlyStopping()

  /// Share of a patch that is cord, about. A network that starts out believing it need not spend its first hundreds of steps on learning
  /// that most voxels are not cord.
  private static let prior = 0.02

  /// A run's beginning.
  ///
  /// - Parameter start: Weights to start from; drawn at random when `nil`.
  init(_ configuration: TrainingConfiguration, start: StartingWeights? = nil, on device: Device) throws {
    self.device = device
    if let start {
      network = try start.network(configuration.stage.network, seed: configuration.seed, on: device)
    } else {
      network = try UNet(configuration.stage.network, seed: configuration.seed, on: device)
      if configuration.stage.activation == .sigmoid { try network.expect(occupancy: Self.prior) }
    }
    average = try ExponentialMovingAverage(network.parameters, decay: configuration.optimizer.average)
    optimizer = try configuration.optimizer.optimizer(of: network.parameters)
  }

  /// The network with averaged weights.
  func averaged() throws -> UNet {
    try UNet(network.configuration, parameters: Dictionary(uniqueKeysWithValues: average.parameters.map { ($0.name, $0.tensor) }))
  }
}

extension OptimizerSettings {
  func optimizer(of parameters: [NamedTensor]) throws -> any Optimizer {
    switch kind ?? .adamW {
    case .adam: try Adam(parameters, learningRate: learningRate, weightDecay: weightDecay)
    case .adamW: try Adam(parameters, learningRate: learningRate, weightDecay: weightDecay, decoupled: true)
    case .sgd: try SGD(parameters, learningRate: learningRate, momentum: 0.99, nesterov: true, weightDecay: weightDecay)
    }
  }
}

extension ScheduleSettings {
  /// Counted from 0 over the whole run.
  func learningRate(epoch: Int, step: Int, stepsPerEpoch: Int, peak: Double) -> Double {
    let count = epoch * stepsPerEpoch + (changes == .epoch ? 0 : step)
    let steps = epochs * stepsPerEpoch
    return switch kind ?? .cosine {
    case .cosine: Schedule.cosine(step: count, steps: steps, peak: peak, warmUp: warmUpSteps)
    case .polynomial: Schedule.polynomial(step: count, steps: steps, peak: peak, warmUp: warmUpSteps)
    }
  }
}

extension ScheduleSettings.Precision {
  func dtype(on device: Device) -> DType { self == .bfloat16 && device.hasFastBFloat16 ? .bfloat16 : .float32 }
}
