import Files
import Foundation

/// How the network that numbers vertebrae is trained.
public struct LevelTrainingSettings: Sendable, Hashable, Codable {
  /// Simulated people to learn from, and to choose the trust by.
  public var people = 1300, heldOut = 150
  public var seed: UInt64 = 1
  public var steps = 5000, batch = 6
  /// Of Adam; rises over the warm-up and falls along a cosine.
  public var learningRate = 2e-3, warmUp = 200
  /// Rows of the longest window.
  public var rows = 320
  /// What the averaged weights keep a step.
  public var decay = 0.995

  public init() {}

  /// All settings as text, equal for equal ones.
  var text: String {
    (try? JSONEncoder.compact.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
