import Foundation

/// What is known of the few functions whose results matter. None of them is called: their results are written down here.
enum PickleCalls {
  /// The result of a call, or a placeholder for one of an unknown function.
  static func result(of function: PickleValue, _ arguments: [PickleValue], _ graph: inout PickleGraph) -> PickleValue {
    guard case .global(let name) = function else { return .inert("an unnamed function") }
    switch name {
    case "collections.OrderedDict", "collections.defaultdict", "builtins.dict", "__builtin__.dict":
      return graph.dictionary([])
    case "torch.Size", "builtins.list", "builtins.set", "__builtin__.set", "builtins.tuple":
      return arguments.first ?? .inert(name)
    case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor":
      return tensor(arguments, graph) ?? .inert(name)
    case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
      return arguments.first ?? .inert(name)
    case "_codecs.encode":
      // Bytes in protocol 2: a text whose characters are the bytes.
      // A few for each number; of long ones, many calls would make more than memory holds.
      guard case .text(let text) = arguments.first, text.utf8.count <= 64 else { return .inert(name) }
      return .bytes(Data(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }))
    case "numpy.dtype":
      guard case .text(let code) = arguments.first, code.utf8.count <= 64 else { return .inert(name) }
      return .inert("numpy.dtype." + code)
    case "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar":
      return scalar(arguments) ?? .inert(name)
    case "torch.device", "pathlib.PosixPath", "pathlib.WindowsPath", "numpy.core.multiarray._reconstruct",
      "numpy._core.multiarray._reconstruct":
      return .inert(name)
    default: break
    }
    graph.foreign.insert(name)
    return .inert(name)
  }

  /// A storage by the persistent id that PyTorch gives it: ("storage", class, key, device, count).
  static func storage(_ id: PickleValue, _ graph: inout PickleGraph) -> PickleValue {
    guard case .sequence(let index) = id else { return .inert("a persistent id") }
    let parts = graph.sequences[index]
    guard parts.count >= 5, case .text("storage") = parts[0], case .global(let name) = parts[1], case .text(let key) = parts[2],
      case .integer(let count) = parts[4], let type = ElementType(storageClass: name), count >= 0
    else { return .inert("a storage of an unknown kind") }
    return .storage(PickleStorage(key: key, type: type, count: count))
  }

  private static func tensor(_ arguments: [PickleValue], _ graph: PickleGraph) -> PickleValue? {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1],
      let shape = graph.integers(arguments[2]), let strides = graph.integers(arguments[3]), shape.count == strides.count
    else { return nil }
    return .tensor(PickleTensor(storage: storage, offset: offset, shape: shape, strides: strides))
  }

  private static func scalar(_ arguments: [PickleValue]) -> PickleValue? {
    guard arguments.count >= 2, case .inert(let type) = arguments[0], case .bytes(let bytes) = arguments[1] else { return nil }
    let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch (type, bytes.count) {
    case ("numpy.dtype.f8", 8): return .real(Double(bitPattern: bits))
    case ("numpy.dtype.f4", 4): return .real(Double(Float(bitPattern: UInt32(bits))))
    case ("numpy.dtype.i8", 8): return .integer(Int(truncatingIfNeeded: bits))
    case ("numpy.dtype.i4", 4): return .integer(Int(Int32(truncatingIfNeeded: bits)))
    case ("numpy.dtype.b1", 1): return .bool(bits != 0)
    default: return nil
    }
  }
}
