import ArgumentParser
import Evaluation
import Foundation
import NIfTI

/// A method to be compared: `NAME=PATH` or a path, of a table of areas or of a folder of masks.
struct MethodInput: ExpressibleByArgument {
  let name, path: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard !argument.isEmpty, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    if parts.count == 2 {
      (name, path) = (parts[0], parts[1])
    } else {
      let last = argument.split(separator: "/").last.map(String.init) ?? argument
      (name, path) = ([".tsv", ".csv"].contains { last.hasSuffix($0) } ? String(last.dropLast(4)) : last, argument)
    }
  }

  /// Whether it is a folder of masks.
  var isFolder: Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// Reads the table, or measures the masks.
  func table(_ labels: LabelOptions, label: String, jobs: Int?) async throws -> AreaTable {
    guard FileManager.default.fileExists(atPath: path) else { throw EvaluationError.missing(path: path) }
    guard isFolder else { return try AreaTable(contentsOf: path, name: name) }
    let masks = try Matching.masks(in: path, label: label)
    let results = await concurrently(masks.map(\.path), title: "measuring \(masks.count) masks of \(name)", jobs: jobs) { path in
      try Self.areas(of: path, labels)
    }
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
  private static func areas(of path: String, _ options: LabelOptions) throws -> [(level: String, area: Outcome<Double>)] {
    let mask = try NIfTI.read(path).volume
    guard options.isGiven else {
      let areas = try CordAreas(of: mask)
      return [(AreaTable.whole, areas.wholeArea.map(\.value))]
    }
    guard let labels = try options.labels(of: path) else {
      return [
        (options.vertebrae.map { Evaluation.name(of: $0.range) } ?? "n/a", .failure(NotComputable("no labels of its levels were found")))
      ]
    }
    let areas = try CordAreas(of: mask, labels: labels)
    let levels = options.vertebrae.map { [$0.range] } ?? areas.completeLevels.map { $0...$0 }
    return levels.map { (Evaluation.name(of: $0), areas.area(of: $0).map(\.value)) }
  }
}
