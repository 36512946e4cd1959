import Files
import Foundation

/// How the head that sees the canal is trained.
public struct CanalTrainingSettings: Sendable, Hashable, Codable {
  /// Simulated scans to learn from, and patches of each.
  public var scans = 600, patches = 3
  public var seed: UInt64 = 1
  public var steps = 3000, batch = 2
  /// Share of the patches whose intensities are changed.
  public var changed = 0.3
  /// Of Adam; rises over the warm-up and falls along a cosine.
  public var learningRate = 3e-3, warmUp = 50
  /// What the averaged weights keep a step.
  public var decay = 0.99

  public init() {}

  /// All settings as text, equal for equal ones.
  var text: String {
    (try? JSONEncoder.compact.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
