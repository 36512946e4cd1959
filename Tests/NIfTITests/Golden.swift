import Foundation
import Testing
import Volumes

/// Files written by nibabel, with what nibabel reads from them (tools/golden/nifti.py).
enum Golden {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let file: String
    let shape: [Int]?
    let volumes: Int?
    let affine: [[Double]]?
    let towards: String?
    let sum, last: Double?
    let voxels: [[Double]]?
    let note: String?
    let error: String?
    var testDescription: String { file }
    var path: String { Golden.path(file) }
  }

  static let cases: [Case] = {
    let data = try! Data(contentsOf: URL(fileURLWithPath: path("expected.json")))
    return try! JSONDecoder().decode([Case].self, from: data)
  }()

  static func path(_ name: String) -> String {
    Bundle.module.resourceURL!.appendingPathComponent("Golden").appendingPathComponent(name).path
  }

  static func bytes(_ name: String) -> [UInt8] { [UInt8](try! Data(contentsOf: URL(fileURLWithPath: path(name)))) }
}

/// A folder that goes with the test.
final class Scratch {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("softcord-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] }
}

/// Reproducible random numbers (SplitMix64, Steele et al. 2014).
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
