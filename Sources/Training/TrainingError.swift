/// Why a training cannot start or go on.
public enum TrainingError: Error, CustomStringConvertible {
  case configuration(path: String, reason: String)
  case noData(name: String)
  case gridMismatch(image: String, mask: String)
  case emptyMask(path: String)
  /// A partial mask leaves out slices between others; sizes in slices.
  case gaps(path: String, slices: Int, of: Int)
  /// A scan or its mask cannot be used.
  case scan(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case personOnBothSides(person: String)
  case checkpoint(path: String, reason: String)
  case diverged(epoch: Int)

  public var description: String {
    switch self {
    case .configuration(let path, let reason):
      "\(path): the configuration is not understood: \(reason); `softcord train --print-config` shows a valid one"
    case .noData(let name): "\(name): the configuration names neither scans nor simulation to train on"
    case .gridMismatch(let image, let mask): "\(mask): its grid differs from that of \(image); a mask must lie on its scan's voxels"
    case .emptyMask(let path): "\(path): the mask holds no cord; nothing can be learned from it"
    case .gaps(let path, let slices, let all):
      "\(path): \(slices) of \(all) slices between the first and the last annotated one hold cord; a partial mask must have no gap"
    case .scan(let path, let reason): "\(path): \(reason)"
    case .unwritable(let path, let reason): "\(path): cannot be written: \(reason)"
    case .personOnBothSides(let person):
      "\(person) is named in training and in validation; scores on a person seen in training mean nothing"
    case .checkpoint(let path, let reason): "\(path): \(reason)"
    case .diverged(let epoch):
      "the loss is no longer a number in epoch \(epoch); lower optimizer.learningRate and resume from the last checkpoint"
    }
  }
}
