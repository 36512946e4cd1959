import Pipeline
import Tensors

/// What is to be done with the scans of a data set.
public struct BatchRequest: Sendable {
  /// Root of the BIDS data set; nothing is ever written there but under `derivatives`.
  public var input: String
  /// Root of the derivative data set that is made.
  public var output: String
  /// Which scans of it.
  public var filter = ScanFilter()
  /// Other derivative data sets with labels of levels, each with the name that BIDS URIs give it.
  public var derivatives: [NamedFolder] = []
  /// Folder of masks that people corrected: a scan that has one is not segmented.
  public var masks: String?
  /// Where times are logged; `nil` logs none.
  public var workFolder: String?
  /// Which part of the scans this process does.
  public var shard = Shard.whole
  /// Vertebrae that are taken as one, C2–C3 by default.
  public var vertebrae = 2...3
  /// Path of the model.
  public var model: String
  public var device = Device.cpu
  public var segmentation = SegmentationSettings()
  /// Scans at the same time; `nil` is as many as there are processors, or as memory holds.
  public var workers: Int?
  /// Threads of each worker's network; `nil` is one. Another number may change the last bits of masks.
  public var threads: Int?
  /// Memory that scans may take together, GB; `nil` sets no limit.
  public var memory: Double?
  /// Whether the work ends with the first scan that fails.
  public var stopsOnFirstFailure = false
  /// Whether a folder without `dataset_description.json` is taken for a data set.
  public var skipsValidation = false
  /// Table of what people said of scans; `nil` looks in the output.
  public var verdicts: String?
  /// Whether only pages and pictures are made anew, from masks that are there.
  public var reportsOnly = false

  /// - Parameters:
  ///   - input: Root of the BIDS data set.
  ///   - output: Root of the derivative data set.
  ///   - model: Path of the model.
  public init(input: String, output: String, model: String) { (self.input, self.output, self.model) = (input, output, model) }
}

/// The two steps of the work: every scan by itself, then all together.
public enum BatchLevel: String, Sendable, CaseIterable {
  case participant, group
}

/// A folder with the name that BIDS URIs give it: `bids:NAME:sub-01/…`.
public struct NamedFolder: Sendable, Hashable {
  public let name, path: String

  public init(name: String, path: String) { (self.name, self.path) = (name, path) }

  /// Reads `NAME=PATH`, or a path alone, which is named by its last part.
  ///
  /// - Returns: `nil` where the name is empty or holds other characters than letters, digits, `-`, `_` and `.`.
  public init?(argument: String) {
    guard let equals = argument.firstIndex(of: "=") else {
      self.init(name: argument.split(separator: "/").last.map(String.init) ?? argument, path: argument)
      return
    }
    let (name, path) = (argument[..<equals], argument[argument.index(after: equals)...])
    guard !name.isEmpty, !path.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }) else {
      return nil
    }
    self.init(name: String(name), path: String(path))
  }
}

/// A part of the scans: the K-th of every N, so that parts take about the same time, and together are the whole.
public struct Shard: Sendable, Hashable, CustomStringConvertible {
  public let index, count: Int

  public static let whole = Shard(index: 1, count: 1)

  init(index: Int, count: Int) { (self.index, self.count) = (index, count) }

  /// Reads `K/N`, K from 1 to N.
  public init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1, (1...count).contains(index) else { return nil }
    self.init(index: index, count: count)
  }

  /// Of a list those that belong to this part.
  public func part<Element>(of all: [Element]) -> [Element] { stride(from: index - 1, to: all.count, by: count).map { all[$0] } }

  public var description: String { "\(index)/\(count)" }
}
