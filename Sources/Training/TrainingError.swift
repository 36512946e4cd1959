import Foundation
import Volumes

/// Why a training cannot start or go on.
public enum TrainingError: Error, CustomStringConvertible {
  case configuration(path: String, reason: String)
  case noData(name: String)
  case gridMismatch(image: String, mask: String, expected: Grid, found: Grid)
  case emptyMask(path: String)
  /// A partial mask leaves out slices between others; sizes in slices.
  case gaps(path: String, slices: Int, of: Int)
  /// A scan or its mask cannot be used.
  case scan(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case personOnBothSides(person: String)
  case checkpoint(path: String, reason: String)
  /// The loss is no number or far too large; the path of the last good checkpoint, where there is one.
  case diverged(epoch: Int, loss: Double, checkpoint: String?)
  /// A source of scans is not what it should be.
  case source(path: String, reason: String)
  /// Scans of two people have the same voxels.
  case samePerson(image: String, person: String, other: String, otherPerson: String)
  /// A scan that was there when the run began cannot be read anymore.
  case vanished(path: String, reason: String)
  /// What a launcher says of several processes does not suffice.
  case launch(reason: String)
  /// Every batch of an epoch was left out.
  case emptyEpoch(epoch: Int)

  public var description: String {
    switch self {
    case .configuration(let path, let reason):
      "\(path): the configuration is not understood: \(reason); `softcord train --print-config` shows a valid one"
    case .noData(let name): "\(name): the configuration leaves neither labelled nor simulated scans to train on"
    case .gridMismatch(let image, let mask, let expected, let found):
      "\(mask): its grid differs from that of \(image): \(Self.difference(of: found, from: expected)); a mask must lie on its scan's voxels"
    case .emptyMask(let path): "\(path): the mask holds no cord; nothing can be learned from it"
    case .gaps(let path, let slices, let all):
      "\(path): \(slices) of \(all) slices between the first and the last annotated one hold cord; a partial mask must have no gap"
    case .scan(let path, let reason): "\(path): \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .personOnBothSides(let person):
      "\(person) is named in training and in validation; scores on a person seen in training mean nothing"
    case .checkpoint(let path, let reason): "\(path): \(reason)"
    case .diverged(let epoch, let loss, let checkpoint):
      "the loss \(loss.isFinite ? "jumped to \(loss)" : "is no longer a number") in epoch \(epoch + 1); lower optimizer.learningRate; "
        + (checkpoint.map { "the last good weights are in \($0): begin a run with them by --from" } ?? "no epoch was finished before")
    case .source(let path, let reason): "\(path): \(reason)"
    case .samePerson(let image, let person, let other, let otherPerson):
      "\(image) of \(person) has the same voxels as \(other) of \(otherPerson); one person under two names could be trained and validated on: "
        + "give both scans one name or leave one out"
    case .vanished(let path, let reason):
      "\(path): the scan could be read when the run began and cannot now: \(reason); bring it back and go on with --resume"
    case .launch(let reason): "processes are to train together, but \(reason)"
    case .emptyEpoch(let epoch):
      "all batches of epoch \(epoch + 1) have a sample without any cord and were left out; check stage.patch and data.placement"
    }
  }
  /// In what two grids that are not the same differ, in words.
  private static func difference(of found: Grid, from expected: Grid) -> String {
    func text(_ shape: SIMD3<Int>) -> String { "\(shape.x) × \(shape.y) × \(shape.z)" }
    guard found.shape == expected.shape else { return "\(text(found.shape)) voxels instead of \(text(expected.shape))" }
    let ends = [SIMD3<Double>.zero, SIMD3<Double>(found.shape) - 1]
    let distance = ends.map { (found.world($0) - expected.world($0)).length }.max() ?? 0
    return "its corners lie \(String(format: "%.2f", distance)) mm from the scan's"
  }
}
