import Datasets
import Files
import Foundation

/// All that decides what is made of a scan, apart from its files: a scan is done again where this differs.
public struct RunIdentity: Sendable, Hashable, Codable {
  /// Name and version of this program.
  public let program: String
  /// Name and SHA-256 of the model file.
  public let model, modelChecksum: String
  /// What the network computes in.
  public let precision: String
  /// Vertebrae that are taken as one, first and last.
  public let vertebrae: [Int]
  /// What else was chosen, in words.
  public let options: [String]
}

/// What became of one scan: written last, so that what has a record is whole.
///
/// It holds no times, so that the same scans give the same bytes, however often the work was stopped.
public struct ScanRecord: Sendable, Hashable, Codable {
  /// A file that was read.
  public struct Input: Sendable, Hashable, Codable {
    /// BIDS URI.
    public let uri: String
    /// SHA-256 of its bytes; `nil` where it cannot be read.
    public let sha256: String?
  }

  /// Why there is no result.
  public struct Failure: Sendable, Hashable, Codable {
    public let reason: FailureReason
    /// In a sentence, with the remedy.
    public let message: String
  }

  /// The scan's name and its path from the root of its data set.
  public let name, scan: String
  public let settings: RunIdentity
  public let inputs: [Input]
  /// Path of the mask from the root of the output.
  public let mask: String
  /// SHA-256 of the files that were written, by their paths from the root of the output; empty where the scan failed.
  public var outputs: [String: String] = [:]
  public var failure: Failure?
  /// What the labels of levels show, and the scan of the session that lent them.
  public var levels: LevelSource.Kind?
  public var levelsLentBy: String?
  /// Whether the mask was corrected by a person.
  public var isCorrected = false
  /// What a reader should know, one line each.
  public var notes: [String] = []
  public var quality: ScanQuality?

  /// The name as BIDS reads it.
  public var bids: BIDSName { BIDSName(scan) ?? BIDSName([:], suffix: "") }
  /// What kind of scan it is.
  public var identity: ScanIdentity { ScanIdentity(ofMask: scan) }

  var bytes: [UInt8] {
    let encoder = JSONEncoder.readable
    encoder.nonConformingFloatEncodingStrategy = .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // Plain values are always encodable.
    return [UInt8]((try? encoder.encode(self)) ?? Data()) + Array("\n".utf8)
  }

  /// Reads a record; `nil` where there is none.
  ///
  /// - Throws: ``BatchError/record(path:)``.
  static func read(_ path: String) throws(BatchError) -> ScanRecord? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    guard let record = try? JSONDecoder().decode(ScanRecord.self, from: data) else { throw .record(path: path) }
    return record
  }

  /// All records of an output, in the order of the scans' paths.
  ///
  /// - Throws: ``BatchError/record(path:)``.
  public static func all(in output: String) throws -> [ScanRecord] {
    let folder = output.appendingPathComponent("records")
    let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
      $0.hasSuffix(".json") && !$0.hasPrefix(".")
    }
    return try files.compactMap { try read("\(folder)/\($0)") }.sorted { $0.scan < $1.scan }
  }
}
