import Dispatch
import Foundation
import Simulation

/// How fast scans to train on are made.
enum TrainingStream {
  /// Makes patches on all cores and returns how many a second.
  static func rate(patches: Int) -> Double {
    let start = Date()
    DispatchQueue.concurrentPerform(iterations: patches) { _ = trainingPatch(seed: UInt64($0)) }
    return Double(patches) / Date().timeIntervalSince(start)
  }
}
