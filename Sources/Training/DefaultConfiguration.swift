import Foundation
import Models

/// Commented configurations to start from.
public enum DefaultConfiguration {
  /// A small run on simulated scans alone, which works anywhere: YAML with comments.
  ///
  /// - Throws: ``TrainingError/configuration(path:reason:)`` where the file did not come along with the program.
  public static func example() throws -> String {
    let path = ProgramResource.path("Configurations/example.yaml", of: "Training")
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw TrainingError.configuration(path: path, reason: "it is missing; it belongs beside the program")
    }
    return text
  }
}
