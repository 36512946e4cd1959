import Foundation
import Models

/// Commented configurations to start from.
public enum Preset: String, Sendable, CaseIterable {
  /// The recipe of Bédard et al. 2025 to the letter.
  case paper
  /// The one that the shipped model is trained with.
  case `default`
  /// A small run on simulated scans alone, which works anywhere.
  case tiny

  /// The configuration: YAML with comments.
  ///
  /// - Throws: ``TrainingError/configuration(path:reason:)`` where the file did not come along with the program.
  public var text: String {
    get throws {
      let path = ProgramResource.path("Configurations/\(rawValue).yaml", of: "Training")
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw TrainingError.configuration(path: path, reason: "it is missing; it belongs beside the program")
      }
      return text
    }
  }
}
