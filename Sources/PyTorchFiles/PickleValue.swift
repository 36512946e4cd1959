import Foundation

/// What a pickle can hold. Lists, dictionaries and objects are places in a ``PickleGraph``, so that shared and circular ones cost nothing.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  /// An integer beyond 64 bits; its value is not kept.
  case largeInteger
  case real(Double)
  case text(String)
  case bytes(Data)
  /// Tuples, lists and sets.
  case sequence(Int)
  case dictionary(Int)
  /// A class or function by name. Nothing is looked up.
  case global(String)
  indirect case storage(PickleStorage)
  indirect case tensor(PickleTensor)
  /// Something made by a class or function that is not read here: only its name is kept.
  case inert(String)
}

/// Numbers of one type in a file of the archive, by the name of that file.
struct PickleStorage: Sendable, Hashable {
  let key: String
  let type: ElementType
  let count: Int
}

/// A view of a storage.
struct PickleTensor: Sendable, Hashable {
  let storage: PickleStorage
  let offset: Int
  let shape, strides: [Int]
}

/// The containers of one pickle.
///
/// They are kept in flat arrays and refer to each other by index: nesting of any depth needs no recursion, and cycles no counting.
struct PickleGraph: Sendable {
  var root = PickleValue.none
  var sequences: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  /// Names of what is not read, as an ordinary checkpoint may hold: callbacks, schedulers. And what a hostile one would have run.
  var foreign: Set<String> = []

  /// The entry of a dictionary under a text key; the last one, as in Python, where a key comes twice.
  func value(_ key: String, in value: PickleValue) -> PickleValue? {
    guard case .dictionary(let index) = value else { return nil }
    return dictionaries[index].last { if case .text(key) = $0.key { true } else { false } }?.value
  }

  /// The entries of a dictionary that have text keys, in order.
  func entries(of value: PickleValue) -> [(key: String, value: PickleValue)]? {
    guard case .dictionary(let index) = value else { return nil }
    return dictionaries[index].compactMap { if case .text(let key) = $0.key { (key, $0.value) } else { nil } }
  }

  /// The text of a value that is one.
  func text(_ value: PickleValue?) -> String? {
    if case .text(let text) = value { text } else { nil }
  }

  /// The whole numbers of a sequence that holds nothing else; of up to sixteen, more than any tensor has dimensions.
  func integers(_ value: PickleValue) -> [Int]? {
    guard case .sequence(let index) = value, sequences[index].count <= 16 else { return nil }
    let integers = sequences[index].compactMap { if case .integer(let number) = $0 { number } else { nil } }
    return integers.count == sequences[index].count ? integers : nil
  }

  /// A new sequence.
  mutating func sequence(_ values: [PickleValue]) -> PickleValue {
    sequences.append(values)
    return .sequence(sequences.count - 1)
  }

  /// A new dictionary.
  mutating func dictionary(_ entries: [(key: PickleValue, value: PickleValue)]) -> PickleValue {
    dictionaries.append(entries)
    return .dictionary(dictionaries.count - 1)
  }
}
