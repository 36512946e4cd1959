import Foundation
import Tensors

/// The float32 tensors of a golden file (safetensors: length of a JSON header, header, data).
func golden(_ name: String) throws -> [String: Tensor] {
  try tensors(ofFile: Bundle.module.url(forResource: "Golden/\(name)", withExtension: "safetensors")!.path)
}

/// The float32 tensors of any such file.
func tensors(ofFile path: String) throws -> [String: Tensor] {
  struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let offsets: [Int]
    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }
  let data = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
  let entries = try JSONDecoder().decode([String: Entry].self, from: Data(data[8..<8 + length]))
  return try entries.mapValues { entry in
    precondition(entry.dtype == "F32", "golden files hold float32")
    return try data[8 + length + entry.offsets[0]..<8 + length + entry.offsets[1]].withUnsafeBytes {
      try Tensor(bytes: $0, dtype: .float32, shape: entry.shape)
    }
  }
}

/// The largest difference of two tensors, over the expected one's largest value (at least `floor`).
func error(_ found: Tensor, _ expected: Tensor, floor: Float = 1e-6) throws -> Float {
  precondition(found.shape == expected.shape, "\(found.shape) against \(expected.shape)")
  return try (found - expected).abs().max().item() / max(floor, expected.abs().max().item())
}
