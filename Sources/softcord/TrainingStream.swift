import Dispatch
import Foundation
import Simulation
import Volumes

/// How fast scans to train on are made.
enum TrainingStream {
  /// A patch of 64 × 64 × 80 voxels of 1 mm around the cord, of a random person in a random contrast, with its truth.
  static func patch(seed: UInt64) -> SimulatedScan {
    var (neck, acquisition) = trainingAcquisition(seed: seed)
    let center = neck.discPosition(3 + Int(seed % 5))
    acquisition.grid = Grid(shape: [64, 64, 80], affine: Affine(spacing: .one, origin: center - [31.5, 31.5, 39.5]))
    (acquisition.stored, acquisition.motion) = (nil, .none)
    return acquire(neck, acquisition)
  }

  /// Makes patches on all cores and returns how many a second.
  static func rate(patches: Int) -> Double {
    let start = Date()
    DispatchQueue.concurrentPerform(iterations: patches) { _ = patch(seed: UInt64($0)) }
    return Double(patches) / Date().timeIntervalSince(start)
  }
}
