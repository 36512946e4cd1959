import ArgumentParser
import Dispatch
import Foundation
import Simulation

/// How fast scans to train on are made.
struct TrainingStream: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Time the simulation of patches to train on, on all cores.")

  @Argument(help: ArgumentHelp("Number of patches.", valueName: "n"))
  var patches = 60

  func run() {
    let start = Date()
    DispatchQueue.concurrentPerform(iterations: patches) { _ = trainingPatch(seed: UInt64($0)) }
    let rate = Double(patches) / Date().timeIntervalSince(start)
    print(String(format: "training stream, 64x64x80 voxels of 1 mm with truth: %.1f patches/s", rate))
  }
}
