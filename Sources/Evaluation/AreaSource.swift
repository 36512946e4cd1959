import Datasets
import Foundation
import NIfTI
import Numerics

/// Where the areas of a method come from: a table, or a folder of masks that are measured.
public struct AreaSource: Sendable {
  /// Name of the method.
  public let name: String
  public let path: String

  /// - Parameter text: `NAME=PATH` or a path.
  /// - Returns: `nil` where either part is empty.
  public init?(_ text: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard !text.isEmpty, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    if parts.count == 2 {
      (name, path) = (parts[0], parts[1])
    } else {
      let last = text.split(separator: "/").last.map(String.init) ?? text
      (name, path) = ([".tsv", ".csv"].contains { last.hasSuffix($0) } ? String(last.dropLast(4)) : last, text)
    }
  }

  /// Whether it is a folder of masks.
  public var isFolder: Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// Reads the table, or measures the masks.
  ///
  /// - Parameters:
  ///   - labels: What tells the levels of masks.
  ///   - label: Of masks whose names have the entity `label-`, those of this one count.
  ///   - jobs: Masks at the same time; `nil`: one per processor.
  ///   - progress: Told the part that is done, on any thread.
  /// - Throws: ``EvaluationError``. A mask that cannot be measured is a gap of the table, with its reason.
  public func table(
    _ labels: LabelFiles, label: String = "SC", jobs: Int? = nil, progress: (@Sendable (Double) -> Void)? = nil
  ) throws(EvaluationError) -> AreaTable {
    guard FileManager.default.fileExists(atPath: path) else { throw EvaluationError.missing(path: path) }
    guard isFolder else { return try AreaTable(contentsOf: path, name: name) }
    let masks = try Matching.masks(in: path, label: label)
    let results = parallelMap(masks.map(\.path), jobs: jobs, progress: progress) { try Self.areas(of: $0, labels) }
    var (records, gaps): ([AreaRecord], [String]) = ([], [])
    for (mask, result) in zip(masks, results) {
      let scan = "\(mask.scan.person) \(mask.scan.series)"
      switch result {
      case .failure(let error): gaps.append("\(scan): \(error)")
      case .success(let areas):
        for (level, area) in areas {
          switch area {
          case .success(let value):
            records.append(AreaRecord(person: mask.scan.person, series: mask.scan.series, level: level, area: value))
          case .failure(let failure): gaps.append("\(scan) level \(level): \(failure.reason)")
          }
        }
      }
    }
    return try AreaTable(name: name, records: records, gaps: gaps, path: path)
  }

  /// Areas of one mask: over the vertebrae that were asked for, else each complete level; without labels over the whole cord.
  private static func areas(of path: String, _ files: LabelFiles) throws -> [(level: String, area: Outcome<Double>)] {
    let mask = try NIfTI.mask(path).volume
    guard files.isGiven else {
      let areas = try CordAreas(of: mask)
      return [(AreaTable.whole, areas.wholeArea.map(\.value))]
    }
    guard let labels = try files.labels(of: path) else {
      return [
        (files.vertebrae.map { Evaluation.name(of: $0) } ?? "n/a", .failure(NotComputable("no labels of its levels were found")))
      ]
    }
    let areas = try CordAreas(of: mask, labels: labels)
    let levels = files.vertebrae.map { [$0] } ?? areas.completeLevels.map { $0...$0 }
    return levels.map { (Evaluation.name(of: $0), areas.area(of: $0).map(\.value)) }
  }
}
