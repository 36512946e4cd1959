import Datasets
import Derivatives
import Files
import Foundation
import GroundTruth
import NIfTI
import Volumes

extension StudyRun {
  /// Measures a method's masks of the tested scans, or takes what was measured of the same files.
  func measure(
    _ name: String, of cohort: StudyCohort, _ masks: StudyMasks, _ path: (StudyScan) -> String?
  ) throws -> MethodResults {
    var (found, absent): ([(scan: StudyScan, mask: String, reference: String, discs: String)], [String]) = ([], [])
    for scan in cohort.tested {
      guard let mask = path(scan), FileManager.default.fileExists(atPath: mask) else {
        absent.append(scan.image.name.description)
        continue
      }
      guard let reference = masks.mask(.truth, of: scan) ?? masks.mask(.refined, of: scan) else {
        throw StudyError.noReference(scan: scan.image.path)
      }
      guard let discs = masks.discs(of: scan, among: cohort.scans) else { throw StudyError.noDiscs(person: "sub-" + scan.person) }
      found.append((scan, mask, reference, discs.path))
    }
    let signature = try
      (["levels \(configuration.levels) \(DatasetDescription.Program.softcord.version ?? "")"]
      + found.flatMap { item in
        try [item.mask, item.reference, item.discs].map { "\($0) \(try checksums.sha256(ofFile: $0))" }
      }).joined(separator: "\n")
    let stored = "\(folder)/measures/\(name).json"
    if let data = FileManager.default.contents(atPath: stored), let results = try? JSONDecoder().decode(MethodResults.self, from: data),
      results.signature == signature, results.absent == absent
    {
      return results
    }
    let task = "measuring, \(name)"
    observer(.started(task: task))
    var results: [ScanResult] = []
    for (index, item) in found.enumerated() {
      let (mask, reference, discs) = try (
        NIfTI.mask(item.mask).volume, NIfTI.mask(item.reference).volume, NIfTI.labels(item.discs).volume
      )
      guard mask.grid.matches(reference.grid, tolerance: 0.1) else {
        throw StudyError.otherGrid(mask: item.mask, reference: item.reference)
      }
      results.append(
        ScanResult(
          item.scan, mask: Volume(voxels: mask.voxels, grid: reference.grid), reference: reference, discs: discs,
          levels: configuration.measured))
      observer(.progress(task: task, fraction: Double(index + 1) / Double(found.count)))
    }
    observer(.finished(task: task))
    let measured = MethodResults(name: name, signature: signature, scans: results, absent: absent)
    try AtomicFile.write([UInt8](JSONEncoder().encode(measured)), to: stored)
    return measured
  }
}

/// Checksums of files, each computed once a run.
final class KnownChecksums {
  private var known: [String: String] = [:]

  func sha256(ofFile path: String) throws -> String {
    if let sum = known[path] { return sum }
    let sum = try Checksum.sha256(ofFile: path)
    known[path] = sum
    return sum
  }

  /// One checksum for several files in their order.
  func sha256(ofFiles paths: [String]) throws -> String {
    Checksum.sha256(of: try paths.map { try sha256(ofFile: $0) }.joined())
  }
}
