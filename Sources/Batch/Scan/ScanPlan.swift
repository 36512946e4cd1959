import Datasets
import Derivatives
import Evaluation
import Files
import Foundation

/// What is to be done with one scan, and by which files.
public struct ScanPlan: Sendable {
  public let place: ScanPlace
  /// Where its levels come from; `nil` where nothing tells them.
  public let levels: LevelSource?
  /// Another scan of the session, whose levels are taken where neither labels nor the scan itself tell them; `nil` where there is none.
  public let lender: DatasetFile?
  /// A mask that a person corrected, which takes the place of the network's.
  public let corrected: (path: String, uri: String)?

  /// The name that BIDS URIs give the folder of corrected masks.
  static let correctedName = "corrected"

  /// Plans for all scans that a request asks for, in the order of their paths.
  ///
  /// - Throws: ``BatchError``, `DatasetError`, `EvaluationError` for a folder of masks that holds none.
  public static func all(_ request: BatchRequest) throws -> [ScanPlan] {
    let raw = DatasetDescription(name: request.input.lastPathComponent, kind: .raw)
    let dataset = request.skipsValidation ? try Dataset(at: request.input, undescribed: raw) : try Dataset(at: request.input)
    let scans = try request.filter.scans(of: dataset)
    guard !scans.isEmpty else { throw BatchError.nothing(path: request.input) }
    let lenders = try lenders(in: dataset)
    let levels = LevelFinder(input: request.input, derivatives: request.derivatives)
    let folder = request.masks
    let masks = try folder.map { try Matching.masks(in: $0) } ?? []
    let byScan = Dictionary(masks.map { ($0.scan.key, $0.path) }) { first, _ in first }
    return scans.map { scan in
      let mask = byScan[ScanIdentity(ofMask: scan.path).key]
      let labels = levels.levels(of: scan)
      return ScanPlan(
        place: ScanPlace(scan, in: request.output), levels: labels,
        lender: labels == nil ? lenders[session(of: scan.name)]?.first { $0.path != scan.path } : nil,
        corrected: mask.map { ($0, "bids:\(correctedName):" + $0.dropFirst(folder!.count).drop { $0 == "/" }) })
    }
  }

  /// Scans that show which vertebra is which, by session, the likeliest first.
  private static func lenders(in dataset: Dataset) throws -> [String: [DatasetFile]] {
    let contrasts = ["T2w", "T1w"]
    let scans = try ScanFilter().scans(of: dataset).filter { contrasts.contains($0.name.suffix) }
    func rank(_ scan: DatasetFile) -> (Int, String) { (contrasts.firstIndex(of: scan.name.suffix)!, scan.path) }
    return Dictionary(grouping: scans.sorted { rank($0) < rank($1) }) { session(of: $0.name) }
  }

  /// Person and session, in one word.
  static func session(of name: BIDSName) -> String { "\(name[.subject] ?? "")/\(name[.session] ?? "")" }

  /// The files that are read, with what they hold now.
  var inputs: [ScanRecord.Input] {
    let files =
      [(place.uri, place.scan.location)] + (corrected.map { [($0.uri, $0.path)] } ?? []) + (levels.map { [($0.uri, $0.path)] } ?? [])
      + (lender.map { [(ScanPlace.uri(of: $0), $0.location)] } ?? [])
    return files.map { ScanRecord.Input(uri: $0, sha256: try? Checksum.sha256(ofFile: $1)) }
  }

  /// Whether an earlier run has done this scan: from the same files, in the same way, and what it wrote is still there.
  func isDone(_ record: ScanRecord?, _ identity: RunIdentity, _ inputs: [ScanRecord.Input]) -> Bool {
    guard let record, record.failure == nil, record.settings == identity, record.inputs == inputs,
      Set(record.outputs.keys).isSuperset(of: place.outputs)
    else { return false }
    return record.outputs.allSatisfy { (try? Checksum.sha256(ofFile: place.path($0))) == $1 }
  }
}
