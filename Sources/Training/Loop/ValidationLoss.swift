import Models
import Networks
import Tensors

/// The loss on patches of validation scans, unchanged by any augmentation: what early stopping looks at.
struct ValidationLoss {
  let configuration: TrainingConfiguration
  let data: TrainingData
  let objective: Objective

  /// The mean over the scans; `nil` without any.
  func callAsFunction(_ network: UNet, on device: Device) throws -> Double? {
    guard !data.validation.isEmpty else { return nil }
    var total = 0.0
    for scan in data.validation {
      let source = try TrainingCase(scan, of: data, configuration)
      let sample = try SampleMaker(configuration: configuration).unchanged(source).to(device)
      total += try withoutGradients {
        Double(try objective(network(sample.image, precision: configuration.schedule.precision.dtype(on: device)), sample).item())
      }
    }
    return total / Double(data.validation.count)
  }
}
