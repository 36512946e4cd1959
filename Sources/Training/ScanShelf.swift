import Tensors

/// Labelled scans in memory: all of them where they fit, else those that were drawn last, and those that are drawn next are on their way.
///
/// What is on the shelf changes how long a step takes, never what it sees.
final class ScanShelf {
  private let data: TrainingData
  private let configuration: TrainingConfiguration
  private let device: Device
  /// Most bytes that cases may take.
  private let room: Int
  private var cases: [Int: (case: TrainingCase, used: Int)] = [:]
  private var coming: [Int: Task<PreparedCase, any Error>] = [:]
  private var time = 0

  init(_ data: TrainingData, _ configuration: TrainingConfiguration, on device: Device) {
    (self.data, self.configuration, self.device) = (data, configuration, device)
    room = Int((configuration.data.memory ?? 8) * 1e9)
  }

  deinit { for task in coming.values { task.cancel() } }

  /// Starts reading a scan that will be needed soon.
  func prepare(_ index: Int) {
    guard cases[index] == nil, coming[index] == nil else { return }
    let (scan, data, configuration) = (data.training[index], data, configuration)
    coming[index] = Task.detached { try PreparedCase(scan, of: data, configuration) }
  }

  /// A scan, read if need be.
  ///
  /// - Throws: ``TrainingError/vanished(path:reason:)`` and what else keeps it from being read.
  func take(_ index: Int) async throws -> TrainingCase {
    time += 1
    if let present = cases[index] {
      cases[index]!.used = time
      return present.case
    }
    prepare(index)
    let made = try TrainingCase(await coming.removeValue(forKey: index)!.value, exact: false, on: device)
    var taken = cases.values.reduce(made.bytes) { $0 + $1.case.bytes }
    while taken > room, let oldest = cases.min(by: { $0.value.used < $1.value.used }) {
      taken -= oldest.value.case.bytes
      cases[oldest.key] = nil
    }
    if made.bytes <= room { cases[index] = (made, time) }
    return made
  }
}
