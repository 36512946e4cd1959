import Files
import Foundation
import Networks
import PyTorchFiles
import Tensors

extension LoadedNetwork {
  /// Writes the weights alone, under nnU-Net's names, for PyTorch.
  ///
  /// - Parameter path: Ends in `.safetensors` (for `safetensors.torch.load_file`) or else is written as `torch.save` writes a state dictionary.
  /// - Throws: ``ModelError/unwritable(path:reason:)``.
  public func exportWeights(to path: String) throws {
    let parameters = try network.parameters.map { ($0.name, try $0.tensor.detached().to(.cpu).to(.float32).contiguous()) }
    if path.hasSuffix(".safetensors") {
      return try Safetensors.write(
        Safetensors.Contents(tensors: Dictionary(uniqueKeysWithValues: parameters), metadata: ["format": "pt"]), to: path)
    }
    let stored = try parameters.map { name, tensor in
      (name: name, tensor: StoredTensor(type: .float32, shape: tensor.shape, bytes: Data(try tensor.bytes())))
    }
    do {
      try AtomicFile.write(try StateDictionary.file(of: stored), to: path)
    } catch let error as PyTorchFileError {
      throw ModelError.unwritable(path: path, reason: "\(error)")
    } catch let error as FileError {
      throw ModelError.unwritable(path: path, reason: error.reason)
    }
  }
}
