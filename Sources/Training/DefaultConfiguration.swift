import Foundation

/// Commented configurations to start from.
public enum DefaultConfiguration {
  /// A small run on simulated scans alone, which works anywhere: YAML with comments.
  public static func example() throws -> String {
    try String(contentsOfFile: Bundle.module.bundlePath + "/Configurations/example.yaml", encoding: .utf8)
  }
}
