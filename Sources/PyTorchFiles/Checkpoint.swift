import Foundation

/// A tensor's numbers outside any engine: contiguous, last dimension fastest, little-endian.
public struct StoredTensor: Sendable, Hashable {
  public let type: ElementType
  public let shape: [Int]
  public let bytes: Data

  /// - Precondition: As many bytes as the shape and type need.
  public init(type: ElementType, shape: [Int], bytes: Data) {
    precondition(bytes.count == shape.reduce(type.size, *), "\(bytes.count) bytes do not fill \(shape) of \(type)")
    (self.type, self.shape, self.bytes) = (type, shape, bytes)
  }
}

/// A file that `torch.save` wrote (PyTorch 1.6 and later): a zip archive of one pickle and the tensors' numbers.
///
/// The pickle is read as data (``PickleReader``); numbers are read when asked for.
///
/// Source: PyTorch, `torch/serialization.py`.
public struct Checkpoint: Sendable {
  private let archive: ZipArchive
  private let graph: PickleGraph
  /// Folder of the archive that everything lies in, with its slash.
  private let folder: String

  /// Reads the outline of a checkpoint.
  ///
  /// - Throws: ``PyTorchFileError``.
  public init(_ bytes: Data) throws(PyTorchFileError) {
    // PyTorch before 1.6 wrote bare pickles, beginning with a magic number of ten bytes.
    if bytes.starts(with: [0x80, 0x02, 0x8A, 0x0A]) {
      throw .unsupported("it was written by PyTorch before 1.6; load and save it once with a later PyTorch")
    }
    let archive = try ZipArchive(bytes)
    guard let pickle = archive.names.filter({ $0.hasSuffix("data.pkl") }).min(by: { ($0.count, $0) < ($1.count, $1) }) else {
      throw .unsupported("the archive holds no data.pkl; expected a file that torch.save wrote")
    }
    folder = String(pickle.dropLast("data.pkl".count))
    if archive.names.contains(folder + "constants.pkl") {
      throw .unsupported("it is a TorchScript program, expected a checkpoint of weights")
    }
    if archive.names.contains(folder + "byteorder"), try archive.contents(of: folder + "byteorder", limit: 16) != Data("little".utf8) {
      throw .unsupported("its numbers are big-endian")
    }
    self.archive = archive
    graph = try PickleReader.read(archive.contents(of: pickle, limit: PickleReader.longest))
  }

  /// Classes and functions that the checkpoint names and that were left alone, sorted.
  public var foreign: [String] {
    // They come from outside and will be printed.
    graph.foreign.sorted().map { $0.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._<>".contains($0)) }.prefix(80) }.map(
      String.init)
  }

  /// The text at a path of dictionary keys.
  public func text(_ path: String...) -> String? { graph.text(value(path)) }

  /// The shapes of the tensors in the dictionary at a path; `nil` if there is none.
  public func shapes(in path: [String]) -> [String: [Int]]? {
    tensors(in: path)?.mapValues(\.shape)
  }

  /// Numbers of tensors in the dictionary at a path.
  ///
  /// - Parameters:
  ///   - path: Dictionary keys from the outermost.
  ///   - names: Which tensors.
  /// - Throws: ``PyTorchFileError`` for views that reach outside their storage, that share numbers so as to outgrow the file, or that need few of
  ///   the numbers that would be unpacked for them.
  public func tensors(named names: [String], in path: [String]) throws(PyTorchFileError) -> [String: StoredTensor] {
    guard let all = tensors(in: path) else { throw .unsupported("it has no tensors under \(path.joined(separator: "."))") }
    try checkMemory(names.compactMap { all[$0] })
    var storages: [PickleStorage: Data] = [:]
    var result: [String: StoredTensor] = [:]
    for name in names {
      guard let tensor = all[name] else { throw .damaged("the tensor \(name) is missing") }
      let numbers: Data
      if let known = storages[tensor.storage] {
        numbers = known
      } else {
        numbers = try contents(of: tensor.storage)
        storages[tensor.storage] = numbers
      }
      result[name] = try tensor.gathered(from: numbers, name: name)
    }
    return result
  }

  /// Refuses tensors that would take far more memory than the file's numbers, or numbers far beyond what the tensors need.
  private func checkMemory(_ tensors: [PickleTensor]) throws(PyTorchFileError) {
    // Networks name a parameter by up to four paths, and views may lie in a larger storage.
    let (factor, spare) = (8, 1 << 20)
    var (needed, stored, unpacked) = (0, 0, 0)
    for tensor in tensors { needed += try Self.bytes(tensor.shape, of: tensor.storage.type) }
    for storage in Set(tensors.map(\.storage)) {
      let bytes = try Self.bytes([storage.count], of: storage.type)
      stored += bytes
      if archive.isPacked(folder + "data/" + storage.key) { unpacked += bytes }
    }
    guard needed <= factor * stored + spare else { throw .tooLarge("tensors of \(needed) bytes share \(stored) bytes of numbers") }
    guard unpacked <= factor * needed + spare else {
      throw .tooLarge("\(unpacked) bytes of numbers would be unpacked for tensors of \(needed) bytes")
    }
  }

  /// Bytes of so many numbers; so few that sums of them cannot overflow.
  private static func bytes(_ shape: [Int], of type: ElementType) throws(PyTorchFileError) -> Int {
    var bytes = type.size
    for size in shape {
      let product = bytes.multipliedReportingOverflow(by: size)
      guard !product.overflow, 0...(1 << 40) ~= product.partialValue else { throw .damaged("a tensor has the impossible shape \(shape)") }
      bytes = product.partialValue
    }
    return bytes
  }

  private func value(_ path: [String]) -> PickleValue? {
    var value: PickleValue? = graph.root
    for key in path { value = value.flatMap { graph.value(key, in: $0) } }
    return value
  }

  private func tensors(in path: [String]) -> [String: PickleTensor]? {
    value(path).flatMap(graph.entries).map { entries in
      var tensors: [String: PickleTensor] = [:]
      for case (let name, .tensor(let tensor)) in entries { tensors[name] = tensor }
      return tensors
    }
  }

  private func contents(of storage: PickleStorage) throws(PyTorchFileError) -> Data {
    let (length, overflow) = storage.count.multipliedReportingOverflow(by: storage.type.size)
    let name = folder + "data/" + storage.key
    guard !overflow, let size = archive.size(of: name), size == length else {
      throw .damaged("the numbers of \(name) are missing or not \(storage.count) of \(storage.type)")
    }
    return try archive.contents(of: name)
  }
}

extension PickleTensor {
  /// The numbers in order, last dimension fastest.
  fileprivate func gathered(from numbers: Data, name: String) throws(PyTorchFileError) -> StoredTensor {
    var (count, last) = (1, offset)
    for (size, stride) in zip(shape, strides) {
      let product = count.multipliedReportingOverflow(by: size)
      let reach = stride.multipliedReportingOverflow(by: max(size - 1, 0))
      let sum = last.addingReportingOverflow(reach.partialValue)
      guard size >= 0, stride >= 0, offset >= 0, !product.overflow, !reach.overflow, !sum.overflow else {
        throw .damaged("the tensor \(name) has the impossible shape \(shape) and strides \(strides)")
      }
      (count, last) = (product.partialValue, sum.partialValue)
    }
    // A view that repeats numbers could claim any size.
    guard count <= storage.count, count == 0 || last < storage.count else {
      throw .damaged("the tensor \(name) of shape \(shape) and strides \(strides) does not fit its \(storage.count) numbers")
    }
    var dense = 1
    let packed = zip(shape, strides).reversed().map { size, stride in
      defer { dense *= size }
      return size == 1 || stride == dense
    }
    let width = storage.type.size
    let start = numbers.startIndex + offset * width
    if packed.allSatisfy({ $0 }) {
      return StoredTensor(type: storage.type, shape: shape, bytes: count == 0 ? Data() : numbers[start..<start + count * width])
    }
    var bytes = Data(capacity: count * width)
    var index = [Int](repeating: 0, count: shape.count)
    for _ in 0..<count {
      let place = start + zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } * width
      bytes.append(numbers[place..<place + width])
      for axis in shape.indices.reversed() {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
      }
    }
    return StoredTensor(type: storage.type, shape: shape, bytes: bytes)
  }
}

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
