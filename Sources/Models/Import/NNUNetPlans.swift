import Foundation

/// What nnU-Net planned for one configuration: `plans.json`, where configurations may inherit from others.
struct NNUNetPlans {
  let values: [String: Any]
  /// The configuration with what it inherits.
  let configuration: [String: Any]
  let path: String

  init(folder: String, configuration name: String) throws {
    path = folder + "/plans.json"
    values = try NNUNetPlans.json(path)
    guard let all = values["configurations"] as? [String: [String: Any]] else {
      throw ModelError.notImportable(path: path, what: "it lists no configurations; expected the plans of nnU-Net v2")
    }
    var (merged, next): ([String: Any], String?) = ([:], name)
    var seen: Set<String> = []
    while let current = next {
      guard let entry = all[current], seen.insert(current).inserted else {
        throw ModelError.notImportable(path: path, what: "the configuration \(current) is missing or inherits from itself")
      }
      merged.merge(entry) { old, _ in old }
      next = entry["inherits_from"] as? String
    }
    configuration = merged
  }

  /// An object of a JSON file.
  static func json(_ path: String) throws -> [String: Any] {
    guard FileManager.default.fileExists(atPath: path) else { throw ModelError.missing(path: path) }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else { throw ModelError.unreadable(path: path) }
    guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw ModelError.notImportable(path: path, what: "it is not a JSON object; copy the file again")
    }
    return object
  }

  func error(_ what: String) -> ModelError { .notImportable(path: path, what: what) }

  /// Three numbers of the configuration, along the network's axes.
  func three(_ key: String) throws -> [Double] {
    guard let numbers = configuration[key] as? [NSNumber] else { throw error("\(key) is missing; expected three numbers") }
    guard numbers.count == 3 else {
      throw error("\(key) has \(numbers.count) numbers: a 2D network; import the 3d_fullres (or 3d_lowres) configuration")
    }
    return numbers.map(\.doubleValue)
  }

  /// Keyword arguments of the network's classes: of current plans, or empty for those before nnU-Net 2.2, which leave them to nnU-Net.
  var architecture: [String: Any] {
    (configuration["architecture"] as? [String: Any])?["arch_kwargs"] as? [String: Any] ?? [:]
  }
}
