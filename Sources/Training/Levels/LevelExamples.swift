import Files
import Foundation
import Levels
import Numerics

/// Examples in a file: 16 bits a cell, little-endian.
enum LevelExamples {
  /// Makes examples on all processors.
  ///
  /// - Parameters:
  ///   - seeds: One example each; those whose scan shows no cord give none.
  ///   - progress: Called from any thread with the fraction done.
  static func made(seeds: Range<UInt64>, jobs: Int?, progress: (@Sendable (Double) -> Void)? = nil) -> [LevelExample] {
    parallelMap(Array(seeds), jobs: jobs, progress: progress) { LevelExample(seed: $0) }.compactMap { $0.get() }
  }

  static func write(_ examples: [LevelExample], to path: String) throws {
    var data = Data()
    func append<Value>(_ value: Value) { withUnsafeBytes(of: value) { data.append(contentsOf: $0) } }
    append(UInt32(examples.count))
    for example in examples {
      append(UInt32(example.strip.rows))
      append(UInt32(example.boundaries.count))
      for (row, cell) in zip(example.boundaries, example.edges) {
        append(Float(row))
        append(Float(cell))
      }
      let seen = example.strip.values.filter { !$0.isNaN }
      let (low, high) = (seen.min() ?? 0, seen.max() ?? 1)
      append(low)
      append(high)
      let scale = high > low ? 65534 / (high - low) : 0
      for value in example.strip.values { append(value.isNaN ? UInt16(0) : 1 + UInt16((value - low) * scale)) }
    }
    try AtomicFile.write(data, to: path)
  }

  /// - Throws: `FileError` where the file is not of this kind.
  static func read(_ path: String) throws -> [LevelExample] {
    let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var offset = 0
    func next<Value>(_: Value.Type) throws -> Value {
      guard offset + MemoryLayout<Value>.size <= data.count else { throw TrainingError.source(path: path, reason: "the file ends early") }
      defer { offset += MemoryLayout<Value>.size }
      return data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
    }
    let count = Int(try next(UInt32.self))
    return try (0..<count).map { _ in
      let (rows, marks) = (Int(try next(UInt32.self)), Int(try next(UInt32.self)))
      let pairs = try (0..<marks).map { _ in (Double(try next(Float.self)), Double(try next(Float.self))) }
      let (low, high) = (try next(Float.self), try next(Float.self))
      let values = try (0..<SpineStrip.sheets * rows * SpineStrip.cells).map { _ -> Float in
        let code = try next(UInt16.self)
        return code == 0 ? .nan : low + Float(code - 1) * (high - low) / 65534
      }
      return LevelExample(strip: SpineStrip(firstPlace: 0, values: values), boundaries: pairs.map(\.0), edges: pairs.map(\.1))
    }
  }
}
