import Models

/// Commented configurations of studies to start from.
public enum StudyPreset: String, Sendable, CaseIterable {
  /// The study of `docs/study.md`.
  case study
  /// The same on fewer people, steps and arms.
  case small

  /// The configuration: YAML with comments.
  ///
  /// - Throws: ``StudyError/configuration(reason:)`` where the file did not come along with the program.
  public var text: String {
    get throws {
      let path = ProgramResource.path("Configurations/\(rawValue).yaml", of: "Study")
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw StudyError.configuration(reason: "\(path) is missing; it belongs beside the program")
      }
      return text
    }
  }
}
