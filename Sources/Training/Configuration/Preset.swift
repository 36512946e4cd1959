import Foundation
import Models

/// Configurations to start from.
public enum Preset: String, Sendable, CaseIterable {
  /// The recipe of Bédard et al. 2025 to the letter.
  case paper
  /// The first of the runs that the shipped model was made in.
  case `default`
  /// The network that finds the cord for the shipped model.
  case localizer
  /// A small run on simulated scans alone, which works anywhere.
  case tiny
  /// A first look: trains something in two minutes on two cores.
  case quick

  /// The configuration, YAML.
  ///
  /// - Throws: ``TrainingError/configuration(path:reason:)`` where the file did not come along with the program.
  public var text: String {
    get throws { try text(in: ProgramResource.path("Recipes", of: "Training")) }
  }

  /// - Parameter folder: With the recipe of the shipped model and the configurations that belong to none.
  func text(in folder: String) throws -> String {
    switch self {
    case .default: return try Recipe(contentsOf: folder + "/shipped.yaml").text(of: "first")
    case .localizer: return try Recipe(contentsOf: folder + "/shipped.yaml").text(of: "localizer")
    case .paper, .tiny, .quick:
      let path = "\(folder)/\(rawValue).yaml"
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw TrainingError.configuration(path: path, reason: "it is missing; it belongs beside the program")
      }
      return text
    }
  }
}
