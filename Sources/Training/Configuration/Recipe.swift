import Derivatives
import Files
import Foundation
import Settings

/// How a model is made: ordered stages over a shared base, each of which goes on from the weights of an earlier one.
///
/// A recipe is a file in YAML with the keys `name`, `scans` (a table beside it), `base` (a configuration) and `stages`. A stage lists what
/// differs from the base, and which sets of the table it trains on.
public struct Recipe {
  /// One run.
  public struct Stage: Sendable, Codable {
    public var name: String
    /// In one line, what it is for.
    public var about: String?
    /// Kind of device that it was made for: `cpu`, `cuda`.
    public var device: String?
    /// Processes that train together; one when absent.
    public var processes: Int?
    /// Whose weights it begins with; random ones when absent.
    public var from: Parent?
    /// What finds the cord for it.
    public var localizer: Parent?
    /// The model that it gave.
    public var made: Parent?
    /// Sets of the table of scans.
    public var train: [String]
    public var validate: [String]
    /// What differs from the base.
    public var configuration: SeparateSettings
  }

  /// A model: a stage of the recipe, a file, or both where a certain file of a stage was taken.
  public struct Parent: Sendable, Codable, CustomStringConvertible {
    public var stage: String?
    public var file: String?
    /// Checksum of the file.
    public var sha256: String?

    public var description: String {
      let file = file.map { name in sha256.map { "\(name) (\($0.prefix(8)))" } ?? name }
      return [stage, file].compactMap { $0 }.joined(separator: ": ")
    }
  }

  private struct Contents: Codable {
    var name: String
    var scans: String
    var base: SeparateSettings
    var stages: [Stage]
  }

  public let path: String
  public let name: String
  /// In the order in which they are made.
  public let stages: [Stage]
  private let scans: String
  private let tree: SettingsTree

  /// Reads a recipe.
  ///
  /// - Throws: `SettingsFileError`; ``TrainingError/configuration(path:reason:)`` for a stage that goes on from none before it.
  public init(contentsOf path: String) throws { try self.init(SettingsTree(contentsOf: path)) }

  private init(_ tree: SettingsTree) throws {
    let contents = try tree.decoded(Contents.self)
    (path, name, stages, scans, self.tree) = (tree.path, contents.name, contents.stages, contents.scans, tree)
    var made: Set<String> = []
    for stage in stages {
      for parent in [stage.from, stage.localizer] {
        guard let parent else { continue }
        if let earlier = parent.stage, !made.contains(earlier) {
          throw refusal("stage \(stage.name): no stage before it is called \(earlier)")
        }
        if parent.stage == nil && parent.file == nil { throw refusal("stage \(stage.name): from and localizer name a stage or a file") }
      }
      guard made.insert(stage.name).inserted else { throw refusal("two stages are called \(stage.name)") }
    }
  }

  private func refusal(_ reason: String) -> TrainingError { .configuration(path: path, reason: reason) }

  /// Whether a file of settings is a recipe.
  static func isRecipe(_ tree: SettingsTree) -> Bool { !tree["stages"].isEmpty }

  /// The stage of a name.
  ///
  /// - Throws: ``TrainingError/configuration(path:reason:)`` that lists the stages.
  public func stage(_ name: String) throws -> Stage {
    guard let stage = stages.first(where: { $0.name == name }) else {
      throw refusal("it has no stage \(name); expected \(stages.map(\.name).joined(separator: ", "))")
    }
    return stage
  }

  /// What a stage trains.
  ///
  /// - Throws: ``TrainingError``, `SettingsFileError`.
  public func configuration(of name: String) throws -> TrainingConfiguration {
    let stage = try stage(name)
    let changes = tree["stages"].items[stages.firstIndex { $0.name == name }!]["configuration"]
    let lists = try SettingsTree("{data: {scans: []}, validation: {scans: []}}", path: path)
    var configuration: TrainingConfiguration
    do {
      configuration = try changes.over(tree["base"].over(lists)).decoded()
    } catch {
      throw SettingsFileError.wrong(path: path, reason: "stage \(name): \(error.reason)")
    }
    configuration.data.scans = try table(stage.train)
    configuration.validation.scans = try table(stage.validate)
    return configuration
  }

  private func table(_ sets: [String]) throws -> [LabelledScan] {
    guard !sets.isEmpty else { return [] }
    var source = DataSource(layout: .table, path: scans)
    source.sets = sets
    return try source.scans(root: path.deletingLastPathComponent)
  }

  /// A stage as a configuration file of its own.
  public func text(of name: String) throws -> String {
    let stage = try stage(name)
    return """
      # Stage \(name) of \(path.lastPathComponent)\(stage.about.map { ": \($0)" } ?? "").
      # `softcord train --print-config` prints a small configuration in which the keys are explained.
      \(try Settings.readableText(configuration(of: name)))
      """
  }

  /// The stages, one in a row.
  public func table() throws -> Table {
    var table = Table(columns: [
      .init("stage", "Name"), .init("model", "Name that the model carries"), .init("from", "Whose weights it begins with"),
      .init("localizer", "What finds the cord for it"), .init("device", "Kind of device that it was made for"),
      .init("processes", "Processes that train together"), .init("epochs", "Epochs"), .init("steps", "Steps of an epoch"),
      .init("batch", "Samples of a step in each process"), .init("learning_rate", "At its peak", decimals: 4),
      .init("scans", "Scans with masks that are trained on"), .init("about", "What it is for"),
    ])
    for stage in stages {
      let configuration = try configuration(of: stage.name)
      let schedule = configuration.schedule
      table.append([
        .text(stage.name), .text(configuration.name), stage.from.map { .text("\($0)") } ?? .missing,
        stage.localizer.map { .text("\($0)") } ?? .missing, stage.device.map { .text($0) } ?? .missing, .integer(stage.processes ?? 1),
        .integer(schedule.epochs), .integer(schedule.stepsPerEpoch), .integer(schedule.batch),
        .number(configuration.optimizer.learningRate), .integer(configuration.data.scans.count), stage.about.map { .text($0) } ?? .missing,
      ])
    }
    return table
  }
}

extension Recipe.Stage {
  /// Refuses to begin without the weights that the stage goes on from: it would train, and give another model.
  ///
  /// - Parameters:
  ///   - from, localizer: Files that were named.
  ///   - resuming: Whether the run began before, with its weights.
  /// - Throws: ``TrainingError/configuration(path:reason:)``.
  public func expect(from: String?, localizer: String?, resuming: Bool) throws {
    guard !resuming else { return }
    for (option, named, parent) in [("--from", from, self.from), ("--localizer", localizer, self.localizer)] {
      guard let parent, named == nil else { continue }
      throw TrainingError.configuration(path: "stage \(name)", reason: "it needs \(option) FILE, the model of \(parent)")
    }
  }

  /// Refuses files that are not those whose checksums the recipe has: the stage would train from other weights, and give another model.
  ///
  /// - Parameters:
  ///   - from, localizer: Files that were named.
  /// - Throws: ``TrainingError/configuration(path:reason:)`` that names both checksums, `DatasetError` where a file cannot be read.
  public func requireChecksums(from: String?, localizer: String?) throws {
    for (option, named, parent) in [("--from", from, self.from), ("--localizer", localizer, self.localizer)] {
      guard let named, let parent, let expected = parent.sha256 else { continue }
      let found = try Checksum.sha256(ofFile: named)
      guard found != expected.lowercased() else { continue }
      throw TrainingError.configuration(
        path: "stage \(name)",
        reason: "\(option) \(named) is not the model of \(parent): its sha256 is \(found), that of the recipe \(expected); "
          + "name that file, or say --retrained where the model was trained anew")
    }
  }
}

extension TrainingConfiguration {
  /// Reads a configuration, or a stage of a recipe.
  ///
  /// - Parameters:
  ///   - path: To open.
  ///   - stage: Name of a stage where the file is a recipe.
  /// - Returns: The configuration, and the text that the model keeps of it.
  /// - Throws: `SettingsFileError`, ``TrainingError/configuration(path:reason:)``.
  public static func read(_ path: String, stage: String? = nil) throws -> (configuration: TrainingConfiguration, text: String) {
    let tree = try SettingsTree(contentsOf: path)
    if let stage {
      let recipe = try Recipe(contentsOf: path)
      return (try recipe.configuration(of: stage), try recipe.text(of: stage))
    }
    if Recipe.isRecipe(tree) {
      let names = try Recipe(contentsOf: path).stages.map(\.name).joined(separator: ", ")
      throw TrainingError.configuration(path: path, reason: "it is a recipe; name one of its stages with --stage: \(names)")
    }
    return (try tree.decoded(), try String(contentsOfFile: path, encoding: .utf8))
  }
}
