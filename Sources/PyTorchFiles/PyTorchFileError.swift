/// Why a file is not read as a PyTorch checkpoint.
public enum PyTorchFileError: Error, Hashable, CustomStringConvertible {
  /// The bytes contradict themselves: cut short, overlapping, out of bounds.
  case damaged(String)
  /// A whole file, but with something that is not read here.
  case unsupported(String)
  /// More than a checkpoint needs: memory is not spent on it.
  case tooLarge(String)

  public var description: String {
    switch self {
    case .damaged(let what): "the checkpoint is damaged: \(what); copy or download it again"
    case .unsupported(let what): "the checkpoint cannot be read: \(what)"
    case .tooLarge(let what): "the checkpoint asks for too much: \(what); it was not written by an ordinary training"
    }
  }
}
