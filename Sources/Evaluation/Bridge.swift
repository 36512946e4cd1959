import Files
import Foundation
import Statistics

/// Scale factors that bring areas of an old version of a method to those of a new one.
public struct Bridge: Sendable, Codable, Hashable {
  /// The factor of one level.
  public struct Factor: Sendable, Codable, Hashable {
    public let level: String
    public let factor: Double
    /// 95 %; `nil` where one person was measured.
    public let interval: Interval?
    public let people: Int
  }

  /// What the file is, so that others are refused.
  public let kind: String
  /// Names of both versions.
  public let from, to: String
  /// SHA-256 of the frozen table and of the new one.
  public let fromSHA256, toSHA256: String
  public let tolerance: Double
  public let factors: [Factor]

  static let kind = "softcord bridge 1"

  /// Keeps the factors of a check for drift.
  ///
  /// - Parameters:
  ///   - fromSHA256: Of the frozen table's file.
  ///   - toSHA256: Of the new table's file.
  public init(_ drift: Drift, fromSHA256: String, toSHA256: String) {
    kind = Self.kind
    (from, to, self.fromSHA256, self.toSHA256, tolerance) = (drift.old, drift.new, fromSHA256, toSHA256, drift.tolerance)
    factors = drift.levels.compactMap { level in
      level.factor.value.map { Factor(level: level.level, factor: $0, interval: level.interval.value, people: level.people) }
    }
  }

  /// Reads a bridge.
  ///
  /// - Throws: ``EvaluationError``.
  public init(contentsOf path: String) throws(EvaluationError) {
    guard let data = FileManager.default.contents(atPath: path) else { throw .missing(path: path) }
    guard let bridge = try? JSONDecoder().decode(Bridge.self, from: data), bridge.kind == Self.kind else {
      throw .bridge(path: path, reason: "is no bridge; expected a file that softcord compare drift --bridge wrote")
    }
    self = bridge
  }

  /// The bytes of its file.
  public var fileBytes: [UInt8] {
    // Texts and finite numbers always encode.
    return [UInt8]((try? JSONEncoder.readable.encode(self)) ?? Data()) + [UInt8(ascii: "\n")]
  }

  /// Name of the columns that a rescaled table gains.
  public static let columns = (original: "csa_mm2_unbridged", factor: "bridge_factor", note: "bridge")
}
