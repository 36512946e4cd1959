import Files
import Foundation

/// What happened in one epoch: a line of the log.
public struct EpochRecord: Sendable, Codable {
  public var epoch: Int
  public var step: Int
  public var loss: Double
  public var learningRate: Double
  /// Seconds that the epoch took, from its first sample on; validation not counted.
  public var seconds: Double
  /// Share of them that the engine trained: neither waited for data nor made samples.
  public var computing: Double?
  /// Loss of the averaged weights on validation scans, in epochs that were validated.
  public var validationLoss: Double?
  /// Scores of the averaged weights, in epochs that were validated.
  public var scores: [Score]?
  /// Keys of the configuration that were changed before this epoch, when the run was resumed.
  public var changes: [String]?

  /// Share of a run's time that the engine trained; `nil` where no epoch tells.
  public static func computing(_ records: [EpochRecord]) -> Double? {
    let timed = records.filter { $0.computing != nil }
    let seconds = timed.reduce(0) { $0 + $1.seconds }
    return seconds > 0 ? timed.reduce(0) { $0 + $1.seconds * $1.computing! } / seconds : nil
  }
}

/// A log of JSON lines, one an epoch. A resumed run goes on where its checkpoint stands.
struct TrainingLog {
  let path: String
  private(set) var records: [EpochRecord]
  /// Whether the file is written, as only one of several processes does.
  private let writes: Bool
  /// The file, as text.
  private var lines: String

  /// Cuts the log to the epochs before `epoch`.
  init(path: String, resumingAt epoch: Int, writes: Bool = true) throws {
    (self.path, self.writes) = (path, writes)
    let found = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
    let kept = found.compactMap { line in
      (try? JSONDecoder().decode(EpochRecord.self, from: Data(line.utf8))).map { (line, $0) }
    }.filter { $0.1.epoch < epoch }
    records = kept.map(\.1)
    lines = kept.map { $0.0 + "\n" }.joined()
    try write()
  }

  mutating func append(_ record: EpochRecord) throws {
    records.append(record)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    lines += String(decoding: try encoder.encode(record), as: UTF8.self) + "\n"
    try write()
  }

  /// Replaces the whole file, some hundred KB at most, so that it never ends in the middle of a line.
  private func write() throws {
    guard writes else { return }
    do throws(FileError) {
      try AtomicFile.write(Array(lines.utf8), to: path)
    } catch {
      throw TrainingError.unwritable(path: path, reason: error.reason)
    }
  }
}
