import CZlib
import Files
import Foundation
import Tensors

/// Files in the safetensors format: a length, a JSON header, then raw little-endian numbers.
///
/// Read without trusting a byte: lengths, types, overlaps and gaps are checked before anything is allocated, nothing is executed. Files
/// written here hold a checksum of their numbers and metadata, which is checked where it is there.
///
/// Source: the format's own description (huggingface/safetensors, README).
public enum Safetensors {
  /// What a file holds.
  public struct Contents {
    /// By name.
    public var tensors: [String: Tensor]
    /// Free text that travels in the header.
    public var metadata: [String: String]
    /// Tensors by name, and text by key.
    public init(tensors: [String: Tensor], metadata: [String: String]) { (self.tensors, self.metadata) = (tensors, metadata) }
  }

  private struct Entry: Codable {
    let dtype: String
    let shape: [Int]
    /// First byte and the one after the last, from the end of the header.
    let offsets: [Int]

    private enum CodingKeys: String, CodingKey {
      case dtype
      case shape
      case offsets = "data_offsets"
    }
  }

  private static let types: [(name: String, dtype: DType, size: Int)] = [
    ("F32", .float32, 4), ("F16", .float16, 2), ("BF16", .bfloat16, 2), ("F64", .float64, 8), ("I64", .int64, 8), ("I32", .int32, 4),
    ("U8", .uint8, 1),
  ]
  /// Key of the checksum in the metadata: CRC-32, eight hexadecimal digits.
  static let checksumKey = "crc32"
  /// The format's own cap on the header.
  private static let longestHeader = 100_000_000

  /// Reads a file.
  ///
  /// - Throws: ``ModelError``, always naming the file.
  public static func read(_ path: String) throws -> Contents {
    guard FileManager.default.fileExists(atPath: path) else { throw ModelError.missing(path: path) }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else {
      throw ModelError.unreadable(path: path)
    }
    return try parse(data, path: path)
  }

  static func parse(_ data: Data, path: String) throws -> Contents {
    func damaged(_ what: String) -> ModelError { .damaged(path: path, what: what) }
    guard data.count >= 8 else { throw damaged("it holds \(data.count) bytes, too few for a header") }
    let length = data.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) }
    guard length >= 2, length <= longestHeader, length <= data.count - 8 else {
      throw damaged("its header claims \(length) bytes of \(data.count); this is not a safetensors file or it was cut short")
    }
    let headerEnd = 8 + Int(length)
    guard let header = try? JSONSerialization.jsonObject(with: data[data.startIndex + 8..<data.startIndex + headerEnd]) as? [String: Any]
    else {
      throw damaged("its header is not JSON")
    }
    var metadata: [String: String] = [:]
    var entries: [(name: String, entry: Entry, type: (name: String, dtype: DType, size: Int))] = []
    for (name, value) in header {
      if name == "__metadata__" {
        metadata = value as? [String: String] ?? [:]
        continue
      }
      guard JSONSerialization.isValidJSONObject(value), let json = try? JSONSerialization.data(withJSONObject: value),
        let entry = try? JSONDecoder().decode(Entry.self, from: json), entry.offsets.count == 2
      else { throw damaged("the entry of tensor \(name) is malformed") }
      guard let type = types.first(where: { $0.name == entry.dtype }) else {
        throw damaged("tensor \(name) has the type \(entry.dtype), which is not supported")
      }
      entries.append((name, entry, type))
    }
    // Tensors must tile the rest of the file: no overlap, no gap, nothing beyond the end.
    entries.sort { ($0.entry.offsets[0], $0.name) < ($1.entry.offsets[0], $1.name) }
    var position = 0
    var tensors: [String: Tensor] = [:]
    for (name, entry, type) in entries {
      var bytes = type.size
      for size in entry.shape {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
        guard size >= 0, !overflow else { throw damaged("tensor \(name) has the impossible shape \(entry.shape)") }
        bytes = product
      }
      guard entry.offsets[0] == position, entry.offsets[1] >= position, entry.offsets[1] - position == bytes,
        bytes <= data.count - headerEnd - position
      else {
        throw damaged("tensor \(name) of shape \(entry.shape) lies at bytes \(entry.offsets), which does not fit the file")
      }
      let start = headerEnd + position
      do {
        tensors[name] = try data.withUnsafeBytes {
          try Tensor(bytes: UnsafeRawBufferPointer(rebasing: $0[start..<start + bytes]), dtype: type.dtype, shape: entry.shape)
        }
      } catch {
        throw damaged("tensor \(name) of shape \(entry.shape) cannot be made (\(error))")
      }
      position += bytes
    }
    guard headerEnd + position == data.count else { throw damaged("\(data.count - headerEnd - position) bytes follow the last tensor") }
    if let what = takeChecksum(from: &metadata, of: data[(data.startIndex + headerEnd)...]) { throw damaged(what) }
    return Contents(tensors: tensors, metadata: metadata)
  }

  /// Takes a file's checksum out of its metadata; what is wrong where it does not fit, `nil` where it does or there is none.
  private static func takeChecksum(from metadata: inout [String: String], of body: Data) -> String? {
    guard let expected = metadata.removeValue(forKey: checksumKey) else { return nil }
    let found = checksum(of: body, metadata)
    return found == expected
      ? nil : "the checksum of its weights and description is \(found), expected \(expected): some bytes have changed"
  }

  /// CRC-32 of a file's numbers, then of its metadata in the order of their keys.
  private static func checksum(of body: Data, _ metadata: [String: String]) -> String {
    func adding(_ bytes: Data, to sum: UInt) -> UInt {
      bytes.withUnsafeBytes { crc32_z(sum, $0.bindMemory(to: UInt8.self).baseAddress, $0.count) }
    }
    let text = metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
    return String(format: "%08x", adding(Data(text.utf8), to: adding(body, to: 0)))
  }

  /// Writes a file under a temporary name, then renames it: an existing file survives any failure.
  public static func write(_ contents: Contents, to path: String) throws {
    var header: [String: Any] = [:]
    var body = Data()
    for (name, tensor) in contents.tensors.sorted(by: { $0.key < $1.key }) {
      guard let type = types.first(where: { $0.dtype == tensor.dtype }) else {
        preconditionFailure("no safetensors type for \(tensor.dtype)")
      }
      let bytes = try tensor.bytes()
      header[name] = ["dtype": type.name, "shape": tensor.shape, "data_offsets": [body.count, body.count + bytes.count]]
      body.append(contentsOf: bytes)
    }
    var metadata = contents.metadata
    metadata[checksumKey] = checksum(of: body, contents.metadata)
    header["__metadata__"] = metadata
    var json = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
    json.append(Data(repeating: 0x20, count: (8 - json.count % 8) % 8))  // numbers start at a multiple of eight
    var file = Data(withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) })
    file.append(json)
    file.append(body)
    do throws(FileError) {
      try AtomicFile.write(file, to: path)
    } catch {
      throw ModelError.unwritable(path: path, reason: error.reason)
    }
  }
}
