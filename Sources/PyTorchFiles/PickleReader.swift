import Foundation

/// Reads a pickle of protocol 2 to 5 as data: a stack machine that knows how to build lists, dictionaries, numbers, texts and tensors.
///
/// Nothing is imported, called or looked up. Names of classes and functions stay names; what they would have made is a placeholder,
/// but for the few that tensors and settings are made of (``PickleCalls``). Memory is bounded by the pickle's length, and no step recurses.
///
/// Source: Python's `pickletools` (the opcodes); PyTorch's `torch.save` (persistent ids).
struct PickleReader {
  var reader: ByteReader
  var graph = PickleGraph()
  var stack: [PickleValue] = []
  /// Heights of the stack at open marks.
  var marks: [Int] = []
  private(set) var memo: [Int: PickleValue] = [:]

  /// Longest pickle that is read, bytes: that of a large network with its optimizer has one million, because numbers are outside it.
  /// What it makes takes at most some sixty times as much memory.
  static let longest = 8 << 20
  /// Longest name of a class or function, bytes: few operations could otherwise put a long text together very often.
  static let longestName = 256

  static func read(_ bytes: Data) throws(PyTorchFileError) -> PickleGraph {
    guard bytes.count <= longest else { throw .tooLarge("its pickle has \(bytes.count) bytes, expected up to \(longest)") }
    var machine = PickleReader(reader: ByteReader(bytes))
    while try machine.step() {}
    return machine.graph
  }

  private init(reader: ByteReader) { self.reader = reader }

  /// Does one operation.
  ///
  /// - Returns: False at the end.
  private mutating func step() throws(PyTorchFileError) -> Bool {
    let operation = try reader.byte()
    switch operation {
    case 0x80:  // PROTO
      let version = try reader.byte()
      guard (2...5).contains(version) else { throw .unsupported("its pickle has protocol \(version), expected 2 to 5") }
    case 0x95:  // FRAME: only a hint
      guard try reader.count(8) <= reader.remaining else { throw .damaged("a frame of its pickle reaches beyond the end") }
    case 0x2E:  // STOP
      graph.root = try pop()
      return false
    case 0x28: marks.append(stack.count)  // MARK
    case 0x30: _ = try pop()  // POP
    case 0x31: _ = try popToMark()  // POP_MARK
    case 0x32: stack.append(try top())  // DUP
    // Constants and numbers
    case 0x4E: stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case 0x4A: stack.append(.integer(Int(Int32(truncatingIfNeeded: try reader.unsigned(4)))))  // BININT
    case 0x4B: stack.append(.integer(Int(try reader.byte())))  // BININT1
    case 0x4D: stack.append(.integer(try reader.count(2)))  // BININT2
    case 0x8A: stack.append(Self.integer(try reader.take(try reader.count(1))))  // LONG1
    case 0x8B: stack.append(Self.integer(try reader.take(try reader.count(4))))  // LONG4
    case 0x47: stack.append(.real(Double(bitPattern: try reader.unsigned(8).byteSwapped)))  // BINFLOAT
    // Texts and bytes
    case 0x8C: stack.append(try text(1))  // SHORT_BINUNICODE
    case 0x58: stack.append(try text(4))  // BINUNICODE
    case 0x8D: stack.append(try text(8))  // BINUNICODE8
    case 0x55, 0x43: try pushBytes(1, asText: operation == 0x55)  // SHORT_BINSTRING, SHORT_BINBYTES
    case 0x54, 0x42: try pushBytes(4, asText: operation == 0x54)  // BINSTRING, BINBYTES
    case 0x8E, 0x96: try pushBytes(8, asText: false)  // BINBYTES8, BYTEARRAY8
    default:
      try structure(operation)
    }
    return true
  }

  /// Containers, memo, names and calls.
  private mutating func structure(_ operation: UInt8) throws(PyTorchFileError) {
    switch operation {
    case 0x5D, 0x29, 0x8F: stack.append(graph.sequence([]))  // EMPTY_LIST, EMPTY_TUPLE, EMPTY_SET
    case 0x6C, 0x74, 0x91: stack.append(graph.sequence(try popToMark()))  // LIST, TUPLE, FROZENSET
    case 0x85, 0x86, 0x87: stack.append(graph.sequence(try pop(Int(operation) - 0x84)))  // TUPLE1 to 3
    case 0x61: try extend(with: [try pop()])  // APPEND
    case 0x65, 0x90: try extend(with: try popToMark())  // APPENDS, ADDITEMS
    case 0x7D: stack.append(graph.dictionary([]))  // EMPTY_DICT
    case 0x64: stack.append(graph.dictionary(try pairs(try popToMark())))  // DICT
    case 0x73: try set(try pairs(try pop(2)))  // SETITEM
    case 0x75: try set(try pairs(try popToMark()))  // SETITEMS
    // Memo
    case 0x71: memo[try reader.count(1)] = try top()  // BINPUT
    case 0x72: memo[try reader.count(4)] = try top()  // LONG_BINPUT
    case 0x94: memo[memo.count] = try top()  // MEMOIZE
    case 0x68: try recall(try reader.count(1))  // BINGET
    case 0x6A: try recall(try reader.count(4))  // LONG_BINGET
    // Names and what would be calls
    case 0x63:  // GLOBAL
      let (module, name) = (try reader.line(), try reader.line())
      stack.append(.global(String(decoding: module, as: UTF8.self) + "." + String(decoding: name, as: UTF8.self)))
    case 0x93:  // STACK_GLOBAL
      let names = try pop(2)
      guard case .text(let module) = names[0], case .text(let name) = names[1], module.utf8.count + name.utf8.count <= Self.longestName
      else { throw .damaged("a name in its pickle is no text, or longer than any name") }
      stack.append(.global(module + "." + name))
    case 0x51: stack.append(PickleCalls.storage(try pop(), &graph))  // BINPERSID
    case 0x52: try call(with: 2)  // REDUCE
    case 0x81: try call(with: 2)  // NEWOBJ
    case 0x92: try call(with: 3)  // NEWOBJ_EX
    case 0x62:  // BUILD: the state of what is not read is dropped, that of dictionaries with attributes as well
      _ = try pop()
      _ = try top()
    default:
      let code = String(operation, radix: 16)
      throw .unsupported("its pickle uses operation 0x\(code) at byte \(reader.position - 1), which torch.save does not write")
    }
  }

  /// Replaces a callable and its arguments by what is known of the result.
  private mutating func call(with count: Int) throws(PyTorchFileError) {
    let operands = try pop(count)
    var arguments: [PickleValue] = []
    if case .sequence(let index) = operands[1] { arguments = graph.sequences[index] }
    stack.append(PickleCalls.result(of: operands[0], arguments, &graph))
  }
}
