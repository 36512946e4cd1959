import Foundation

/// What happened in one epoch: a line of the log.
public struct EpochRecord: Sendable, Codable {
  public var epoch: Int
  public var step: Int
  public var loss: Double
  public var learningRate: Double
  /// Seconds that the epoch took, validation not counted.
  public var seconds: Double
  /// Scores of the averaged weights, in epochs that were validated.
  public var scores: [Score]?
}

/// A log of JSON lines, one an epoch. A resumed run goes on where its checkpoint stands.
struct TrainingLog {
  let path: String

  /// Cuts the log to the epochs before `epoch`.
  init(path: String, resumingAt epoch: Int) throws {
    self.path = path
    let lines = (try? String(contentsOfFile: path, encoding: .utf8))?.split(separator: "\n") ?? []
    let kept = lines.filter { line in
      guard let record = try? JSONDecoder().decode(EpochRecord.self, from: Data(line.utf8)) else { return false }
      return record.epoch < epoch
    }
    do {
      try kept.map { $0 + "\n" }.joined().write(toFile: path, atomically: true, encoding: .utf8)
    } catch {
      throw TrainingError.unwritable(path: path, reason: error.localizedDescription)
    }
  }

  func append(_ record: EpochRecord) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let line = try encoder.encode(record) + Data("\n".utf8)
    do {
      let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      defer { try? handle.close() }
      try handle.seekToEnd()
      try handle.write(contentsOf: line)
    } catch {
      throw TrainingError.unwritable(path: path, reason: error.localizedDescription)
    }
  }
}
