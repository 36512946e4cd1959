/// Labelled scans in memory: all of them where they fit, else those that were drawn last, and those that are drawn next are on their way.
///
/// What is on the shelf changes how long a step takes, never what it sees.
final class ScanShelf {
  private let data: TrainingData
  private let configuration: TrainingConfiguration
  /// Most bytes that cases may take.
  private let byteLimit: Int
  private var cases: [Int: (case: TrainingCase, used: Int)] = [:]
  private var coming: [Int: Task<TrainingCase, any Error>] = [:]
  private var time = 0

  init(_ data: TrainingData, _ configuration: TrainingConfiguration) {
    (self.data, self.configuration) = (data, configuration)
    byteLimit = Int((configuration.data.memory ?? 8) * 1e9)
  }

  deinit { for task in coming.values { task.cancel() } }

  /// Starts reading a scan that will be needed soon.
  func prepare(_ index: Int) {
    guard cases[index] == nil, coming[index] == nil else { return }
    let (scan, data, configuration) = (data.training[index], data, configuration)
    coming[index] = Task.detached { try TrainingCase(scan, of: data, configuration) }
  }

  /// A scan that was read already.
  func present(_ index: Int) -> TrainingCase? {
    time += 1
    cases[index]?.used = time
    return cases[index]?.case
  }

  /// A scan, read if need be.
  ///
  /// - Throws: ``TrainingError/vanished(path:reason:)`` and what else keeps it from being read.
  func take(_ index: Int) async throws -> TrainingCase {
    if let present = present(index) { return present }
    prepare(index)
    let made = try await coming.removeValue(forKey: index)!.value
    var taken = cases.values.reduce(made.bytes) { $0 + $1.case.bytes }
    while taken > byteLimit, let oldest = cases.min(by: { $0.value.used < $1.value.used }) {
      taken -= oldest.value.case.bytes
      cases[oldest.key] = nil
    }
    if made.bytes <= byteLimit { cases[index] = (made, time) }
    return made
  }
}
