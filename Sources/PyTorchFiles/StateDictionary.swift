import Foundation

/// Weights as `torch.save(network.state_dict(), path)` writes them.
public enum StateDictionary {
  /// The file's bytes, for `torch.load`: an ordered dictionary of contiguous CPU tensors, in the given order.
  ///
  /// - Throws: ``PyTorchFileError/tooLarge(_:)`` above 4 GB.
  public static func file(of tensors: [(name: String, tensor: StoredTensor)]) throws(PyTorchFileError) -> Data {
    var pickle = PickleWriter()
    pickle.emptyOrderedDictionary()
    pickle.mark()
    for (key, (name, tensor)) in tensors.enumerated() {
      pickle.text(name)
      pickle.tensor(tensor, key: String(key))
    }
    pickle.setItems()
    var archive = ZipWriter()
    try archive.add("archive/data.pkl", pickle.finished())
    try archive.add("archive/byteorder", Data("little".utf8))
    for (key, (_, tensor)) in tensors.enumerated() { try archive.add("archive/data/\(key)", tensor.bytes) }
    try archive.add("archive/version", Data("3\n".utf8))
    return archive.finished()
  }
}

/// The few operations of pickle protocol 2 that a dictionary of tensors needs.
struct PickleWriter {
  private var bytes = Data([0x80, 2])

  mutating func mark() { bytes.append(0x28) }
  mutating func setItems() { bytes.append(0x75) }
  func finished() -> Data { bytes + [0x2E] }

  mutating func text(_ text: String) {
    bytes.append(0x58)
    bytes += Data(UInt32(text.utf8.count)) + Data(text.utf8)
  }

  mutating func emptyOrderedDictionary() {
    global("collections", "OrderedDict")
    bytes += [0x29, 0x52]  // called with no arguments
  }

  /// A call of PyTorch's constructor of tensors on a storage named by `key`.
  mutating func tensor(_ tensor: StoredTensor, key: String) {
    global("torch._utils", "_rebuild_tensor_v2")
    mark()
    mark()
    text("storage")
    let name = tensor.type.storageClass.split(separator: ".")
    global(String(name[0]), String(name[1]))
    text(key)
    text("cpu")
    integer(tensor.shape.reduce(1, *))
    bytes += [0x74, 0x51]  // the tuple is a persistent id
    integer(0)
    tuple(tensor.shape)
    var dense = 1
    let strides = tensor.shape.reversed().map { size in
      defer { dense *= max(size, 1) }
      return dense
    }
    tuple(strides.reversed())
    bytes.append(0x89)  // needs no gradient
    emptyOrderedDictionary()
    bytes += [0x74, 0x52]
  }

  private mutating func global(_ module: String, _ name: String) { bytes += Data("c\(module)\n\(name)\n".utf8) }

  private mutating func tuple(_ numbers: [Int]) {
    mark()
    for number in numbers { integer(number) }
    bytes.append(0x74)
  }

  private mutating func integer(_ number: Int) {
    bytes += [0x8A, 8]
    bytes += Data(Int64(number))
  }
}
